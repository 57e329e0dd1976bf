"""Officers see on their first screen that what they publish arrives nowhere, because nobody looks."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from gongkai.events.rounds import LOOK, note_round
from tests.cast import Cast
from tests.web.workspace.conftest import Enter


def test_the_first_screen_says_when_the_followers_have_not_looked(cast: Cast, enter: Enter) -> None:
    client, now = enter(cast.lin), timezone.now()

    def shown() -> str:
        return client.get(reverse("workspace:tasks")).content.decode()

    assert "后台程序还没有运行过" in shown()
    note_round(LOOK, on=timezone.localdate(now), at=now - timedelta(minutes=12))
    assert "后台程序已有 12 分钟没有正常运行" in shown()
    note_round(LOOK, on=timezone.localdate(now), at=now)
    assert "后台程序" not in shown()
