"""A waiting list of the invented year, so that “我家排第几” has something to answer."""

from collections.abc import Iterator
from datetime import date, datetime

from gongkai.agencies.models import Agency, Officer
from gongkai.documents.actions import Applicant, load_applicants
from gongkai.documents.models import ApplicantList

CODE = "yanshi-lunhou"
ROWS = 60
FIRST = ("YS2026-0001", "0011")  # what a visitor of the demonstration may try
_CHECKS = "0123456789X"
_STEPS = ("第一批选房,请留意选房公告", "等待第二批选房", "资格年审,请在30日内补交材料")


def waiting_list(of: Agency, *, by: Officer, until: date, at: datetime) -> ApplicantList:
    """Load the list of ``ROWS`` invented applicants, labelled as a demonstration in its very name."""
    return load_applicants(
        _rows(),
        code=CODE,
        title=f"{until.year}年公共租赁住房轮候名单(演示)",
        agency=of,
        is_demo=True,
        by=by,
        at=at,
    )


def _rows() -> Iterator[Applicant]:
    yield Applicant(*FIRST, place=1, points="96", next_step=_STEPS[0])
    for place in range(2, ROWS + 1):
        ending = f"{place * 37 % 1000:03d}{_CHECKS[place * 7 % 11]}"
        step = _STEPS[0] if place <= 20 else _STEPS[2] if place % 9 == 0 else _STEPS[1]
        yield Applicant(f"YS2026-{place:04d}", ending, place, f"{96 - place * 0.5:g}", step)
