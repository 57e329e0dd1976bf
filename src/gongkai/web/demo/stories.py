"""The plan of the year made into stories: one disclosure each, with its day, its agency and its words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from gongkai.web.demo.names import VILLAGES, companies, masked_person

FOLDER = Path(__file__).parent
DAYS = 364  # the year runs from until - 364 to until
_LATE_SHARE, _MISSING_SHARE = 0.09, 0.045


@cache
def plan() -> Mapping[str, Any]:
    """``plan.yaml``."""
    loaded: Mapping[str, Any] = yaml.safe_load((FOLDER / "plan.yaml").read_text(encoding="utf-8"))
    return loaded


@dataclass(frozen=True)
class Story:
    """One disclosure to come. ``fields`` fill the templates; ``days_late`` and ``missing`` are its fate."""

    number: int
    item: str
    agency: str
    town: str
    day: date
    fields: Mapping[str, Any] = field(repr=False)
    nth: int = 0  # which story of its item
    days_late: int = 0
    missing: bool = False


@dataclass(frozen=True)
class _Sketch:
    item: str
    agency: str
    town: str
    after: int
    fields: Mapping[str, Any]


def town_codes() -> tuple[str, ...]:
    """The townships the stories are about, in the order they come up."""
    return tuple(plan()["towns"])


def stories(*, until: date, owners: Mapping[str, str]) -> list[Story]:
    """Every planned story of the year that ends on ``until``, by day. ``owners``: item → its first agency."""
    first = until - timedelta(days=DAYS)
    sketches = sorted(_sketches(owners), key=lambda s: (s.after, s.item, s.agency))
    seen: dict[str, int] = {}
    total: dict[str, int] = {}
    for sketch in sketches:
        total[sketch.item] = total.get(sketch.item, 0) + 1
    per_agency: dict[str, int] = {}
    made = []
    for number, sketch in enumerate(sketches):
        nth = seen[sketch.item] = seen.get(sketch.item, -1) + 1
        rng = Random(f"fate {number}")  # noqa: S311 - a repeatable play, not a secret
        last = nth + 1 == total[sketch.item]
        spare = total[sketch.item] > 2 and not last and nth > 0 and per_agency.get(sketch.agency, 0) > 1
        chance = rng.random()
        missing = spare and chance < _MISSING_SHARE
        late = not missing and not last and chance > 1 - _LATE_SHARE
        per_agency[sketch.agency] = per_agency.get(sketch.agency, 0) + (not missing)
        made.append(
            Story(
                number=number,
                item=sketch.item,
                agency=sketch.agency,
                town=sketch.town,
                day=first + timedelta(days=sketch.after),
                fields=sketch.fields,
                nth=nth,
                days_late=rng.randint(1, 12) if late else 0,
                missing=missing,
            )
        )
    return made


def _sketches(owners: Mapping[str, str]) -> Iterator[_Sketch]:
    towns, turn = town_codes(), 0
    for item, after in plan()["first_days"].items():
        yield _Sketch(item, owners[item], towns[0], after, scene("first", item))
    for line in plan()["lines"]:
        for nth, start in enumerate(line["starts"]):
            town = towns[turn % len(towns)]
            turn += 1
            facts = scene(line["name"], str(nth), project=_project(line.get("project"), nth), nth=nth)
            for step in line["steps"]:
                item, at = step[0], step[1]
                held = step[2] if len(step) > 2 else [owners[item]]
                yield _Sketch(item, _held(held[nth % len(held)], town), town, start + at, facts)
    for item, single in plan()["singles"].items():
        held = single.get("agency") or [owners[item]]
        for nth, after in enumerate(single["days"]):
            town = towns[turn % len(towns)]
            turn += 1
            facts = scene(f"single {item}", str(nth), project=_project(single.get("project"), nth), nth=nth)
            agency = _held(held[nth % len(held)], town)
            yield _Sketch(item, agency, agency if agency in towns else town, after, facts)


def _held(code: str, town: str) -> str:
    return town if code == "towns" else code


def _project(kind: str | None, nth: int) -> str:
    choices = plan()["projects"][kind or "gongyong"]
    return str(choices[nth % len(choices)])


def scene(line: str, key: str, *, project: str = "", nth: int = 0) -> dict[str, Any]:
    """What stays the same through a line of stories: the project, the parties, the amounts."""
    rng = Random(f"scene {line} {key}")  # noqa: S311 - as above
    a, b, c = companies(rng, line)
    budget = round(rng.uniform(180, 4200), 1)
    area = round(rng.uniform(8, 78), 2)
    buyers = plan()["tenderers" if line == "td" or line.startswith("single TD") else "buyers"]
    return {
        "project": project or _project(None, nth),
        "a": a.name,
        "a_id": a.code,
        "b": b.name,
        "c": c.name,
        "person": masked_person(rng),
        "person2": masked_person(rng),
        "person3": masked_person(rng),
        "budget": budget,
        "price": round(budget * rng.uniform(0.86, 0.97), 1),
        "value": round(budget * 0.975, 1),
        "floor": round(budget * 0.85, 1),
        "deposit": round(budget * 0.2, 1),
        "small": round(rng.uniform(1.2, 6.8), 1),
        "mu": area,
        "ha": round(area / 15, 4),
        "sqm": rng.randrange(2_400, 18_000, 100),
        "units": rng.randrange(36, 180, 4),
        "few": rng.randint(12, 28),
        "share": rng.choice((30, 35, 49, 51)),
        "percent": rng.choice((35, 50, 60, 80)),
        "days": rng.choice((120, 180, 240, 365)),
        "plot_serial": rng.randint(2, 28),
        "serial": rng.randint(11, 180),
        "village": rng.choice(VILLAGES),
        "batch": nth % 4 + 1,
        "org": buyers[nth % len(buyers)],
        "mine": plan()["mines"][nth % 2],
        "soe": plan()["companies_state"][nth % 2],
        "estate": plan()["estates"][nth % 2],
    }
