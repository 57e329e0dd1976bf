"""Addresses of the public site. They are printed on paper and in other people's pages: they do not change."""

from django.urls import path, re_path

from gongkai.web.portal import (
    behind,
    checklist,
    data,
    detail,
    files,
    find,
    furniture,
    home,
    lists,
    places,
    proofs,
    timeliness,
)

SUFFIX = r"(?P<suffix>csv|xlsx|json)"

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("domains/<slug:code>/", home.domain, name="domain"),
    path("disclosures/", lists.disclosures, name="disclosures"),
    path("disclosures.atom", lists.atom, name="atom"),
    path("disclosures.feed.json", lists.json_feed, name="json_feed"),
    re_path(rf"^disclosures\.{SUFFIX}$", lists.disclosures_file, name="disclosures_file"),
    path("d/<uuid:public_id>/", detail.detail, name="detail"),
    path("d/<uuid:public_id>.json", detail.as_json, name="detail_json"),
    path("d/<uuid:public_id>/versions/", detail.versions, name="versions"),
    path("d/<uuid:public_id>/versions/<int:number>/", detail.version, name="version"),
    path("d/<uuid:public_id>/clock/", detail.clock, name="clock"),
    path("d/<uuid:public_id>/print/", detail.sheet, name="sheet"),
    path("d/<uuid:public_id>/qr.svg", detail.qr, name="qr"),
    path("d/<uuid:public_id>/proof.tlog-proof", proofs.proof_file, name="proof_file"),
    path("d/<uuid:public_id>/content.<int:number>.json", detail.content, name="content"),
    path("d/<uuid:public_id>/files/<int:key>/", files.file, name="file"),
    path("d/<uuid:public_id>/files/<int:key>/text/", files.text, name="file_text"),
    path("checklist/", checklist.checklist, name="checklist"),
    re_path(rf"^checklist\.{SUFFIX}$", checklist.checklist_file, name="checklist_file"),
    path("checklist/diff/", checklist.changes, name="checklist_changes"),
    path("checklist/<slug:code>/", checklist.one_item, name="item"),
    path("timeliness/", timeliness.board, name="timeliness"),
    path("timeliness/chart.svg", timeliness.chart, name="timeliness_chart"),
    re_path(rf"^timeliness\.{SUFFIX}$", timeliness.board_file, name="timeliness_file"),
    path("timeliness/rows/", behind.rows, name="timeliness_rows"),
    re_path(rf"^timeliness/rows\.{SUFFIX}$", behind.rows_file, name="timeliness_rows_file"),
    path("search/", find.find, name="search"),
    path("proof/", proofs.proof, name="proof"),
    path("log/<path:path>", proofs.log_file, name="log"),
    path("log.tar", data.whole_log, name="whole_log"),
    path("data/", data.data, name="data"),
    re_path(rf"^data/(?P<name>[a-z]+)\.{SUFFIX}$", data.dump, name="dump"),
    path("housing/", places.place, name="place"),
    path("guide/", furniture.guide, name="guide"),
    path("guide/form/", furniture.application, name="application"),
    path("about/", furniture.about, name="about"),
    path("elder/", furniture.elder, name="elder"),
    path("theme.css", furniture.theme, name="theme"),
    path("robots.txt", furniture.robots, name="robots"),
    path("sitemap.xml", furniture.sitemap, name="sitemap"),
]
