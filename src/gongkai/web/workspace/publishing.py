"""Acts the public sees: publish, withdraw, 首发. Each asks once, in words that name the consequence."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongkai.core.authority import Permission
from gongkai.core.lifecycle import LifecycleError
from gongkai.core.vocabulary import Openness, RevisionStage
from gongkai.disclosures import actions
from gongkai.disclosures.models import Revision
from gongkai.disclosures.standing import standing
from gongkai.web.telling import told
from gongkai.web.words import OPENNESS
from gongkai.web.workspace import showing
from gongkai.web.workspace.asking import ask_once, asks, done, refusal
from gongkai.web.workspace.doors import door, officer
from gongkai.web.workspace.forms.acts import FirstPublicationForm, ReasonForm
from gongkai.web.workspace.forms.base import WorkspaceForm
from gongkai.web.workspace.pages import page
from gongkai.web.workspace.reach import disclosure_of, working_revision


@door(Permission.DISCLOSURE_READ)
@require_safe
def preview(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Exactly what the public will see, with what is still missing above it."""
    disclosure = disclosure_of(request, public_id, Permission.DISCLOSURE_READ)
    revision = working_revision(disclosure)
    if revision is None:
        messages.info(request, _("没有正在办理的稿件。下面是目前的情况。"))
        return redirect("workspace:disclosure", public_id)
    context = {
        **showing.as_the_public(disclosure, revision),
        "missing": showing.missing(revision),
        "changes": showing.changes(disclosure, revision),
    }
    return page(request, "preview.html", context)


@door(Permission.DISCLOSURE_PUBLISH)
@asks
def publish(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Ask once, then make it public at the system's own time. A repeated click finds it done."""
    disclosure = disclosure_of(request, public_id, Permission.DISCLOSURE_PUBLISH)
    revision = working_revision(disclosure)
    if revision is None or revision.stage != RevisionStage.APPROVED:
        messages.info(request, _("没有审查通过、等待公开的稿件;如果刚才点过公开,它已经办好。"))
        return redirect("workspace:disclosure", public_id)
    if disclosure.openness != Openness.PROACTIVE:
        return redirect("workspace:conclude", public_id)
    form = WorkspaceForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        actions.look_again(revision, at=timezone.now())  # what stops it stays on the review page
        published = actions.publish(
            revision, by=officer(request), at=timezone.now(), read=request.POST.get("read", "")
        )
        messages.success(
            request, _("已公开,索引号 %(number)s。公众现在就能看到。") % {"number": published.index_number}
        )

    if request.method == "POST" and form.is_valid() and (done(form, act) or _settled(request, revision)):
        return redirect("workspace:disclosure", public_id)
    clocks = disclosure.obligations.select_related("rule_version__rule").order_by("due_at")
    context = {
        "disclosure": disclosure,
        "revision": revision,
        "form": form,
        "clocks": clocks,
        "read": standing(revision),
    }
    return page(request, "publish.html", context, status=refusal(form))


def _settled(request: HttpRequest, revision: Revision) -> bool:
    """Whether another click, or somebody else, has made this very text public in the meantime."""
    if not Revision.objects.filter(pk=revision.pk, stage=RevisionStage.PUBLISHED).exists():
        return False
    messages.info(request, _("这一稿刚才已经公开,不必再点。"))
    return True


@door(Permission.DISCLOSURE_PUBLISH)
@asks
def conclude(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """End a text the review agreed is not to be published by itself; its page stays in the workspace."""
    disclosure = disclosure_of(request, public_id, Permission.DISCLOSURE_PUBLISH)
    revision = working_revision(disclosure)
    if revision is None or revision.stage != RevisionStage.APPROVED:
        messages.info(request, _("没有审查通过、等待认定的稿件;如果刚才点过,它已经办好。"))
        return redirect("workspace:disclosure", public_id)
    form = WorkspaceForm(request.POST if request.method == "POST" else None)
    word = str(OPENNESS[disclosure.openness])

    def act() -> None:
        actions.conclude(revision, by=officer(request), at=timezone.now(), read=request.POST.get("read", ""))
        messages.success(request, _("已认定为“%(word)s”,没有公开任何内容。") % {"word": word})

    return ask_once(
        request,
        disclosure,
        form,
        act,
        read=standing(revision),
        title=_("认定为“%(word)s”") % {"word": word},
        consequence=_(
            "认定后不公开任何内容;对应的时限终结,在时效看板上单独计数。稿件、法定理由和审查意见留在系统内备查,可在“公开信息”列表中找到。"
        ),
        button=_("确认认定"),
    )


@door(Permission.DISCLOSURE_WITHDRAW)
@asks
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Take a public text back, leaving a stub with the reason."""
    disclosure = disclosure_of(request, public_id, Permission.DISCLOSURE_WITHDRAW)
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        actions.withdraw(disclosure, reason=form.cleaned_data["reason"], by=officer(request), at=timezone.now())
        messages.success(request, _("已撤回。公开页面只保留标题、单位、日期、索引号和撤回理由。"))

    return ask_once(
        request,
        disclosure,
        form,
        act,
        title=_("撤回这条信息"),
        consequence=_(
            "撤回后,公众立即看不到正文和附件,只能看到标题、单位、日期、索引号和您写的理由。撤回不能撤销,并在有据可查日志中永久留痕。内容有误的,应当更正而不是撤回。"
        ),
        button=_("确认撤回"),
        danger=True,
    )


@door(Permission.DISCLOSURE_DRAFT)
@asks
def first_publication(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Record that a designated medium published first."""
    disclosure = disclosure_of(request, public_id, Permission.DISCLOSURE_DRAFT)
    form = FirstPublicationForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        actions.record_first_publication(disclosure, by=officer(request), at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("首发情况已登记。"))

    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        same = disclosure.first_publications.filter(
            medium=said["medium"].strip(), url=said["url"].strip(), published_at=said["published_at"]
        )
        if same.exists():
            return redirect("workspace:disclosure", public_id)
    return ask_once(
        request,
        disclosure,
        form,
        act,
        title=_("登记首发"),
        consequence=_("法定指定媒介先发布的,登记媒介、网址和时间;公开页面会显示。"),
        button=_("登记"),
    )


@door(Permission.DISCLOSURE_DRAFT)
@asks
def discard(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Give up the version being written."""
    disclosure = disclosure_of(request, public_id, Permission.DISCLOSURE_DRAFT)
    revision = working_revision(disclosure)
    if revision is None:
        return redirect("workspace:disclosure", public_id)
    form = WorkspaceForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        actions.discard(revision, by=officer(request), at=timezone.now())
        messages.success(request, _("这一稿已作废,记录仍保留。"))

    return ask_once(
        request,
        disclosure,
        form,
        act,
        title=_("作废这一稿"),
        consequence=_("作废后不能再编辑这一稿;时限任务仍在走,需要时请另行起草。已公开的版本不受影响。"),
        button=_("确认作废"),
        danger=True,
    )


@door(Permission.DISCLOSURE_DRAFT)
@require_POST
def recall(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Take a submitted text back before it is decided."""
    disclosure = disclosure_of(request, public_id, Permission.DISCLOSURE_DRAFT)
    revision = working_revision(disclosure)
    if revision is not None:
        try:
            actions.recall(revision, by=officer(request), at=timezone.now())
        except LifecycleError as error:
            messages.error(request, told(error))
            return redirect("workspace:disclosure", public_id)
    return redirect("workspace:draft", public_id)
