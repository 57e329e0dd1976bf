"""Long imports, taken up by the work process and taken up again after a kill."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db.models import F

from gongkai.core.authority import NotAllowedError
from gongkai.core.lifecycle import LifecycleError
from gongkai.disclosures.importing import bounds
from gongkai.disclosures.importing.steps import RUNNING, bring_in, check, give_up
from gongkai.disclosures.models import ImportRun

log = logging.getLogger("gongkai.importing")
State = ImportRun.State


def run_waiting(*, clock: Callable[[], datetime]) -> int:
    """Check or import every run that waits, oldest first; how many were taken up.

    Each attempt is counted before it begins, so a sheet that kills the process is refused after
    ``bounds.ATTEMPTS`` and cannot stop the others for ever. A fault is logged whole and tried again later.
    """
    taken = 0
    for pk in (
        ImportRun.objects.filter(state__in=RUNNING).order_by("created_at", "pk").values_list("pk", flat=True)
    ):
        run = ImportRun.objects.select_related("item", "agency", "created_by", "confirmed_by").get(pk=pk)
        if run.state not in RUNNING:
            continue
        taken += 1
        if run.attempt_count >= bounds.ATTEMPTS:
            give_up(run, at=clock())
            continue
        ImportRun.objects.filter(pk=pk).update(attempt_count=F("attempt_count") + 1)
        try:
            _advance(run, at=clock())
        except Exception:  # one sheet's fault must not stop the others; it is logged and counted
            log.exception("import %s failed", run.public_id)
    return taken


def _advance(run: ImportRun, *, at: datetime) -> None:
    if run.state != State.IMPORTING:
        check(run, at=at)
        return
    try:
        bring_in(run, at=at)
    except (NotAllowedError, LifecycleError) as error:
        give_up(run, at=at, trouble=str(error))
