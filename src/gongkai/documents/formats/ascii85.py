"""ASCII base-85 of PDF, fast: the decoders of the standard library and of pypdf go digit by digit."""

_BLANKS = b" \t\n\r\f\v\0"
_DIGITS = bytes(range(33, 118))
_VALUES = bytes(max(0, byte - 33) for byte in range(256))
_LAST = bytes([84])
_BLOCK = 5_120  # digits at a time, a multiple of five


def decoded(data: bytes) -> bytes:
    """The bytes that ``data`` (up to ``~``) stands for. Raises ``ValueError`` where it is no base-85."""
    digits = _digits(data[2:] if data.startswith(b"<~") else data)
    missing = -len(digits) % 5
    whole = _groups(digits + _LAST * missing)
    return whole[: len(whole) - missing]


def beginning(data: bytes, size: int) -> bytes:
    """What the first ``size`` characters of ``data`` stand for, whole groups only."""
    digits = _digits(data[:size])
    return _groups(digits[: len(digits) // 5 * 5])


def _digits(data: bytes) -> bytes:
    end = data.find(b"~")
    digits = data[: end if end >= 0 else len(data)].translate(None, _BLANKS).replace(b"z", b"!!!!!")
    if digits.translate(None, _DIGITS):
        raise ValueError("no base-85 digit")
    return digits.translate(_VALUES)


def _groups(digits: bytes) -> bytes:
    return b"".join(_block(digits[at : at + _BLOCK]) for at in range(0, len(digits), _BLOCK))


def _block(digits: bytes) -> bytes:
    """Five digits make four bytes, all groups at once: a long number holds each in eight bytes of its own."""
    groups, total = len(digits) // 5, 0
    for place in range(5):
        lane = bytearray(8 * groups)
        lane[7::8] = digits[place::5]
        total = total * 85 + int.from_bytes(lane, "big")
    wide = total.to_bytes(8 * groups, "big")
    if wide[3::8].count(0) < groups:
        raise ValueError("a group of base-85 digits beyond four bytes")
    found = bytearray(4 * groups)
    for place in range(4):
        found[place::4] = wide[4 + place :: 8]
    return bytes(found)
