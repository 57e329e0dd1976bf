"""The bounds within which a file is read; ``docs/operating/documents.md`` repeats them for operators."""

MIB = 1024 * 1024

# What one reading may take. The reader is a process of its own: the operating system holds these two.
READ_SECONDS = 120  # of processor time
WAIT_SECONDS = 600  # by the clock on the wall, on a machine that is busy with other things
READ_MEMORY = 1536 * MIB

# What an archive (and every OOXML, ODF or OFD file is one) may hold.
ARCHIVE_ENTRIES = 5_000
ARCHIVE_UNPACKED = 1024 * MIB
ARCHIVE_RATIO = 200  # unpacked : packed, asked once a member unpacks to more than RATIO_FLOOR
RATIO_FLOOR = 16 * MIB
PART_BYTES = 64 * MIB  # one part that is held in memory at once; sheets are streamed and only meet UNPACKED
ARCHIVE_DEPTH = 2  # archives in archives
NESTED_DEPTH = 4  # documents in archives or documents: a letter in the second archive may hold a chart's workbook

# What is kept as text.
PAGES = 5_000
PAGE_CHARACTERS = 400_000
FILE_CHARACTERS = 40_000_000
ROWS_PER_PAGE = 1_000
ROWS_PER_SHEET = 1_048_576
COLUMNS = 16_384
FINDINGS = 20_000  # further hits are counted, not listed

NAME_CHARACTERS = 200
