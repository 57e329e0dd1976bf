"""A click repeated does nothing twice: a form carries a token; its second arrival gets the first one's answer."""

import secrets
from collections.abc import Callable
from importlib import import_module

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest

FIELD = "once"
_DONE, _REMEMBERED = "done", 40


def token() -> str:
    """A new token for a form."""
    return secrets.token_urlsafe(12)


def once(request: HttpRequest, act: Callable[[], str]) -> str:
    """Do ``act`` unless this form's token was already spent; either way the address of what came of it.

    The officer's session row is the lock, and the token is written in the transaction of the act, so two
    clicks at the same instant are one act. A form without a token acts each time.
    """
    given = request.POST.get(FIELD, "")
    with transaction.atomic():
        Session.objects.select_for_update().filter(pk=request.session.session_key).first()
        store = import_module(settings.SESSION_ENGINE).SessionStore(request.session.session_key)
        done: dict[str, str] = store.get(_DONE, {})
        if given in done:
            request.session[_DONE] = done  # whatever else this request saves must not forget it
            return done[given]
        address = act()
        if given:
            kept = dict(list(done.items())[1 - _REMEMBERED :])
            request.session[_DONE] = {**kept, given: address}
            request.session.save()
    return address
