"""The table a housing office loads a waiting list from: its columns, and its rows read as applicants."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from gongkai.core.privacy.passage import plain
from gongkai.core.said import marked
from gongkai.documents.actions.applicants import Applicant, ApplicantListError
from gongkai.documents.sheets import Column, Form

COLUMNS = (
    Column(marked("回执号"), Form.TEXT, 24),
    Column(marked("证件尾号"), Form.TEXT, 14),
    Column(marked("排位"), Form.INTEGER, 10),
    Column(marked("得分"), Form.TEXT, 12),
    Column(marked("下一步"), Form.TEXT, 40),
)
SAMPLE = ("CS2026-00001", "021X", 1, "86.5", "等待第一批选房")
_REQUIRED = ("回执号", "证件尾号", "排位")
_ALSO: Mapping[str, str] = {
    "受理回执号": "回执号",
    "申请回执号": "回执号",
    "证件后四位": "证件尾号",
    "身份证后四位": "证件尾号",
    "序号": "排位",
    "轮候序号": "排位",
    "积分": "得分",
    "分数": "得分",
}


def applicants_of(rows: Iterable[Sequence[str]]) -> Iterator[Applicant]:
    """The applicants of a table whose first row names the columns, in any order; empty rows are passed over.

    Raises :class:`ApplicantListError` for a missing column and a place that is no number, and for a whole identity
    number: it must not be on its way here at all.
    """
    walk = iter(rows)
    at = _columns(next(walk, ()))
    for number, row in enumerate((r for r in walk if any(cell.strip() for cell in r)), start=1):
        cell = {name: row[n].strip() if n < len(row) else "" for name, n in at.items()}
        if len("".join(plain(cell["证件尾号"]).split())) >= 15:
            message = _("第%(row)s行是完整的证件号码:名单只收后四位。请在 Excel 中用 =RIGHT(单元格,4) 取后四位")
            raise ApplicantListError(message % {"row": number})
        place = plain(cell["排位"]).strip().removesuffix(".0")
        if not place.isdecimal() or len(place) > 7:
            raise ApplicantListError(_("第%(row)s行的排位应为正整数") % {"row": number})
        yield Applicant(cell["回执号"], cell["证件尾号"], int(place), cell.get("得分", ""), cell.get("下一步", ""))


def _columns(heads: Sequence[str]) -> dict[str, int]:
    names = ["".join(plain(head).split()) for head in heads]
    at = {_ALSO.get(name, name): n for n, name in reversed(list(enumerate(names)))}
    missing = [name for name in _REQUIRED if name not in at]
    if missing:
        message = _("第一行应为列名,缺少:%(names)s。请下载模板对照")
        raise ApplicantListError(message % {"names": "、".join(missing)})
    known = {column.name for column in COLUMNS}
    return {name: n for name, n in at.items() if name in known}
