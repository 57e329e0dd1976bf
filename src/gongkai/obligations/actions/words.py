"""Words an officer types that become public: looked through before they are kept."""

from datetime import datetime

from django.utils.translation import gettext as _

from gongkai.agencies.public_words import refusal
from gongkai.obligations.actions.errors import LabelError

LABEL_LENGTH = 200


def checked_label(label: str, *, at: datetime) -> str:
    """What a clock is about, fit to be public. Raises ``LabelError`` saying what to do."""
    label = label.strip()
    if not label:
        raise LabelError(_("请写明这是什么事,例如项目名称或文件标题。"))
    if len(label) > LABEL_LENGTH:
        raise LabelError(_("名称超过 %(most)s 字。请缩短。") % {"most": LABEL_LENGTH})
    if not label.isprintable():
        raise LabelError(_("名称中有看不见的控制字符。请删去后重新粘贴为纯文本。"))
    if refused := refusal("Obligation.label", label, at=at):
        raise LabelError(refused)
    return label
