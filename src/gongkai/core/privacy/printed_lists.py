"""Lists of people as a PDF has them: no cells, but lines of words, and above them a line that names them."""

import re
from collections.abc import Sequence

from gongkai.core.privacy.broken import id_number_holds
from gongkai.core.privacy.passage import Late, Passage, plain
from gongkai.core.privacy.receipts import Columns

_NAMED = "姓名"
_LONG = re.compile(r"\d{5}")
_HEADING = re.compile(
    r"姓名|身份证|证件|电话|手机|联系|地址|住址|序号|编号|账号|卡号|备注|类别|性别|年龄|出生|单位|金额|面积|名称|日期|护照|通行证|车牌|邮箱|"
    r"健康|残疾|疾病|困难|情况|身份|号码|房号|家庭|监护|类型|原因|得分|排名|乡镇|村"
)
# Words that stand in values as well name a column only where they are the whole of its heading.
_WHOLE = re.compile(
    r"(?:所在|就读)?(?:学校|年级|班级|年段)|(?:法定)?监护人|病种|(?:主要)?致贫原因|帮扶措施|残疾(?:类别|等级|证号)|"
    r"(?:所在)?村组|组别|房屋坐落|门牌号?|户主|[一-龥]{0,4}(?:补贴|补助|救助|保障|发放)标准|月?保障金|学科|学籍号?"
)
# Values that are written with blanks in them and are one cell for all that: cards, telephones, identity numbers.
_WITH_BLANKS = Late(
    r"(?<!\S)(?:\d{4}(?: \d{4}){3}(?: \d{1,4})?|(?:\+?86 )?1\d{2} ?\d{4} ?\d{4}|0\d{2,3} \d{7,8})(?!\S)"
)
_EIGHTEEN = Late(r"(?<!\S)(?=([1-8](?: ?\d){16} ?[\dXx])(?!\S))")
_HELD = "\0"  # stands for a blank that parts no cells


def looks_like_headings(cells: Sequence[str]) -> bool:
    """Whether a row names columns: at least two short cells with a heading's words, none with a long number."""
    if _LONG.search("\t".join(cells)):
        return False
    filled = [plain(cell.strip()) for cell in cells if cell.strip()]
    if len(filled) < 2 or any(len(cell) > 24 for cell in filled):
        return False
    named = sum(1 for cell in filled if _HEADING.search(cell) or _WHOLE.fullmatch(cell))
    return named >= 2 and named * 2 >= len(filled)


def find_rows(passage: Passage) -> None:
    """Note in ``passage.rows`` the lines that are rows of a printed list.

    A row is a line below the headings with as many words as they are, or as many once the blanks within
    identity numbers, cards and telephones are taken for none.
    """
    if _NAMED not in passage.text or "\n" not in passage.text:
        return
    headings: tuple[str, ...] = ()
    columns = Columns()
    start = 0
    for line in passage.text.split("\n"):
        cells = line.rstrip().split(" ")
        if len(cells) > 2 and _NAMED in line and looks_like_headings(cells):
            headings, columns = tuple(cells), Columns()
        elif len(cells) == 1:
            headings = ()
        elif headings and (row := _fitting(line.rstrip(), len(headings))):
            refuted = columns.refuted(row, headings)
            passage.rows.append((start, Passage("\t".join(row), headings, refuted)))
        start += len(line) + 1


def _fitting(line: str, count: int) -> list[str]:
    """The line as ``count`` cells; empty where it is not as many."""
    cells = line.split(" ")
    if len(cells) > count:
        for match in _EIGHTEEN.finditer(line):
            if id_number_holds(match[1].replace(" ", "")):
                line = line[: match.start(1)] + match[1].replace(" ", _HELD) + line[match.end(1) :]
        held = _WITH_BLANKS.sub(lambda match: match.group().replace(" ", _HELD), line)
        cells = [cell.replace(_HELD, " ") for cell in held.split(" ")]
    return cells if len(cells) == count else []
