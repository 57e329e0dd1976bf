"""From what the clock of a text runs: from the text's own date, or from another fact."""

import re

from gongkai.core.rule_terms import RuleTerms
from gongkai.core.vocabulary import RuleKind

# What such a trigger dates is the making of the information itself: 形成日期 is that day. Anything else
# (a signature, an opening, a receipt) has a day of its own, which only the officer knows.
_MAKING = re.compile("形成|作出|印发|制定|制作|内容变更")


def starts_with_text(terms: RuleTerms) -> bool:
    """Whether the clock of ``terms`` runs from the day the information was formed (信息形成、决定作出、文件印发).

    ``False`` means that the day must be asked for: asking is never wrong, guessing may be.
    """
    return terms.kind is not RuleKind.MIN_BEFORE and bool(_MAKING.search(terms.trigger))
