"""A fault as a log line may hold it: its kind and its place, never its message, which may quote somebody."""

from traceback import extract_tb

MOST_FRAMES = 4


def placed(error: BaseException) -> str:
    """``KeyError publishing.py:63 publish < work.py:20 handle``: the innermost frames first."""
    frames = extract_tb(error.__traceback__)[-MOST_FRAMES:][::-1]
    where = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames)
    return f"{type(error).__name__} {where}".rstrip()
