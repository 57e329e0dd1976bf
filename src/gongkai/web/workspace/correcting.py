"""A mistake in what is public: the correction, and taking an old version out of public reading."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.core import authority
from gongkai.core.authority import Permission
from gongkai.core.vocabulary import RevisionStage
from gongkai.disclosures import actions
from gongkai.disclosures.exposures import leaking_versions
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.disclosures.queries import authors_of, superseded
from gongkai.web.workspace.asking import ask_once, asks
from gongkai.web.workspace.doors import actor, door, officer
from gongkai.web.workspace.forms.withholding import CorrectionForm, WithholdForm
from gongkai.web.workspace.reach import disclosure_of, working_revision


@door(Permission.DISCLOSURE_DRAFT)
@asks
def correct(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Begin a correction with its reason; the public page stays until the correction is published."""
    disclosure = disclosure_of(request, public_id, Permission.DISCLOSURE_DRAFT)
    form = _form(request, disclosure)

    def act() -> None:
        actions.start_correction(
            disclosure,
            reason=form.cleaned_data["reason"],
            withholding=form.wish(),
            by=officer(request),
            at=timezone.now(),
        )

    if request.method == "POST" and working_revision(disclosure):
        return redirect("workspace:draft", public_id)
    return ask_once(
        request,
        disclosure,
        form,
        act,
        onward="workspace:draft",
        title=_("发起更正"),
        consequence=_(
            "更正稿须重新审查。更正公开之前,公众看到的仍是现在的版本;公开之后,新旧版本并排对照,理由公开。旧版仍可查阅,勾选收回的除外。"
        ),
        button=_("开始写更正稿"),
    )


def _form(request: HttpRequest, disclosure: Disclosure) -> CorrectionForm:
    """Every version the public can read may be asked back; those with certain findings are ticked beforehand."""
    current = disclosure.published_revision
    versions = [*superseded(disclosure), *([current] if current else [])]
    return CorrectionForm(
        request.POST if request.method == "POST" else None,
        versions=[version for version in versions if not hasattr(version, "withheld")],
        leaking=leaking_versions(disclosure),
        current=disclosure.published_revision_id or 0,
    )


@door(Permission.VERSION_WITHHOLD)
@asks
def withhold(request: HttpRequest, public_id: UUID, number: int) -> HttpResponseBase:
    """Take one superseded version out of public reading, at once."""
    disclosure = disclosure_of(request, public_id, Permission.VERSION_WITHHOLD)
    version = get_object_or_404(
        Revision.objects.select_related("withheld", "disclosure"),
        disclosure=disclosure,
        number=number,
        stage=RevisionStage.PUBLISHED,
    )
    if version.withholding:
        messages.info(request, _("第 %(n)d 版已经收回。") % {"n": number})
        return redirect("workspace:disclosure", public_id)
    authority.require(
        actor(request),
        Permission.VERSION_WITHHOLD,
        agency_id=disclosure.agency_id,
        authors=authors_of(version),
    )
    form = WithholdForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        actions.withhold_version(
            version,
            ground=form.cleaned_data["withhold_ground"],
            reason=form.cleaned_data["withhold_reason"],
            by=officer(request),
            at=timezone.now(),
        )
        messages.success(
            request, _("第 %(n)d 版已收回。公众只能看到版次、时间、理由和哈希。") % {"n": version.number}
        )

    return ask_once(
        request,
        disclosure,
        form,
        act,
        title=_("收回第 %(n)d 版") % {"n": number},
        consequence=_(
            "收回后,公众立即看不到这一版的正文、要素、附件和新旧对照,只能看到版次、时间、理由、法定理由和哈希。收回不能撤销,并在有据可查日志中永久留痕。只用于含有不宜公开内容的旧版;内容有误的旧版应当保留。"
        ),
        button=_("确认收回"),
        danger=True,
    )
