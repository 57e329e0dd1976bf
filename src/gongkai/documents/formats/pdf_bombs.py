"""Streams of a PDF that unpack out of all proportion: metadata are asked before an engine opens the file.

The engine that draws pages unpacks a document's metadata when it opens the file, without a bound of its own.
"""

import re
import zlib

from gongkai.core.said import Said
from gongkai.documents import bounds
from gongkai.documents.formats.passages import UnreadableFileError

MOST = 8 * bounds.MIB  # of one stream, unpacked; what is larger is no word of a person
_METADATA = Said(
    "PDF 的元数据(文件属性)解压后超过 %(megabytes)s MB,疑似压缩炸弹,已停止读取:请在制作文件的软件中清空文件属性,"
    "或用“打印为 PDF”重新生成后再上传",
    megabytes=MOST // bounds.MIB,
)
TOO_LARGE = Said(
    "PDF 内部有一段数据解压后超过 %(megabytes)s MB,没有检查:请用制作文件的软件重新导出,"
    "或用“打印为 PDF”重新生成后再上传",
    megabytes=MOST // bounds.MIB,
)
UNKNOWN = Said(
    "PDF 内部有一段数据用了系统不认识的压缩方式,没有检查:请用制作文件的软件重新导出,"
    "或用“打印为 PDF”重新生成后再上传"
)
_XML = re.compile(rb"/Subtype\s*/XML\b")
_BEGINS = re.compile(rb"stream\r?\n")
_REACH = 2_000  # characters of a dictionary on either side of its subtype
_LAYERS = 4  # filters one above the other


def refuse_bomb(data: bytes) -> None:
    """Raise :class:`UnreadableFileError` where a stream of metadata unpacks to more than ``MOST``."""
    for mark in _XML.finditer(data):
        begins = _BEGINS.search(data, mark.end(), mark.end() + _REACH)
        if begins is not None:
            end = data.find(b"endstream", begins.end())
            _refuse(data[begins.end() : end if end > 0 else len(data)])


def _refuse(packed: bytes) -> None:
    """Unpack as long as it is deflated, each time by no more than is allowed."""
    for _ in range(_LAYERS):
        unpacking = zlib.decompressobj()
        try:
            packed = unpacking.decompress(packed, MOST)
        except zlib.error:
            return
        if unpacking.unconsumed_tail:
            raise UnreadableFileError(_METADATA)
