"""Requests that cannot be read at all."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page that says what was wrong and what to do: 413 for a text too long to take, 400 for all else."""
    too_long = isinstance(exception, RequestDataTooBig)
    return render(request, "400.html", {"too_long": too_long}, status=413 if too_long else 400)
