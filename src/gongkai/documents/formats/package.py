"""Zip containers, opened with suspicion: counted entries, measured unpacking, no tricks in names, no passwords."""

import zipfile
import zlib
from collections.abc import Iterator
from io import RawIOBase
from typing import IO, Any

from gongkai.core.said import Said
from gongkai.documents import bounds
from gongkai.documents.formats.passages import Source, UnreadableFileError

BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError)
_TAIL = 70_000  # the end of a container and the longest comment behind it
_ENCRYPTED_BIT = 0x1
_UTF8_BIT = 0x800


class _Measured(RawIOBase):
    """A member's stream that stops when it unpacks to more than allowed, whatever its header claimed."""

    def __init__(self, stream: IO[bytes], package: "Package", limit: int) -> None:
        self._stream, self._package, self._left = stream, package, limit

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._stream.read(size if size >= 0 else self._left + 1)
        except BROKEN as error:
            raise UnreadableFileError("文件结构已损坏:请用原软件重新保存后再上传") from error
        self._left -= len(data)
        self._package.count(len(data))
        if self._left < 0:
            raise UnreadableFileError(Said("文件内有一部分过大,已停止读取:请拆分后重新上传"))
        return data

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class Package:
    """A zip file whose total unpacked size is bounded over its whole life.

    Raises :class:`UnreadableFileError` for a broken or encrypted container, too many entries, a member whose
    name leaves the container, or one that unpacks out of all proportion.
    """

    def __init__(self, source: Source) -> None:
        try:
            self._source = source
            self._zip = zipfile.ZipFile(source)
            self.infos = self._zip.infolist()
        except BROKEN as error:
            raise UnreadableFileError(Said("压缩结构已损坏,打不开:请用原软件重新保存后再上传")) from error
        if len(self.infos) > bounds.ARCHIVE_ENTRIES:
            raise UnreadableFileError(Said("压缩包内文件超过 %(most)s 个:请分包上传", most=bounds.ARCHIVE_ENTRIES))
        self._unpacked = 0
        for info in self.infos:
            self._refuse_tricks(info)
        self.by_name = {info.filename: info for info in self.infos}
        if len(self.by_name) < len(self.infos):
            raise UnreadableFileError(Said("压缩包内有重名的文件,只能读到其中一个:请重新打包"))

    @property
    def comment(self) -> str:
        """What the container and its members carry as comments, in whichever encoding it reads."""
        notes = [self._zip.comment, *(info.comment for info in self.infos)]
        return "\n".join(_text(note) for note in notes if note)

    def around(self) -> bytes:
        """What lies in front of the first member and behind the end of the container."""
        source = self._source
        source.seek(0)
        before = source.read(min((info.header_offset for info in self.infos), default=0))
        source.seek(0, 2)
        size = source.tell()
        source.seek(max(0, size - _TAIL))
        tail = source.read()
        end = tail.rfind(b"PK\5\6")
        length = int.from_bytes(tail[end + 20 : end + 22], "little")
        return before + b"\0" + (tail[end + 22 + length :] if end >= 0 else b"")

    @staticmethod
    def _refuse_tricks(info: zipfile.ZipInfo) -> None:
        name = info.filename.replace("\\", "/")
        if (
            name.startswith("/")
            or ":" in name.split("/")[0]
            or ".." in name.split("/")
            or "\0" in info.orig_filename
        ):
            raise UnreadableFileError(Said("压缩包内有越出目录的路径,疑似恶意文件,已拒绝:请重新打包"))
        if info.flag_bits & _ENCRYPTED_BIT:
            raise UnreadableFileError(Said("文件设有密码,系统不能检查:请去掉密码后重新上传"))
        most = bounds.ARCHIVE_RATIO * max(1, info.compress_size)
        if info.file_size > bounds.RATIO_FLOOR and info.file_size > most:
            raise UnreadableFileError(Said("压缩包解压后大得不合常理(疑似压缩炸弹),已拒绝"))

    def count(self, size: int) -> None:
        """Add what was unpacked; stop at the bound."""
        self._unpacked += size
        if self._unpacked > bounds.ARCHIVE_UNPACKED:
            raise UnreadableFileError(Said("文件解压后过大,已停止读取:请拆分后重新上传"))

    def names(self) -> Iterator[str]:
        """Every member that is not a folder."""
        return (info.filename for info in self.infos if not info.is_dir())

    def open(self, name: str, *, limit: int = bounds.ARCHIVE_UNPACKED) -> IO[bytes]:
        """A measured stream of one member."""
        try:
            return _Measured(self._zip.open(self.by_name[name]), self, limit)  # type: ignore[return-value] # raw is enough
        except KeyError as error:
            raise UnreadableFileError(Said("文件结构不完整(缺少部件):请用原软件重新保存后再上传")) from error
        except BROKEN as error:
            raise UnreadableFileError(Said("文件结构已损坏:请用原软件重新保存后再上传")) from error

    def read(self, name: str) -> bytes:
        """The bytes of one member of at most ``PART_BYTES``."""
        try:
            return self.open(name, limit=bounds.PART_BYTES).read()
        except BROKEN as error:
            raise UnreadableFileError(Said("文件结构已损坏:请用原软件重新保存后再上传")) from error


def _text(note: bytes) -> str:
    try:
        return note.decode()
    except UnicodeDecodeError:
        return note.decode("gb18030", errors="replace")


def shown_name(info: zipfile.ZipInfo) -> str:
    """A member's name for people: names written by old Chinese Windows are GBK, not code page 437."""
    if info.flag_bits & _UTF8_BIT:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename


def is_embedded(name: str) -> bool:
    """Whether a member is a file in its own right: an embedded document or a picture."""
    low = "/" + name.lower()
    if any(folder in low for folder in ("/embeddings/", "/attachs/", "/attachments/")):
        return not low.endswith(".xml")
    picture = low.endswith((".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".gif"))
    return picture and any(
        folder in low for folder in ("/media/", "/pictures/", "/res/", "/thumbnails/", "/docprops/")
    )
