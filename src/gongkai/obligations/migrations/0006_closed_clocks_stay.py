"""A calendar as announced is never rewritten, and a clock that was stopped keeps what it said when it stopped."""

from django.db import migrations

from gongkai.events.immutable import append_only, frozen, refused

_CLOSED = "OLD.state NOT IN ('open', 'overdue')"


class Migration(migrations.Migration):
    dependencies = [("obligations", "0005_concluded")]
    operations = [
        *append_only("obligations_calendaryear"),
        *frozen(
            "obligations_obligation",
            [
                "item_id", "agency_id", "ground", "label", "period_key", "fact_on", "fact_at", "rule_version_id",
                "state", "earliest_at", "due_on", "due_at", "provisional", "provisional_reason",
                "calendar_version", "working", "decision", "opened_at", "opened_by_id", "met_at", "overdue_at",
                "concluded_at", "waived_at", "waived_by_id", "waiver_ground",
            ],
            when=_CLOSED,
            called="closed_facts",
        ),
        *refused("obligations_obligation", "DELETE", when=_CLOSED, called="closed_kept"),
    ]  # fmt: skip
