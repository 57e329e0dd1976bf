"""Numbers of receipts (受理编号, 订单号 …) that pass every check of an identity number by chance.

Offices number what they accept by region, day and serial. Such a number has an identity number's region and date,
and one in eleven has its check character too. What tells them apart is not the number but what stands around it:

* The label names a receipt, and nothing but a receipt (编号, 代码 or 登记号 alone name nothing).
* The day lies in the last three years or is still to come. Receipts are quoted while their matter is at hand; who
  was born then is an infant, and an infant's identity number stands under 身份证号, not behind 受理编号.
* In a column of a list the label is far from the value, and columns are shifted by mistake. There the heading
  counts only after the column itself has shown that it holds other numbers: of receipts ten in eleven fail the
  check, of identity numbers hardly any.

A number of before 2012 is never explained so: offices that number files by their applicants do exist.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date

from gongkai.core.identifiers import PROVINCES
from gongkai.core.privacy.broken import ID_LENGTH, id_number_holds
from gongkai.core.privacy.passage import BESIDE, Late, Passage, plain

SINCE = 2012  # the year from which offices accept by machine
RECENT_YEARS = 3
_MATTER = "受理|办件|收件|业务|订单|交易|缴费|收费|支付|凭证|票据|发票|收据|回执|快递|运单|工单|流水"
_NAMES = Late(rf"(?:{_MATTER})(?:流水|登记)?(?:编号|单号|序号|号码?)[为是]?{BESIDE}", re.IGNORECASE)
_SHAPE = Late(r"[1-8]\d{5}20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]")


def is_receipt(passage: Passage, digits: str, start: int, today: date | None) -> bool:
    """Whether the identity number ``digits`` at ``start`` is explained as a receipt's, and so is none.

    Without ``today`` no day is recent: only a column that has shown itself explains anything.
    """
    if int(digits[6:10]) < SINCE:
        return False
    if passage.says_beside(start, _NAMES):
        return today is not None and int(digits[6:14]) > _day(today) - RECENT_YEARS * 10_000
    if not passage.says(start, _NAMES) or passage.column(start) not in passage.refuted:
        return False
    begin, end = passage.cell(start)
    return passage.text[begin:end].strip() == digits


def _day(today: date) -> int:
    """A day as identity numbers write it; a difference of 10 000 is a year."""
    return today.year * 10_000 + today.month * 100 + today.day


class Columns:
    """What the columns of one table, headed as receipts, have shown so far."""

    def __init__(self) -> None:
        self._shown: Counter[int] = Counter()  # of each column, how many more numbers failed than passed

    def refuted(self, cells: Sequence[str], headings: Sequence[str]) -> frozenset[int]:
        """The columns in whose rows above more numbers failed than passed: they hold no identity numbers.

        The row at hand is no witness in its own case; it counts for those below.
        """
        known = frozenset(column for column, more in self._shown.items() if more > 0)
        for column, (cell, heading) in enumerate(zip(cells, headings, strict=False)):
            number = plain(cell.strip()) if len(cell) >= ID_LENGTH else ""
            if _SHAPE.fullmatch(number) and number[:2] in PROVINCES and _NAMES.search(plain(heading)):
                self._shown[column] += -1 if id_number_holds(number) else 1
        return known
