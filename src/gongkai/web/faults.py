"""Faults outside a request that a page may meet: each has a page that says what is the matter and what to do."""

import logging
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from gongkai.documents.actions import StorageError
from gongkai.ledger.queries import DamagedLeafError

log = logging.getLogger("gongkai.web")


class KnownFaults:
    """Answers 503 with a page of its own for a fault that is no error of ours; any other is left as it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer as it is."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """The store does not answer: soon again. A record of the log was altered: only the office can mend it."""
        if isinstance(error, StorageError):
            response = render(request, "503.html", status=503)
            response["Retry-After"] = "60"
            return response
        if isinstance(error, DamagedLeafError):
            log.error("the record of leaf %s was altered; run manage.py verify_log", error.position)
            return render(request, "503_log.html", {"position": error.position}, status=503)
        return None
