"""Releasing a finding for publication: another person, a ground and, for natural persons, the legal basis."""

import hashlib
from collections import Counter
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Exists
from django.utils.translation import gettext as _

from gongkai.agencies.models import Officer
from gongkai.agencies.public_words import refusal
from gongkai.core.privacy import Kind
from gongkai.core.vocabulary import EventKind, LeafKind
from gongkai.documents.models import Finding
from gongkai.documents.queries import released_beside
from gongkai.events.actions import announce
from gongkai.ledger import actions as ledger

# Everything else is about a natural person, or about a mark that only a decision of its own can lift.
NEEDS_NO_BASIS = frozenset({Kind.COUNTY_WORD, Kind.UNREADABLE, Kind.NOT_PUBLIC_CITATION})


class ReleaseRefusedError(Exception):
    """The findings were not released; the message says what is missing."""


@transaction.atomic
def release_findings(
    findings: Collection[Finding],
    *,
    ground: str,
    legal_basis: str,
    drafter: Officer | None,
    by: Officer,
    at: datetime,
    scope: str = "",
) -> int:
    """Release findings of one subject so that they no longer block publication; how many were.

    ``scope`` names the publication (``disclosure:7``) and is needed for findings in a file: the same bytes under
    another publication stay blocked there.
    ``drafter`` is who wrote the text or stored the file. The publication log keeps the fact, the kinds and a
    digest of the ground, never the data. Raises :class:`ReleaseRefusedError`.
    """
    locked = Finding.objects.select_for_update().filter(pk__in=[f.pk for f in findings], released_at=None)
    done = set(locked.filter(Exists(released_beside(scope))).values_list("pk", flat=True)) if scope else set()
    rows = [row for row in locked if row.pk not in done]
    subjects = {row.subject for row in rows}
    _refuse(rows, subjects, ground=ground, legal_basis=legal_basis, drafter=drafter, by=by, at=at, scope=scope)
    for row in rows:
        row.released_at, row.released_by = at, by
        row.ground, row.legal_basis = ground.strip()[:300], legal_basis.strip()[:300]
    _keep(rows, scope)
    kinds = dict(sorted(Counter(row.kind for row in rows).items()))
    words = f"{ground.strip()}\n{legal_basis.strip()}".encode()
    record = {"findings": len(rows), "kinds": kinds, "ground_sha256": hashlib.sha256(words).hexdigest()}
    subject = subjects.pop()
    leaf = ledger.append(kind=LeafKind.RELEASE, subject=subject, record=record, at=at)
    facts = {"findings": len(rows), "kinds": kinds, "leaf": leaf.position, "for": scope}
    announce(EventKind.FINDING_RELEASED, subject=subject, at=at, by=by, facts=facts)
    return len(rows)


def _keep(rows: list[Finding], scope: str) -> None:
    """A finding of a text is closed itself; one of a file stays open, and a copy releases it for ``scope``."""
    texts = [row for row in rows if row.file_id is None]
    Finding.objects.bulk_update(texts, ["released_at", "released_by", "ground", "legal_basis"], batch_size=200)
    copies = [row for row in rows if row.file_id is not None]
    for row in copies:
        row.pk, row.scope = None, scope
    Finding.objects.bulk_create(copies, batch_size=200)


def _refuse(
    rows: list[Finding],
    subjects: set[str],
    *,
    ground: str,
    legal_basis: str,
    drafter: Officer | None,
    by: Officer,
    at: datetime,
    scope: str,
) -> None:
    if not rows:
        raise ReleaseRefusedError(_("没有可放行的发现:可能已被他人处理,请刷新页面"))
    if len(subjects) != 1:
        raise ReleaseRefusedError(_("一次只能放行同一份材料的发现:请分开处理"))
    if not scope and any(row.file_id for row in rows):
        raise ReleaseRefusedError(_("附件中的发现只能为某一条公开信息放行:请从那条信息的审查页面办理"))
    stored_by = {row.file.stored_by_id for row in rows if row.file}
    if by.pk in stored_by or (drafter is not None and by.pk == drafter.pk):
        raise ReleaseRefusedError(_("起草人不能放行自己的材料:请由另一名审查人员处理"))
    _refuse_words(rows, ground, legal_basis, at=at)


def _refuse_words(rows: list[Finding], ground: str, legal_basis: str, *, at: datetime) -> None:
    for field, words in {"Finding.ground": ground, "Finding.legal_basis": legal_basis}.items():
        if refused := refusal(field, words, at=at):
            raise ReleaseRefusedError(refused)
    if len(ground.strip()) < 4:
        raise ReleaseRefusedError(_("请写明放行理由(不少于4个字)"))
    if not legal_basis.strip() and any(row.kind not in NEEDS_NO_BASIS for row in rows):
        raise ReleaseRefusedError(_("涉及自然人信息或密级标志:请写明公开的法律依据(法律名称和条款)"))
