"""Publishing the 公开清单: a snapshot nobody can change, provable like any other publication."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.agencies.models import Officer
from gongkai.agencies.public_words import refusal
from gongkai.agencies.queries import actor_of, county
from gongkai.catalogue.models import CatalogueVersion
from gongkai.catalogue.queries import checklist_rows, difference, latest_catalogue
from gongkai.core import authority, canonical
from gongkai.core.authority import Permission
from gongkai.core.vocabulary import EventKind, LeafKind
from gongkai.events.actions import announce
from gongkai.ledger import actions as ledger


class NothingToPublishError(Exception):
    """The list in force says the same as the published one, or the note on it cannot be public."""


class CatalogueConflictError(Exception):
    """Somebody else published at the same moment; the message says what to do."""


@transaction.atomic
def publish_catalogue(*, by: Officer | None, at: datetime, note: str = "") -> CatalogueVersion:
    """Publish the checklist in force as the next version of the 公开清单.

    ``by`` is ``None`` only for the system itself when an installation starts. The rows are kept in the national
    columns, their hashes are a leaf, one event is announced. Raises ``NotAllowedError``,
    ``NothingToPublishError``, ``CatalogueConflictError``.
    """
    day = timezone.localdate(at)
    if by is not None:
        authority.require(actor_of(by, on=day), Permission.CATALOGUE_PUBLISH)
    if refused := refusal("CatalogueVersion.note", note, at=at):
        raise NothingToPublishError(refused)
    rows = [row.as_columns() for row in checklist_rows(on=day)]
    before = latest_catalogue()
    changes = difference(before.rows if before else [], rows)
    if not changes:
        raise NothingToPublishError(_("清单与已发布的版本相同(或还没有事项),没有需要发布的变化。"))
    number = before.number + 1 if before else 1
    position = _append_leaf(number, rows, replaces=before.leaf_position if before else None, at=at)
    try:
        with transaction.atomic():
            version = CatalogueVersion.objects.create(
                number=number,
                title=f"{county().name}公共资源配置领域政府信息公开清单",
                rows=rows,
                note=note.strip(),
                published_at=at,
                published_by=by,
                leaf_position=position,
            )
    except IntegrityError:
        raise CatalogueConflictError(_("另一位同事刚刚发布了清单。请刷新页面,核对后再发布。")) from None
    kinds = [change.kind for change in changes]
    announce(
        EventKind.CATALOGUE_PUBLISHED,
        subject=f"catalogue:{number}",
        at=at,
        by=by,
        facts={"leaf": position, **{kind: kinds.count(kind) for kind in ("added", "changed", "removed")}},
    )
    return version


def _append_leaf(number: int, rows: list[dict[str, str | int]], *, replaces: int | None, at: datetime) -> int:
    content = canonical.encode({"number": number, "rows": rows})
    record = {
        "number": number,
        "items": len(rows),
        "sha256": canonical.sha256(content),
        "sm3": canonical.sm3(content),
        "replaces": replaces,
    }
    return ledger.append(kind=LeafKind.CATALOGUE, subject=f"catalogue:{number}", record=record, at=at).position
