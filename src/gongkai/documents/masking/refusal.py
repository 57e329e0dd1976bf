"""What is said when something remains that a mask cannot cure: where it is, and what the officer does next."""

from collections.abc import Sequence

from gongkai.core.privacy import UNMASKABLE, Finding, Kind
from gongkai.core.said import Said
from gongkai.documents.formats.passages import UnreadableFileError

_JUDGED = Said("这类内容不能用遮盖去掉:请先做保密审查,再在原软件中删去或改写,另存后重新上传")
_UNREAD = Said("系统读不到的部分不能遮盖:请在原软件中删去这一部分,或把它另存为 docx、xlsx、PDF 后重新上传")
_PRINTED = Said("请在制作这份 PDF 的原软件(如 Word、WPS)中删去或改写这些内容,重新导出 PDF 后上传")
_WRITTEN = Said("请在原软件中找到这些位置,删去或改写后另存,再重新上传")
_PLACES = 5


def refusal(left: Sequence[Finding], *, is_pdf: bool) -> UnreadableFileError:
    """The refusal for what was found in a masked copy."""
    kinds = {finding.kind for finding in left}
    if kinds & (UNMASKABLE - {Kind.UNREADABLE}):
        todo = _JUDGED
    elif kinds == {Kind.UNREADABLE}:
        todo = _UNREAD
    else:
        todo = _PRINTED if is_pdf else _WRITTEN
    places = ";".join(dict.fromkeys(f"{finding.place} {finding.why}".strip() for finding in left[: 2 * _PLACES]))
    return UnreadableFileError(
        Said("自动遮盖后仍有不能公开的内容,没有生成文件:%(places)s。%(todo)s", places=places, todo=todo)
    )
