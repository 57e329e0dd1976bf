"""One value, one sequence of bytes (JCS, RFC 8785), and what may be said about bytes in the publication log."""

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any

import rfc8785
from cryptography.hazmat.primitives import hashes

from gongkai.core.said import Said

MIN_SALT_BYTES = 16
_COMMITMENT = b"gongkai commitment v1\n"


class NotCanonicalError(ValueError):
    """A value has no canonical form: a date, a number JSON cannot carry exactly, a lone surrogate, a set."""


def encode(value: Any) -> bytes:
    """``value`` (objects, lists, text, whole numbers below 2^53, finite floats, truth values, null) as JCS.

    Equal values give equal bytes whatever order their names were written in. Raises ``NotCanonicalError``.
    """
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise NotCanonicalError(
            Said("这份内容不能写成规范形式,请检查其中的数字和文字:%(error)s", error=error)
        ) from error


def moment(at: datetime) -> str:
    """``at`` as the log writes it: UTC, six decimals, ``2026-11-23T11:06:00.000000Z``.

    Raises ``ValueError`` for a moment without a time zone.
    """
    if at.tzinfo is None:
        raise ValueError("a moment in the log needs a time zone")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def sha256(data: bytes) -> str:
    """SHA-256 of ``data``, 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def sm3(data: bytes) -> str:
    """SM3 (GB/T 32905) of ``data``, 64 hexadecimal digits."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize().hex()


def commitment(content: bytes, *, salt: bytes) -> str:
    """A salted commitment to ``content``: HMAC-SHA-256 keyed by ``salt``, 64 hexadecimal digits.

    For personal content. A bare digest of a short personal record could be guessed; this one cannot, and once
    the salt is destroyed nobody can connect it to the content again. The caller draws ``salt`` at random and
    keeps it beside the content. Raises ``ValueError`` for a salt below 16 bytes.
    """
    if len(salt) < MIN_SALT_BYTES:
        raise ValueError(f"a salt needs at least {MIN_SALT_BYTES} random bytes")
    return hmac.new(salt, _COMMITMENT + content, "sha256").hexdigest()
