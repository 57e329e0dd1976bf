"""The one place that says which address a request came from: for limits, for the lock-out, for the log."""

from django.conf import settings
from django.http import HttpRequest

from gongkai.core.addresses import client_address


def address_of(request: HttpRequest) -> str:
    """The visitor's address: the connection's own, or past the proxies of ``GONGKAI_TRUSTED_PROXIES``."""
    return client_address(
        request.META.get("REMOTE_ADDR", ""),
        request.META.get("HTTP_X_FORWARDED_FOR", ""),
        trusted=settings.TRUSTED_PROXIES,
    )
