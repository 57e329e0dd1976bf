"""“我家排第几”: an applicant finds her own place by receipt number and the last four of her identity number.

The public database holds keyed digests only. The key lies outside it (a file of the installation, or the
environment), so that a copy of the database alone cannot be searched through; a salt per list keeps two lists from
being joined.
"""

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gongkai.agencies.models import Agency, Officer
from gongkai.agencies.public_words import refusal
from gongkai.core.privacy.passage import plain
from gongkai.core.said import Said
from gongkai.core.vocabulary import EventKind
from gongkai.documents.models import ApplicantDigest, ApplicantList
from gongkai.events.actions import announce

_BATCH = 1_000


class ApplicantListError(Exception):
    """The list was not loaded; the message names the first row that is wrong and why."""


@dataclass(frozen=True, slots=True)
class Applicant:
    """One row of a waiting list as the housing office has it. Never stored."""

    receipt: str
    last_four: str
    place: int
    points: str = ""
    next_step: str = ""


@transaction.atomic
def load_applicants(
    rows: Iterable[Applicant],
    *,
    code: str,
    title: str,
    agency: Agency | None = None,
    ends_on: date | None = None,
    is_demo: bool = False,
    by: Officer | None,
    at: datetime,
) -> ApplicantList:
    """Replace the list ``code`` by ``rows``, whole or not at all. Raises :class:`ApplicantListError`.

    ``agency`` is whose list it is; the face asks whether ``by`` may load it.
    """
    if refused := refusal("ApplicantList.title", title, at=at):
        raise ApplicantListError(refused)
    facts = {
        "title": title,
        "agency": agency,
        "loaded_at": at,
        "loaded_by": by,
        "ends_on": ends_on,
        "is_demo": is_demo,
    }
    listed, _created = ApplicantList.objects.update_or_create(code=code, defaults=facts)
    listed.rows.all().delete()
    fresh = _digested(rows, listed, at=at)
    ApplicantDigest.objects.bulk_create(fresh, batch_size=_BATCH)
    listed.row_count = len(fresh)
    listed.save(update_fields=["row_count"])
    announce(
        EventKind.APPLICANTS_LOADED,
        subject=f"applicants:{code}",
        at=at,
        by=by,
        agency=agency,
        facts={"rows": len(fresh)},
    )
    return listed


def _digested(rows: Iterable[Applicant], listed: ApplicantList, *, at: datetime) -> list[ApplicantDigest]:
    digests: dict[str, int] = {}
    fresh, key = [], _key()
    fit: set[tuple[str, str]] = set()  # most rows say the same few things
    for number, row in enumerate(rows, start=1):
        _refuse(row, number)
        _refuse_words(row, number, fit, at=at)
        digest = _digest(key, _words(listed.code, row.receipt, row.last_four))
        if digest in digests:
            message = _("第%(row)s行与第%(other)s行的回执号和证件尾号相同:请核对名单")
            raise ApplicantListError(message % {"row": number, "other": digests[digest]})
        digests[digest] = number
        fresh.append(
            ApplicantDigest(
                list=listed, digest=digest, place=row.place, points=row.points[:40], next_step=row.next_step[:200]
            )
        )
    return fresh


def find_applicant(code: str, *, receipt: str, last_four: str, on: date) -> ApplicantDigest | None:
    """The row of an applicant, or ``None`` for every reason alike (no list, ended, no such pair).

    The caller limits the rate: four digits are few.
    """
    digest = applicant_digest(code, receipt, last_four)
    row = ApplicantDigest.objects.select_related("list").filter(list__code=code, digest=digest).first()
    if row is None or (row.list.ends_on is not None and on > row.list.ends_on):
        return None
    return row


def applicant_digest(code: str, receipt: str, last_four: str) -> str:
    """The keyed digest of a pair in a list; blanks, case and full-width forms make no difference."""
    return keyed(_words(code, receipt, last_four))


def keyed(words: str) -> str:
    """A digest that only this installation can make."""
    return _digest(_key(), words)


def _words(code: str, receipt: str, last_four: str) -> str:
    return "\n".join((code, normed(receipt), normed(last_four)))


def _digest(key: bytes, words: str) -> str:
    return hmac.digest(key, words.encode(), "sha256").hex()


def normed(text: str) -> str:
    """A receipt or ending as it counts: without blanks, capital letters, half-width."""
    return "".join(plain(text).split()).upper()


def _refuse(row: Applicant, number: int) -> None:
    last = normed(row.last_four)
    if not normed(row.receipt):
        raise ApplicantListError(_("第%(row)s行没有回执号:请补全后重新导入") % {"row": number})
    if len(last) != 4 or not last[:3].isdecimal() or not (last[3].isdecimal() or last[3] == "X"):
        raise ApplicantListError(_("第%(row)s行的证件尾号应为4位(末位可为 X)") % {"row": number})
    if row.place < 1:
        raise ApplicantListError(_("第%(row)s行的排位应为正整数") % {"row": number})


def _refuse_words(row: Applicant, number: int, fit: set[tuple[str, str]], *, at: datetime) -> None:
    """Refuse what an asker would read and must not be public: the words are shown to whoever knows the pair."""
    for said in (("ApplicantDigest.points", row.points), ("ApplicantDigest.next_step", row.next_step)):
        if said in fit:
            continue
        if refused := refusal(*said, at=at):
            raise ApplicantListError(Said("第%(row)s行:%(why)s", row=number, why=refused))
        fit.add(said)


def _key() -> bytes:
    """The secret of this installation for these digests, made once and readable by its owner alone."""
    path = Path(settings.APPLICANT_KEY)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{secrets.token_hex(4)}.part")
        partial.touch(mode=0o600)
        partial.write_text(secrets.token_hex(32), encoding="ascii")
        try:
            path.hardlink_to(partial)  # the first to arrive wins; a second keeps the first's key
        except FileExistsError:
            pass
        finally:
            partial.unlink()
    return path.read_bytes()
