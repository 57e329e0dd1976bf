"""Published checklists and versions of rules, held against the leaves that state them."""

from collections.abc import Iterable, Iterator
from itertools import islice

from gongkai.catalogue.actions.loading_rules import digest_of_loaded
from gongkai.catalogue.actions.rules import digest_of_recorded
from gongkai.catalogue.models import CatalogueVersion, RuleVersion
from gongkai.core.canonical import moment
from gongkai.core.vocabulary import LeafKind
from gongkai.ledger import queries as ledger
from gongkai.ledger.queries import Mismatch, Stated


def catalogues_unlike_the_log() -> Iterator[Mismatch]:
    """Number, moment and place of every published checklist; its rows are looked at as a content."""
    held = {
        number: (moment(published_at), position)
        for number, published_at, position in CatalogueVersion.objects.values_list(
            "number", "published_at", "leaf_position"
        )
    }
    for leaf in ledger.stated_by(LeafKind.CATALOGUE):
        if held.pop(int(leaf.facts.get("number") or 0), None) != (leaf.at, leaf.position):
            yield Mismatch(
                f"leaf:{leaf.position}",
                f"公开日志第 {leaf.position} 条所说的公开清单,在数据库里找不到,或它的发布时间被改动。",
            )
    for number in held:
        yield Mismatch(f"catalogue:{number}", f"第 {number} 版公开清单,公开日志没有它的记录。")


def rules_unlike_the_log() -> Iterator[Mismatch]:
    """Every version of a rule: what it says is digested in the leaf of the load or decision that made it.

    A leaf of a load names how many versions it made; they are those the profile gave, in the order they were laid
    down. All versions are read at once: a county has some hundreds.
    """
    rows = list(RuleVersion.objects.select_related("rule").order_by("pk"))
    loaded = iter([row for row in rows if row.recorded_by_id is None])
    recorded = {(row.rule.code, row.label): row for row in rows if row.recorded_by_id is not None}
    for leaf in ledger.stated_by(LeafKind.RULES):
        if "rules_changed" in leaf.facts:
            made = list(islice(loaded, int(leaf.facts["rules_changed"])))
            digest = digest_of_loaded(made)
        else:
            labels = [(leaf.facts.get("rule"), label) for label in leaf.facts.get("versions", [])]
            made = [recorded.pop(label) for label in labels if label in recorded]
            digest = digest_of_recorded(made)
        if digest != leaf.facts.get("sha256"):
            yield _altered(leaf, made)
    for row in (*loaded, *recorded.values()):
        yield Mismatch(f"rule:{row}", f"时限规则 {row},公开日志没有它的记录。")


def _altered(leaf: Stated, made: Iterable[RuleVersion]) -> Mismatch:
    names = [str(row) for row in made]
    shown = "、".join(names[:3]) + ("等" if len(names) > 3 else "")
    return Mismatch(
        f"leaf:{leaf.position}",
        f"公开日志第 {leaf.position} 条记下的时限规则({len(names)} 个版本:{shown}),有的被改动或找不到了。",
    )
