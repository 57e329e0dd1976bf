"""Password rules beyond Django's own: three kinds of characters, and not one of the last five."""

import string

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from gongkai.agencies.models import Officer

REMEMBERED = 5


class ThreeKindsValidator:
    """At least three of: lower case, upper case, digits, signs (等保三级 asks for complexity)."""

    def validate(self, password: str, user: Officer | None = None) -> None:
        """Raise ``ValidationError`` when fewer than three kinds occur."""
        kinds = [
            any(c.islower() for c in password),
            any(c.isupper() for c in password),
            any(c.isdigit() for c in password),
            any(c in string.punctuation or (not c.isalnum() and c.isprintable()) for c in password),
        ]
        if sum(kinds) < 3:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        """What the officer should do."""
        return _("密码须含大写字母、小写字母、数字、符号中的至少三种。")


class NotRecentValidator:
    """The last five passwords may not return."""

    def validate(self, password: str, user: Officer | None = None) -> None:
        """Raise ``ValidationError`` when ``password`` is the present one or one of the last five."""
        if user is None or user.pk is None:
            return
        hashes = [user.password, *user.old_passwords.values_list("hash", flat=True)[:REMEMBERED]]
        if any(h and check_password(password, h) for h in hashes):
            raise ValidationError(self.get_help_text(), code="password_reused")

    def get_help_text(self) -> str:
        """What the officer should do."""
        return _("新密码不能与现用密码或最近五次用过的密码相同。")
