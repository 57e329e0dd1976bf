"""What the form of a text asks about its clock: which running one it answers, or the day a rule starts from."""

from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gongkai.disclosures.actions.starting import Starting
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.disclosures.starting import APART, Start, start_of
from gongkai.obligations.models import Obligation
from gongkai.web.telling import told
from gongkai.web.workspace.forms.base import DayField, WorkspaceForm
from gongkai.web.workspace.forms.naming import NamedSelect

_CLOCK = ("clock", "fact_on", "fact_time")


class ClockQuestions(WorkspaceForm):
    """The questions, of which a text is asked only those it must answer."""

    revision: Revision
    disclosure: Disclosure
    start: Start

    clock = forms.ChoiceField(
        widget=NamedSelect,
        label=_("办理的是哪一件时限任务"),
        required=False,
        help_text=_("本单位这一事项有正在计时、还没有人起草的任务。办理其中一件的,选它,不另行计时。"),
        error_messages={"invalid_choice": _("所选任务已经办结或由他人起草。请重新选择。")},
    )
    fact_on = DayField(label=_("时限起算的日子"), required=False)
    fact_time = forms.TimeField(
        label=_("当天的时刻"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("本事项的时限以小时计,须写明时刻。"),
        error_messages={"invalid": _("请写成 09:30 的样子。")},
    )

    def ask_for_the_clock(self) -> None:
        """Which running clock it answers, and the day the rule starts from; only what this text must be asked."""
        self.start = start = start_of(
            self.disclosure, formed_on=self.revision.formed_on, today=timezone.localdate()
        )
        if start.offers:
            answered = [d.obligation for d in start.linked]
            named = [(str(c.pk), _named_clock(c)) for c in [*answered, *start.free]]
            apart = _("都不是;已判定不要求公开,不计时") if start.decides else _("都不是,另行计时")
            choice: forms.ChoiceField = self.fields["clock"]  # type: ignore[assignment] # declared above
            choice.choices = [("", _("请选择")), *named, (APART, apart)]
            chosen = APART if self.disclosure.clock_apart else ""
            self.initial["clock"] = str(answered[0].pk) if answered else chosen
        else:
            del self.fields["clock"]
        if start.asks and start.clock and start.clock.version:
            self.fields["fact_on"].label = told(start.clock.version.trigger)
            self.fields["fact_on"].help_text = gettext("本事项的公开时限按这一天计算。")
        else:
            del self.fields["fact_on"]
        if not (start.asks and start.clock and start.clock.timed):
            del self.fields["fact_time"]
        if start.clock and start.clock.version and not start.asks:
            self.fields["formed_on"].help_text = gettext("信息实际形成的日期;公开时限从这一天起算。")

    @property
    def clock_fields(self) -> list[forms.BoundField]:
        """What must be asked about the clock, if anything."""
        return [self[name] for name in _CLOCK if name in self.fields]

    def starting(self) -> Starting:
        """What was said about the clock; what was not asked stays as it is."""
        said, kept = self.cleaned_data, self.disclosure
        fact_on = said["fact_on"] if "fact_on" in self.fields else kept.fact_on
        fact_at = kept.fact_at
        if "fact_time" in self.fields:
            at = said["fact_time"]
            fact_at = timezone.make_aware(datetime.combine(fact_on, at)) if fact_on and at else None
        if "clock" not in self.fields:
            return Starting(apart=bool(kept.clock_apart), fact_on=fact_on, fact_at=fact_at)
        running = [*(d.obligation for d in self.start.linked), *self.start.free]
        chosen = next((c for c in running if str(c.pk) == said["clock"]), None)
        return Starting(True, chosen, said["clock"] == APART, fact_on, fact_at)


def _named_clock(clock: Obligation) -> str:
    due = f"{clock.due_on}" if clock.due_on else gettext("没有数字期限")
    return gettext("%(label)s(应于 %(due)s 前公开)") % {"label": clock.label, "due": due}
