"""The numbers of a dated rule as arithmetic reads them."""

from dataclasses import dataclass
from datetime import date

from gongkai.core.periods import MONTHS_IN, month_day_in
from gongkai.core.said import Said
from gongkai.core.vocabulary import RuleKind, Unit

INCLUDE_PUBLISH_DAY = "include_publish_day"


class TermsError(ValueError):
    """The rule's terms contradict themselves, or do not fit what was asked; the message says how."""


@dataclass(frozen=True, slots=True)
class PriceTier:
    """A number for prices from ``price_from`` (included) to ``price_to`` (not included), in yuan."""

    price_from: int | None
    price_to: int | None
    value: int

    def holds(self, price: int) -> bool:
        """Whether ``price`` falls into this tier."""
        return (self.price_from or 0) <= price and (self.price_to is None or price < self.price_to)


@dataclass(frozen=True, slots=True)
class Pause:
    """Time that does not count: every day later than ``after`` up to and including ``until`` (``None``: still)."""

    after: date
    until: date | None


@dataclass(frozen=True, slots=True)
class RuleTerms:
    """What one rule version asks: ``checklist.yaml``'s kinds and units.

    ``value`` counts ``unit``; ``max_value`` is the upper end of ``min_max_duration``; ``month_day`` (``MM-DD``)
    is for ``annual_date``, ``period`` for ``periodic``; ``fallback`` is the outer limit where the law only says
    及时. ``day_count_override`` may be ``include_publish_day``: the first day counts. Raises ``TermsError``.
    """

    kind: RuleKind
    value: int | None = None
    unit: Unit | None = None
    max_value: int | None = None
    month_day: str = ""
    period: str = ""
    day_count_override: str = ""
    extension_value: int | None = None
    tiers: tuple[PriceTier, ...] = ()
    needs_local_value: bool = False
    default_publish: bool = True
    fallback: "RuleTerms | None" = None
    trigger: str = ""

    def __post_init__(self) -> None:
        if self.period and self.period not in MONTHS_IN:
            raise TermsError(Said("周期“%(period)s”不认识:只能是 month、quarter 或 year。", period=self.period))
        if self.kind is RuleKind.PERIODIC and not self.period:
            raise TermsError(Said("周期性规则须写明周期:month、quarter 或 year。"))
        if self.day_count_override not in {"", INCLUDE_PUBLISH_DAY}:
            raise TermsError(
                Said(
                    "起算方式“%(given)s”不认识:只能是 %(known)s 或留空。",
                    given=self.day_count_override,
                    known=INCLUDE_PUBLISH_DAY,
                )
            )
        if self.month_day:
            try:
                month_day_in(2024, self.month_day)
            except ValueError:
                raise TermsError(
                    Said("“%(month_day)s”不是一年中的某日:应为 MM-DD,例如 01-31。", month_day=self.month_day)
                ) from None

    def number(self, price: int | None) -> tuple[int | None, str]:
        """The number that applies at ``price`` (yuan), ``None`` when there is none, and a remark on the choice."""
        if self.tiers and price is not None:
            chosen = next((tier for tier in self.tiers if tier.holds(price)), None)
            if chosen is None:
                return None, Said("底价 %(price)s 元不在任何一档之内,这条规则没有规定期限。", price=price)
            return chosen.value, Said("底价 %(price)s 元,适用 %(value)s 的一档。", price=price, value=chosen.value)
        if self.value is None:
            return None, Said("待核实:法条没有给出数字,须由县政务公开办填入本地期限并注明来源。")
        if self.tiers:
            return self.value, Said("未提供底价,按基本的 %(value)s 计算;底价较高的期限更长。", value=self.value)
        return self.value, Said("数值待核实:各地不一,须由县政务公开办核实。") if self.needs_local_value else ""
