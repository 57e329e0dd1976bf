"""Files with nothing in them, for the place of one that had to go: the document that refers to it still opens."""

import struct

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SECTOR = 512


def hollow(data: bytes) -> bytes:
    """An empty file of the kind ``data`` is: an OLE file, a picture of drawing commands, or no bytes at all."""
    if data.startswith(_OLE):
        return _ole()
    return _emf() if data.startswith(b"\1\0\0\0") else b""


def _ole() -> bytes:
    """An OLE file with a root and no streams."""
    head = _OLE + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, _END, 0, _END, 0) + struct.pack("<I", 0)
    table = struct.pack("<II", _FAT, _END)
    name = "Root Entry".encode("utf-16-le")
    root = name.ljust(64, b"\0") + struct.pack("<HBBIII", len(name) + 2, 5, 1, _FREE, _FREE, _FREE)
    root += bytes(36) + struct.pack("<IQ", _END, 0)
    spare = bytes(68) + struct.pack("<III", _FREE, _FREE, _FREE) + bytes(48)
    return head.ljust(_SECTOR, b"\xff") + table.ljust(_SECTOR, b"\xff") + root + spare * 3


def _emf() -> bytes:
    """A picture without a single command."""
    head = struct.pack("<II8i", 1, 88, 0, 0, 1, 1, 0, 0, 1, 1)
    head += b" EMF" + struct.pack("<IIIHHIII4i", 0x10000, 108, 2, 1, 0, 0, 0, 0, 1, 1, 1, 1)
    return head + struct.pack("<5I", 14, 20, 0, 16, 20)
