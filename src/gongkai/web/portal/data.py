"""Take it all: every list and dump with dictionary, size and checksum."""

import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, BinaryIO, cast

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from gongkai.agencies.models import Agency
from gongkai.catalogue.exports import COLUMNS, to_csv, to_json, to_xlsx
from gongkai.catalogue.queries import checklist_rows
from gongkai.disclosures import queries as disclosures
from gongkai.events.queries import newest_position
from gongkai.ledger import queries as ledger
from gongkai.obligations.models import Obligation
from gongkai.web.portal import behind, clocks, filters, lists, timeliness
from gongkai.web.portal.frame import FRESH_SECONDS, ColumnTags, answer, fresh
from gongkai.web.tables import MEDIA_TYPES, Column, Table, csv_lines, disposition, json_parts, write_xlsx
from gongkai.web.telling import told

FRESH = timedelta(minutes=10)
SUFFIXES = ("csv", "xlsx", "json")
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Dump:
    """A file as it lies ready."""

    suffix: str
    url: str
    size: int
    sha256: str
    made_at: datetime


@dataclass(frozen=True)
class DataSet:
    """One data set: what it is, its fields, where the live list is, how to make its table."""

    name: str
    title: str
    about: str
    live: str
    columns: list[Column]
    write: Callable[[str, IO[bytes]], None]


def _writer(make: Callable[[], Table]) -> Callable[[str, IO[bytes]], None]:
    def write(suffix: str, out: IO[bytes]) -> None:
        table = make()  # its rows are read once, so each file begins with a fresh one
        if suffix == "xlsx":
            write_xlsx(table, out)
            return
        for part in csv_lines(table) if suffix == "csv" else json_parts(table):
            out.write(part.encode())

    return write


def _write_checklist(suffix: str, out: IO[bytes]) -> None:
    rows = [row.as_columns() for row in checklist_rows(on=timezone.localdate())]
    title = _("公共资源配置领域政府信息公开清单")
    makers = {
        "csv": lambda: to_csv(rows),
        "xlsx": lambda: to_xlsx(rows, title=title),
        "json": lambda: to_json(rows, title=title),
    }
    out.write(makers[suffix]())


def _agencies() -> Table:
    columns = [
        Column("code", _("代码"), _("本站网址和数据中使用"), 16),
        Column("name", _("名称"), "", 30),
        Column("name_en", _("英文名称"), "", 40),
        Column("kind", _("类别"), "", 16),
        Column("unit_code", _("机构代码"), _("索引号的第一段"), 12),
        Column("uscc", _("统一社会信用代码"), "", 22),
        Column("closed_on", _("撤销日期"), "", 12),
    ]
    rows = (
        [a.code, a.name, a.name_en, a.get_kind_display(), a.unit_code, a.uscc, a.closed_on]
        for a in Agency.objects.all()
    )
    return Table("agencies", _("责任主体"), columns, rows)


def data_sets() -> list[DataSet]:
    """Every list there is, in the order of the page."""
    clocks_of_all = disclosures.with_public_labels(
        Obligation.objects.select_related("item", "agency", "rule_version__rule")
    )
    months = clocks.months_back(timezone.localdate(), timeliness.MOST_MONTHS)
    national = [Column(name, title) for name, (title, _width) in COLUMNS.items()]

    def of(make: Callable[[], Table], about: str, live: str) -> DataSet:
        shape = make()
        return DataSet(shape.name, shape.title, about, reverse(live), list(shape.columns), _writer(make))

    return [
        of(
            lambda: lists.table(filters.Filters()),
            _("每条公开信息一行,含已撤回和公示期满的存根。"),
            "portal:disclosures",
        ),
        DataSet(
            "checklist",
            _("公开清单"),
            _("应公开的每个事项一行,按全国统一的栏目。"),
            reverse("portal:checklist"),
            national,
            _write_checklist,
        ),
        of(
            lambda: behind.clock_table(clocks_of_all),
            _("每项有期限的公开义务一行:何时应公开、依据哪一条、是否按时。"),
            "portal:timeliness_rows",
        ),
        of(
            lambda: timeliness.board_table(months),
            _("各单位最近 24 个月每月应公开、按时、逾期的件数。"),
            "portal:timeliness",
        ),
        of(_agencies, _("责任主体及其代码。"), "portal:checklist"),
    ]


# --- dumps lie ready in a folder, made again when they have grown old ------------------------------------


def _folder() -> Path:
    folder = Path(settings.VAR_DIR) / "dumps"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _ready(dataset: DataSet, suffix: str, *, now: datetime, gone: int) -> Path:
    """The file of a dump, written beside its place and renamed, not older than ``FRESH``.

    ``gone`` is the position of the last event by which something left public reading: a file made before it is
    made again at once.
    """
    path = _folder() / f"{dataset.name}.{suffix}"
    if path.exists() and now - _made_at(path) < FRESH and _position(path) >= gone:
        return path
    reached = newest_position()  # before the rows are read
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False, suffix=".part") as out:
        with override("zh-hans"):  # one file for every reader: dumps speak the language of the law
            dataset.write(suffix, out)
        out.flush()
    os.chmod(out.name, 0o644)  # noqa: PTH101 - the name comes from tempfile
    digest = _digest(Path(out.name))
    path.with_suffix(f".{suffix}.position").write_text(str(reached), encoding="ascii")
    path.with_suffix(f".{suffix}.sha256").write_text(digest, encoding="ascii")
    Path(out.name).replace(path)
    return path


def _position(path: Path) -> int:
    """The last event a dump can know of; -1 when that was not kept."""
    try:
        return int(path.with_suffix(f"{path.suffix}.position").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return -1


def _made_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


def _dump(dataset: DataSet, suffix: str, *, now: datetime, gone: int) -> Dump:
    path = _ready(dataset, suffix, now=now, gone=gone)
    return Dump(
        suffix,
        reverse("portal:dump", args=[dataset.name, suffix]),
        path.stat().st_size,
        path.with_suffix(f".{suffix}.sha256").read_text(encoding="ascii"),
        _made_at(path),
    )


@require_safe
@fresh
def data(request: HttpRequest) -> HttpResponseBase:
    """Every list with its dictionary, and its files with size and checksum."""
    now, gone = timezone.now(), disclosures.last_taken_back()
    sets = [
        (dataset, [_dump(dataset, suffix, now=now, gone=gone) for suffix in SUFFIXES]) for dataset in data_sets()
    ]
    context = {"sets": sets, "log": ledger.state()}
    column = ColumnTags(
        _("数据"), _("公开信息、清单和时效数据的整本下载"), _("开放数据,数据下载,接口"), _("政务公开")
    )
    return answer(request, "data.html", context, column=column, trail=[(_("数据"), "")])


@require_safe
def dump(request: HttpRequest, name: str, suffix: str) -> HttpResponseBase:
    """One dump."""
    found = next((dataset for dataset in data_sets() if dataset.name == name), None)
    if found is None:
        raise Http404(_("没有这个数据集。"))
    path = _ready(found, suffix, now=timezone.now(), gone=disclosures.last_taken_back())
    response = FileResponse(path.open("rb"), content_type=MEDIA_TYPES[suffix])
    response["Content-Disposition"] = disposition(f"{name}.{suffix}")
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    return response


@require_safe
def whole_log(request: HttpRequest) -> HttpResponseBase:
    """The whole publication log as one archive that ``python -m gongkai.verify`` reads."""
    spool = tempfile.SpooledTemporaryFile(max_size=_BLOCK)  # noqa: SIM115 - FileResponse closes it
    try:
        head = ledger.write_archive(cast(BinaryIO, spool))
    except ledger.ProofUnavailableError as error:
        raise Http404(told(error)) from None
    if head is None:
        raise Http404(_("公开日志还没有第一份签名。"))
    spool.seek(0)
    response = FileResponse(spool, content_type="application/x-tar")
    response["Content-Disposition"] = disposition(f"log-{head.size}.tar")
    return response
