"""The pages that ask once before something that cannot be taken back, in words that name the consequence."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from gongkai.core.lifecycle import LifecycleError
from gongkai.disclosures import actions
from gongkai.disclosures.models import Disclosure
from gongkai.web.telling import told
from gongkai.web.workspace.forms.base import WorkspaceForm
from gongkai.web.workspace.pages import page

asks = require_http_methods(["GET", "HEAD", "POST"])


def ask_once(
    request: HttpRequest,
    disclosure: Disclosure,
    form: WorkspaceForm,
    act: Callable[[], None],
    *,
    onward: str = "workspace:disclosure",
    danger: bool = False,
    **words: str,
) -> HttpResponseBase:
    """Act when the form comes back filled in rightly, then go ``onward``; else the page with what is wrong.

    ``words``: the ``title`` of the page, its ``consequence``, the ``button``, and the ``read`` standing of a text.
    """
    if request.method == "POST" and form.is_valid() and done(form, act):
        return redirect(onward, disclosure.public_id)
    context = {"disclosure": disclosure, "form": form, "danger": danger, **words}
    return page(request, "ask.html", context, status=refusal(form))


def done(form: WorkspaceForm, act: Callable[[], None]) -> bool:
    """Act; a refusal is written into the form, where what was typed still stands."""
    try:
        act()
    except actions.TextProblemsError as error:
        form.blame(error.problems)
    except (LifecycleError, actions.NotPublishableError) as error:
        form.add_error(None, told(error))
        form.conflicts = isinstance(error, LifecycleError)
    else:
        return True
    return False


def refusal(form: WorkspaceForm) -> int:
    """What a page with this form answers: 409 where the state had moved on, 422 where something is refused."""
    if form.conflicts:
        return 409
    return 422 if form.errors else 200
