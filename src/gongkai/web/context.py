"""What every template may use: the county's own texts, and whether the data are a demonstration."""

from django.conf import settings
from django.http import HttpRequest


def county(request: HttpRequest) -> dict[str, object]:
    """Names and switches of the installation for the page frame."""
    return {
        "demo_data": settings.DEMO,
        "embedded": settings.EMBEDDED or request.GET.get("embed") == "1",
        "elder": request.COOKIES.get("elder") == "1",
    }
