"""What one import may hold. The page tells officers the same figures."""

ROWS = 5_000  # lines of data in one sheet
INLINE_ROWS = 200  # up to here the check and the import are done at once, beyond in the background
COLUMNS = 120
FILE_BYTES = 10 * 1024 * 1024
UNPACKED_BYTES = 96 * 1024 * 1024  # what an XLSX may unpack to
HEADER_WITHIN = 15  # the header stands in one of the first lines
LAST_LINE = 100_000  # data further down means stray cells at the bottom of the sheet
COMMENTS = 3_000  # comments in a returned sheet; every wrong cell is red and explained in the last column anyway
SUBMIT_TOGETHER = 200  # drafts handed to review by one press
ATTEMPTS = 5  # how often the background takes up one run before it gives up
KEPT_DAYS = 30  # how long a refused sheet or an unconfirmed one is kept
