"""The workspace with the cast in it, and officers who have finished signing in."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from gongkai.agencies.models import Officer
from gongkai.catalogue.models import Item
from gongkai.core.vocabulary import Evidence
from gongkai.obligations.models import CalendarYear
from gongkai.web.workspace.doors import SEEN_AT, SIGNED_IN_AT
from tests import make
from tests.cast import Cast, assemble

Enter = Callable[[Officer], Client]


@pytest.fixture
def cast(db: None) -> Cast:
    """The whole cast in a county with a calendar."""
    make.make_county()
    today = timezone.localdate()
    CalendarYear.objects.bulk_create(
        CalendarYear(
            year=year,
            title="测试放假安排",
            issued_on=date(year - 1, 11, 1),
            days_off=[f"{year}-01-01"],
            evidence=Evidence.PRIMARY_TEXT,
        )
        for year in range(today.year - 2, today.year + 2)
    )
    return assemble()


@pytest.fixture
def item(cast: Cast) -> Item:
    """An item 县财政局 answers for, with a clock of 20 working days."""
    return make.make_item(agencies=[cast.finance], rules=[make.make_rule().rule])


@pytest.fixture
def enter() -> Enter:
    """Signed in with password and second factor."""

    def inside(who: Officer) -> Client:
        client = Client()
        client.force_login(who)
        device = TOTPDevice.objects.get_or_create(user=who, confirmed=True)[0]
        session = client.session
        session[SIGNED_IN_AT] = session[SEEN_AT] = timezone.now().timestamp()
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session.save()
        return client

    return inside
