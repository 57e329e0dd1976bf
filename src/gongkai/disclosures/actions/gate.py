"""The privacy gate: a certain finding that nobody released stops publication."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from gongkai.agencies.public_words import refusal
from gongkai.catalogue.models import Exclusion
from gongkai.core.drafting import Problem
from gongkai.core.privacy import masked_place, rules_from
from gongkai.core.said import Said
from gongkai.core.vocabulary import Openness, RevisionStage
from gongkai.disclosures.models import Attachment, Revision
from gongkai.documents.actions import body_fingerprint, scan_body
from gongkai.documents.queries import blocking
from gongkai.documents.rules import check_version, county_rules

_NO_GROUND = Said("不予公开须选择法定理由(条例第13—16条)并说明。")
WAITING = (RevisionStage.SUBMITTED, RevisionStage.APPROVED)  # frozen, and not yet public
SHOWN = 5  # places named in the refusal; the page shows all


class NotPublishableError(Exception):
    """The text was approved but may not be made public; the message says why and what to do."""


class PersonalDataError(NotPublishableError):
    """The text or an attachment certainly holds what must not be public, and nobody released it."""


def subject_of(revision: Revision) -> str:
    """The name under which findings about the text of a revision are kept."""
    return f"revision:{revision.pk}"


def scope_of(revision: Revision) -> str:
    """The publication a release of what is in its files holds for: all versions of one disclosure, no other."""
    return f"disclosure:{revision.disclosure_id}"


def parts_of(revision: Revision, attached: Iterable[Attachment]) -> dict[str, str]:
    """Every part of a text that its publication shows, by the names people know them by; names of files too.

    It holds what :data:`~gongkai.core.public_texts.PUBLIC_TEXTS` gives to the gate. An element that is called like
    another part is told apart, so that neither hides the other.
    """
    own: dict[str, str] = {
        Said("标题"): revision.title,
        Said("文号"): revision.doc_no,
        Said("概述"): revision.summary,
        Said("正文"): revision.body,
        Said("更正理由"): revision.reason,
    }
    # Only where there are any: what was looked through before keeps its fingerprint.
    unit = {"发布单位": revision.discloser_name, "统一社会信用代码": revision.discloser_uscc}
    own |= {name: text for name, text in unit.items() if text}
    own |= {Said("附件%(n)d名称", n=number): hung.name for number, hung in enumerate(attached, start=1)}
    called = {
        name: Said("要素“%(name)s”", name=Said(name)) if name in own else Said(name) for name in revision.elements
    }
    return {called[name]: text for name, text in revision.elements.items()} | own


def check_text(revision: Revision, attached: Iterable[Attachment], *, at: datetime) -> None:
    """Look through every part of the text and the names of its files; keep what was found for the reviewer."""
    parts = parts_of(revision, attached)
    scan_body(subject_of(revision), parts, at=at)
    revision.checked = body_fingerprint(parts)
    Revision.objects.filter(pk=revision.pk).update(checked=revision.checked)


def look_again(revision: Revision, *, at: datetime) -> None:
    """Check the text anew where rules or detectors have changed since; what is found is kept whatever comes next.

    To be asked before a decision, outside its transaction: a refusal takes nothing of it back.
    """
    attached = list(revision.attachments.order_by("order"))
    if revision.stage in WAITING and revision.checked != body_fingerprint(parts_of(revision, attached)):
        with transaction.atomic():
            check_text(revision, attached, at=at)


def require_clean(revision: Revision, attached: Sequence[Attachment], *, at: datetime) -> None:
    """Refuse when something certain is open in the text or a file, or a file was not yet looked through.

    ``attached`` are the revision's attachments with their files. A text that was looked through under the very
    same rules and detectors is not looked through again; any change of one of them is. Raises
    ``PersonalDataError`` naming the places.
    """
    if revision.checked != body_fingerprint(parts_of(revision, attached)):
        check_text(revision, attached, at=at)
    if unseen := [a.name for a in attached if a.file.scanned_at is None]:
        raise PersonalDataError(
            Said("附件“%(name)s”还没有完成隐私检查。请稍后再公开;长时间没有结果的请重新上传。", name=unseen[0])
        )
    version = check_version()
    if older := [a.name for a in attached if a.file.detector_version != version]:
        raise PersonalDataError(
            Said(
                "附件“%(name)s”是按旧的检查规则检查的,系统正在按新规则重新检查。请几分钟后再公开;长时间没有结果的请联系管理员。",
                name=older[0],
            )
        )
    stopping = blocking([a.file for a in attached], subjects=[subject_of(revision)], scope=scope_of(revision))
    found = list(stopping.values_list("file_id", "place")[: SHOWN + 1])
    if found:
        rules = rules_from(county_rules(today=timezone.localdate(at)))
        names = {a.file_id: masked_place(a.name, rules) for a in attached}
        here = [_place(names.get(file_id or 0), place) for file_id, place in found[:SHOWN]]
        raise PersonalDataError(
            Said(
                "发现不应公开的内容,不能公开(%(moment)s 检查):%(places)s。"
                "请退回修改或用“一键修复”遮盖;依法必须公开的,由审查人员写明理由和依据后放行。",
                moment=f"{timezone.localtime(at):%H:%M}",
                places=here if len(found) <= SHOWN else Said("%(places)s等处", places=here),
            )
        )


def _place(file_name: str | None, place: str) -> Said:
    """``附件.docx 第3段``; the text itself where no file is named."""
    where = file_name or Said("稿件")
    return Said("%(text)s %(place)s", text=where, place=Said(place)) if place else Said("%(text)s", text=where)


def public_words_problems(field: str, of: str, words: str, *, at: datetime) -> list[Problem]:
    """What is wrong with words that become public as they are typed: a reason that itself holds personal data.

    ``field`` is the form's, ``of`` the key of ``PUBLIC_TEXTS``.
    """
    refused = refusal(of, words, at=at)
    return [Problem(field, refused)] if refused else []


def unfounded_problems(
    openness: Openness | None, ground: Exclusion | None, reason: str, *, at: datetime
) -> list[Problem]:
    """What is wrong with not disclosing: no statutory ground, no reason, or personal data in the reason."""
    if openness is Openness.WITHHELD and (ground is None or not reason.strip()):
        return [Problem("withholding_ground", _NO_GROUND)]
    refused = refusal("Disclosure.withholding_reason", reason, at=at)
    return [Problem("withholding_reason", refused)] if refused else []
