"""What every template may use: the county's own texts, the switches of the frame, the menu."""

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse, translate_url
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gongkai.web.demo.marker import demo_installed
from gongkai.web.site import site

SHEETS = ("reset", "tokens", "layout", "parts", "print")


class Entry(NamedTuple):
    """One entry of the menu; ``here`` is the value of ``aria-current`` or empty."""

    name: str
    url: str
    here: str


def _menu(request: HttpRequest) -> list[Entry]:
    entries = [
        (_("首页"), reverse("portal:home")),
        (_("公开信息"), reverse("portal:disclosures")),
        (_("公开清单"), reverse("portal:checklist")),
        (_("时效看板"), reverse("portal:timeliness")),
        (_("搜索"), reverse("portal:search")),
        (_("数据"), reverse("portal:data")),
        (_("验真"), reverse("portal:proof")),
    ]
    home = entries[0][1]

    def here(url: str) -> str:
        if request.path == url:
            return "page"
        return "true" if url != home and request.path.startswith(url) else ""

    return [Entry(name, url, here(url)) for name, url in entries]


def _other_language(request: HttpRequest) -> dict[str, str]:
    english = (get_language() or "").startswith("en")
    code, lang, name = ("zh-hans", "zh-Hans", "简体中文") if english else ("en", "en", "English")
    return {"code": lang, "name": name, "url": translate_url(request.get_full_path(), code)}


def county(request: HttpRequest) -> dict[str, object]:
    """Names and switches of the installation for the page frame."""
    return {
        "site": site(),
        "demo_data": demo_installed(),
        "embedded": settings.EMBEDDED or request.GET.get("embed") == "1",
        "unfolded": request.GET.get("print") == "1",  # an older browser does not print what is folded
        "elder": request.COOKIES.get("elder") == "1",
        "menu": _menu(request),
        "other_language": _other_language(request),
        "stylesheets": [*(static(f"gongkai/{sheet}.css") for sheet in SHEETS), reverse("portal:theme")],
    }
