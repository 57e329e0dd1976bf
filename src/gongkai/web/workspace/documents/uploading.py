"""Upload in pieces: begin, add, finish. A plain form takes files too; this is for large ones and poor lines."""

import uuid
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.http.request import UnreadablePostError
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gongkai.core.authority import Permission
from gongkai.core.lifecycle import LifecycleError
from gongkai.disclosures import actions
from gongkai.documents import uploads
from gongkai.documents.actions import DocumentRefusedError, store
from gongkai.documents.uploads import OffsetError, Upload
from gongkai.web.telling import told
from gongkai.web.workspace.doors import door, officer
from gongkai.web.workspace.reach import disclosure_of, working_revision

DRAFT = Permission.DISCLOSURE_DRAFT


@door(DRAFT)
@require_http_methods(["GET", "HEAD", "POST"])
def begun(request: HttpRequest) -> HttpResponseBase:
    """GET: what this officer has not finished (of one text, ``?disclosure=``). POST: begin, or go on with the same
    file."""
    if request.method != "POST":
        about = request.GET.get("disclosure")
        return JsonResponse({"uploads": [_said(one) for one in uploads.unfinished(_owner(request), about=about)]})
    disclosure = disclosure_of(request, _key(request.POST.get("disclosure", "")), DRAFT)
    size = request.POST.get("size", "")
    try:
        upload = uploads.begin(
            _owner(request),
            name=request.POST.get("name", "").strip(),
            size=int(size) if size.isdecimal() and len(size) < 16 else 0,
            modified=request.POST.get("modified", "")[:40],
            about=str(disclosure.public_id),
        )
    except DocumentRefusedError as error:
        return _no(told(error))
    return JsonResponse(_said(upload), status=201)


@door(DRAFT)
@require_http_methods(["GET", "HEAD", "PUT", "DELETE"])
def piece(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """GET: how far it is. PUT: the next piece, ``?offset=`` where it begins. DELETE: not wanted after all."""
    upload = _mine(request, key)
    if request.method == "DELETE":
        uploads.abandon(upload)
        return JsonResponse({"gone": True})
    if request.method == "PUT":
        offset = request.GET.get("offset", "")
        try:
            uploads.take(upload, request, offset=int(offset) if offset.isdecimal() and len(offset) < 16 else -1)
        except OffsetError as error:
            return JsonResponse({"arrived": error.arrived}, status=409)
        except DocumentRefusedError as error:
            return _no(told(error))
        except UnreadablePostError:  # the line broke; what came is kept
            return JsonResponse({"arrived": upload.arrived}, status=408)
    return JsonResponse(_said(upload))


@door(DRAFT)
@require_POST
def finish(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """All is here: recognise it, check it, hang it on the text. A second finish gets the first one's answer."""
    upload = _mine(request, key)
    try:
        with uploads.finishing(upload) as whole:
            if uploads.outcome(upload) is None:
                refusal = _attached(request, upload, whole)
                if refusal:
                    uploads.abandon(upload)
                    return _no(refusal)
                uploads.settle(upload, upload.name)
    except OffsetError as error:
        if uploads.outcome(upload) is None:
            return JsonResponse({"arrived": error.arrived}, status=409)
    except DocumentRefusedError as error:  # the store, not the file: what has arrived stays, the page tries again
        return JsonResponse({"said": told(error)}, status=503)
    except FileNotFoundError:
        raise Http404(_("这个文件已经取消。")) from None
    return JsonResponse({"name": upload.name, "done": True})


def _attached(request: HttpRequest, upload: Upload, whole: Path) -> str:
    """Empty when the file hangs on the text; else why not and what to do. The text itself is not touched.

    Raises ``DocumentRefusedError`` only where the store does not answer.
    """
    disclosure = disclosure_of(request, _key(upload.about), DRAFT)
    revision = working_revision(disclosure)
    if revision is None:
        return _("这一稿已经办结,不能再添加附件。")
    who, now = officer(request), timezone.now()
    try:
        stored = store(whole, name=upload.name, by=who, at=now)
        actions.attach(revision, stored=stored, name=upload.name, by=who, at=now)
    except actions.TextProblemsError as error:
        return ";".join(told(problem.message) for problem in error.problems)
    except DocumentRefusedError as error:
        if error.code == "storage":
            raise
        return told(error)
    except LifecycleError as error:
        return told(error)
    return ""


def _owner(request: HttpRequest) -> int:
    return officer(request).pk


def _key(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404(_("没有这条信息。网址可能抄错了,请从列表进入。")) from None


def _mine(request: HttpRequest, key: uuid.UUID) -> Upload:
    upload = uploads.find(_owner(request), key)
    if upload is None:
        raise Http404(_("没有这个上传,可能已经取消或超过七天。请重新选择文件。"))
    return upload


def _said(upload: Upload) -> dict[str, object]:
    return {"key": str(upload.key), "name": upload.name, "size": upload.size, "modified": upload.modified,
            "arrived": upload.arrived}  # fmt: skip


def _no(why: str) -> JsonResponse:
    return JsonResponse({"refused": why}, status=422, json_dumps_params={"ensure_ascii": False})


routes = [
    path("uploads/", begun, name="uploads"),
    path("uploads/<uuid:key>/", piece, name="upload"),
    path("uploads/<uuid:key>/finish/", finish, name="upload_finish"),
]
