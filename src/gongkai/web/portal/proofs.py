"""Is it genuine: the proof of a page, the check of a proof file, the log's own files."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from gongkai.core.notes import Fault, NoteError, VerifierKey
from gongkai.core.proofs import EXTENSION, MAX_PROOF_BYTES, LeafProof, record_facts
from gongkai.core.tiles import Place
from gongkai.core.vocabulary import LeafKind
from gongkai.disclosures import queries
from gongkai.disclosures.models import Disclosure
from gongkai.ledger import queries as ledger
from gongkai.web.portal.frame import ColumnTags, answer, fresh
from gongkai.web.tables import disposition
from gongkai.web.telling import told

PREFIX = "disclosure:"
_FOREVER = "public, max-age=31536000, immutable"
_SHORT = "public, max-age=5"


@dataclass(frozen=True)
class Standing:
    """Where a disclosure stands in the log: its newest leaf, whether the signed head covers it, its digests."""

    position: int
    covered: bool
    size: int
    sha256: str
    sm3: str


def standing(disclosure: Disclosure) -> Standing | None:
    """The proof block of a page; None before anything was logged about it."""
    if disclosure.leaf_position is None:
        return None
    try:
        facts = ledger.facts_of(ledger.leaf(disclosure.leaf_position))
    except ledger.NotLoggedError:
        return None
    state = ledger.state()
    return Standing(
        disclosure.leaf_position,
        disclosure.leaf_position < state.published,
        state.published,
        str(facts.get("sha256", "")),
        str(facts.get("sm3", "")),
    )


@require_safe
@fresh
def proof_file(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The page's proof as one file that ``python -m gongkai.verify`` checks without this site."""
    disclosure = queries.public().filter(public_id=public_id).first()
    if disclosure is None or disclosure.leaf_position is None:
        raise Http404(_("没有这条公开信息的证明。"))
    try:
        text = ledger.proof_for(disclosure.leaf_position)
    except (ledger.NotYetPublishedError, ledger.ProofUnavailableError) as error:
        return HttpResponse(
            told(error), status=503, content_type="text/plain; charset=utf-8", headers={"Retry-After": "60"}
        )
    except ledger.NotLoggedError as error:
        raise Http404(told(error)) from None
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = disposition(f"{disclosure.index_number or public_id}{EXTENSION}")
    return response


# --- checking --------------------------------------------------------------------------------------------


class ProofForm(forms.Form):
    """A proof file, and, if one likes, the content file it speaks of."""

    proof = forms.FileField(
        label=gettext_lazy("证明文件(扩展名 .tlog-proof)"),
        widget=forms.ClearableFileInput(attrs={"accept": EXTENSION}),
        error_messages={"required": gettext_lazy("请选择证明文件:在信息页面的“有据可查”里可以下载。")},
    )
    content = forms.FileField(
        label=gettext_lazy("内容或附件文件(可不选)"),
        required=False,
        help_text=gettext_lazy("选了就一并核对:这个文件是不是当时公开的那一份。"),
    )


@dataclass(frozen=True)
class Outcome:
    """The answer in plain words. ``tone`` is good, warn or bad; ``reasons`` say why."""

    tone: str
    verdict: str
    reasons: list[str]
    disclosure: Disclosure | None = None
    facts: dict[str, Any] | None = None


def _why(fault: Fault) -> str:
    """What a fault of a proof file means to someone who is not a cryptographer."""
    said = {
        Fault.OTHER_KEY: _("它不是用本县公开日志的密钥签的,可能来自别的系统,或者是伪造的。"),
        Fault.BAD_PROOF: _("证明里的记录与签名对不上:文件被改动过,或者没有下载完整。"),
        Fault.BAD_RECORD: _("证明里的记录不是有效的格式。"),
    }
    return said.get(fault, _("这个文件不是完整的证明文件:可能选错了文件,或者没有下载完整。"))


def check(proof: bytes, content: bytes | None) -> Outcome:
    """Whether a proof file (and a content file beside it) is genuine and still current."""
    unverifiable = _("无法验证")
    key = ledger.state().vkey
    if not key:
        return Outcome("warn", unverifiable, [_("本站的公开日志还没有第一份签名,请稍后再试。")])
    try:
        parsed = LeafProof.parse(proof)
        parsed.verify(VerifierKey.parse(key))
        facts = record_facts(parsed.record)
    except NoteError as error:
        return Outcome("bad", unverifiable, [_why(error.fault)])
    subject = str(facts["subject"])
    disclosure = None
    if subject.startswith(PREFIX):
        disclosure = queries.public().filter(public_id=subject.removeprefix(PREFIX)).first()
    return _current(parsed, facts, disclosure, content)


def _current(
    parsed: LeafProof, facts: dict[str, Any], disclosure: Disclosure | None, content: bytes | None
) -> Outcome:
    reasons = [_("签名有效;这条记录在公开日志的第 %(n)d 位。") % {"n": parsed.index}]
    if content is not None:
        digest = hashlib.sha256(content).hexdigest()
        known = {str(facts.get("sha256")), *(str(f.get("sha256")) for f in facts.get("files") or [])}
        if digest not in known:
            reasons.append(_("但您选的内容文件与记录里的哈希不同:它不是当时公开的那一份,或者被改动过。"))
            return Outcome("bad", _("内容被改动过"), reasons, disclosure, facts)
        reasons.append(_("您选的内容文件与记录里的哈希一致,一个字节也没有变。"))
    return _newest(parsed, facts, disclosure, reasons)


def _newest(
    parsed: LeafProof, facts: dict[str, Any], disclosure: Disclosure | None, reasons: list[str]
) -> Outcome:
    after = [leaf for leaf in ledger.leaves_of(str(facts["subject"])) if leaf.position > parsed.index]
    later = [leaf for leaf in after if leaf.kind != LeafKind.WITHHOLD]  # those speak of one old version alone
    if any(ledger.facts_of(leaf).get("withholds") == parsed.index for leaf in after if leaf not in later):
        reasons.append(_("这一版公开过,内容后来依法收回,现在只保留编号、时间、理由和哈希。"))
        return Outcome("warn", _("内容已收回"), reasons, disclosure, facts)
    if facts["kind"] == LeafKind.WITHHOLD:
        reasons.append(_("这条记录说明:第 %(n)s 位记录的旧版内容已经收回。") % {"n": facts.get("withholds")})
        return Outcome("warn", _("旧版已收回"), reasons, disclosure, facts)
    if later:
        kind = later[-1].kind
        if kind == "withdraw":
            reasons.append(_("这条信息后来被撤回了。"))
            return Outcome("warn", _("已被撤回"), reasons, disclosure, facts)
        if kind == "expire":
            reasons.append(_("公示已经期满,正文按规定不再展示。"))
            return Outcome("warn", _("公示已期满"), reasons, disclosure, facts)
        reasons.append(_("这条信息后来更正过,您手里的是旧版。"))
        return Outcome("warn", _("已被更正"), reasons, disclosure, facts)
    reasons.append(_("从那以后没有更正或撤回,网页上的就是这一版。"))
    return Outcome("good", _("内容未改动"), reasons, disclosure, facts)


@csrf_exempt  # nothing is changed and nothing is kept: the answer depends on the files alone
@require_http_methods(["GET", "HEAD", "POST"])
def proof(request: HttpRequest) -> HttpResponseBase:
    """Drop a proof file; the answer in plain words, and why."""
    form = ProofForm(request.POST, request.FILES) if request.method == "POST" else ProofForm()
    outcome = None
    if request.method == "POST" and form.is_valid():
        outcome = _checked(form)
    column = ColumnTags(_("验真"), _("核对一条公开信息有没有被改动"), _("验真,证明,公开日志"), _("政务公开"))
    response = answer(
        request,
        "proof.html",
        {"form": form, "outcome": outcome, "log": ledger.state(), "checkpoint": ledger.checkpoint()},
        column=column,
        trail=[(_("验真"), "")],
    )
    response["Cache-Control"] = "no-store"
    return response


def _checked(form: ProofForm) -> Outcome:
    proof, content = form.cleaned_data["proof"], form.cleaned_data.get("content")
    if proof.size > MAX_PROOF_BYTES:
        return Outcome("bad", _("无法验证"), [_("文件太大,不是证明文件。")])
    if content and content.size > settings.UPLOAD_MAX_BYTES:
        return Outcome("bad", _("无法验证"), [_("内容文件太大,请用离线工具核对。")])
    return check(proof.read(), content.read() if content else None)


# --- the log's own files ---------------------------------------------------------------------------------


@require_safe
def log_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """A static file of the log: head, key, tiles. A web server may serve the folder instead."""
    root = Path(settings.LEDGER_DIR)
    if path in {"checkpoint", "log.vkey"}:
        wanted, kind, keep = root / path, "text/plain; charset=utf-8", _SHORT
    else:
        place = Place.of_path(path)
        if place is None:
            raise Http404(_("公开日志里没有这个文件。"))
        # A partial tile may be gone once its full one exists; readers of the format then ask for that one.
        wanted, kind, keep = root / place.path, "application/octet-stream", _FOREVER
    try:
        response = FileResponse(wanted.open("rb"), content_type=kind)
    except OSError:
        raise Http404(_("公开日志里没有这个文件。")) from None
    response["Cache-Control"] = keep
    response["Access-Control-Allow-Origin"] = "*"
    return response
