"""One address book: the public site at the root, officers under /workspace/, data under /api/ and /log/."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

handler400 = "gongkai.web.refused.bad_request"
urlpatterns = [
    path("api/", include("gongkai.web.opendata.urls")),
    *i18n_patterns(
        path("workspace/", include("gongkai.web.workspace.urls")),
        path("", include("gongkai.web.portal.urls")),
        prefix_default_language=False,
    ),
]
