"""The privacy gate: a certain finding that nobody released stops publication."""

from datetime import datetime

from django.utils import timezone

from gongkai.disclosures.models import Revision
from gongkai.documents.actions import scan_body
from gongkai.documents.queries import blocking

SHOWN = 5  # places named in the refusal; the page shows all


class NotPublishableError(Exception):
    """The text was approved but may not be made public; the message says why and what to do."""


class PersonalDataError(NotPublishableError):
    """The text or an attachment certainly holds what must not be public, and nobody released it."""


def subject_of(revision: Revision) -> str:
    """The name under which findings about the text of a revision are kept."""
    return f"revision:{revision.pk}"


def parts_of(revision: Revision) -> dict[str, str]:
    """The parts of a text by the names people know them by."""
    return {**revision.elements, "标题": revision.title, "概述": revision.summary, "正文": revision.body}


def check_text(revision: Revision, *, at: datetime) -> None:
    """Look through title, summary, body and elements and keep what was found for the reviewer."""
    scan_body(subject_of(revision), parts_of(revision), at=at)


def require_clean(revision: Revision, *, at: datetime) -> None:
    """Refuse when something certain is open in the text or a file, or a file was never looked through.

    Raises ``PersonalDataError`` naming the places.
    """
    check_text(revision, at=at)
    attached = list(revision.attachments.select_related("file"))
    if unseen := [a.name for a in attached if a.file.scanned_at is None]:
        raise PersonalDataError(f"附件“{unseen[0]}”还没有完成隐私检查。请稍后再公开;长时间没有结果的请重新上传。")
    found = list(blocking([a.file for a in attached], subjects=[subject_of(revision)])[: SHOWN + 1])
    if found:
        names = {a.file_id: a.name for a in attached}
        places = [f"{names.get(f.file_id or 0, '稿件')} {f.place}".strip() for f in found[:SHOWN]]
        more = "等处" if len(found) > SHOWN else ""
        raise PersonalDataError(
            f"发现不应公开的内容,不能公开({timezone.localtime(at):%H:%M} 检查):{';'.join(places)}{more}。"
            "请退回修改或用“一键修复”遮盖;依法必须公开的,由审查人员写明理由和依据后放行。"
        )
