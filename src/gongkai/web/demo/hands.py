"""The demonstration's officers. Six have a known password; nobody knows the passwords of the others."""

from collections.abc import Iterable
from datetime import date, datetime
from random import Random
from typing import NamedTuple

from gongkai.agencies.actions.officers import appoint, create_officer
from gongkai.agencies.models import Agency, Officer
from gongkai.core.vocabulary import Role
from gongkai.web.demo.names import officer_name
from gongkai.web.demo.stories import plan

PASSWORD = "Anxi-Yanshi-2026"  # noqa: S105 - printed on the sign-in page of a demonstration, and only there
HOME, OFFICE = "gtj", "gov_office"
# Accounts a visitor may use: name → role, agency.
KNOWN = {
    "demo-drafter": (Role.DRAFTER, HOME),
    "demo-reviewer": (Role.REVIEWER, HOME),
    "demo-head": (Role.HEAD, HOME),
    "demo-office": (Role.OFFICE, OFFICE),
    "demo-evaluator": (Role.EVALUATOR, OFFICE),
    "demo-auditor": (Role.AUDITOR, OFFICE),
}


class Pair(NamedTuple):
    """Who writes and who reviews in an agency."""

    drafter: Officer
    reviewer: Officer


class Hands:
    """Everybody who acts in the year. One pair serves several agencies, as shared 信息员 do in small offices."""

    def __init__(self, agencies: Iterable[Agency], *, since: date, at: datetime) -> None:
        self._since, self._at = since, at
        self._rng = Random("hands")  # noqa: S311 - a repeatable play, not a secret
        held = {agency.code: agency for agency in agencies}
        self.known = {name: self._known(name, role, held[code]) for name, (role, code) in KNOWN.items()}
        self._pairs = {HOME: Pair(self.known["demo-drafter"], self.known["demo-reviewer"])}
        for group, codes in plan()["hands"].items():
            self._share(group, [held[code] for code in codes if code in held])
        self._share("towns", [agency for code, agency in held.items() if code not in self._pairs])

    def of(self, agency: Agency) -> Pair:
        """Drafter and reviewer of ``agency``."""
        return self._pairs[agency.code]

    @property
    def office(self) -> Officer:
        """县政务公开办."""
        return self.known["demo-office"]

    def _share(self, group: str, agencies: Iterable[Agency]) -> None:
        pair = Pair(self._officer(f"demo-{group}-drafter"), self._officer(f"demo-{group}-reviewer"))
        for agency in agencies:
            for officer, role in zip(pair, (Role.DRAFTER, Role.REVIEWER), strict=True):
                appoint(officer, agency=agency, role=role, from_on=self._since, by=None, at=self._at)
            self._pairs[agency.code] = pair

    def _known(self, username: str, role: Role, agency: Agency) -> Officer:
        officer = self._officer(username)
        officer.set_password(PASSWORD)
        officer.must_change_password, officer.password_changed_at = False, self._at
        officer.save(update_fields=["password", "must_change_password", "password_changed_at"])
        appoint(officer, agency=agency, role=role, from_on=self._since, by=None, at=self._at)
        return officer

    def _officer(self, username: str) -> Officer:
        name = officer_name(self._rng)
        return create_officer(username=username, display_name=name, by=None, at=self._at, is_demo=True)[0]
