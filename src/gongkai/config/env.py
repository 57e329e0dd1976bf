"""Typed readers for the environment. Nonsense in a variable stops the start with a clear message."""

import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit


class ConfigurationError(Exception):
    """A setting in the environment cannot be used; the message says which and why."""


def text(name: str, default: str) -> str:
    """The variable's text, or ``default`` when it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    """A yes/no variable: 1, true, yes, on against 0, false, no, off. Raises ``ConfigurationError``."""
    raw = os.environ.get(name, "").strip().lower()
    if not raw:
        return default
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off"}:
        return False
    raise ConfigurationError(f"{name}={raw!r}:只能是 1/0、true/false、yes/no、on/off 之一")


def number(name: str, *, default: int, least: int = 0) -> int:
    """A whole number of at least ``least``. Raises ``ConfigurationError``."""
    raw = os.environ.get(name, "").strip()
    if not raw:
        return default
    try:
        value = int(raw)
    except ValueError:
        raise ConfigurationError(f"{name}={raw!r}:应为整数") from None
    if value < least:
        raise ConfigurationError(f"{name}={value}:不能小于 {least}")
    return value


def words(name: str, default: str) -> list[str]:
    """A comma-separated list without empty parts."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def networks(name: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """A comma-separated list of addresses and networks (``127.0.0.1,10.1.0.0/16,::1``); none when unset.

    Raises ``ConfigurationError`` for what is neither, and for the whole Internet.
    """
    found = []
    for word in words(name, ""):
        try:
            network = ip_network(word)
        except ValueError:
            raise ConfigurationError(
                f"{name}:{word!r} 不是地址或网段。请写成 127.0.0.1 或 10.1.0.0/16(主机位须为 0),几个之间用逗号"
            ) from None
        if not network.prefixlen:
            raise ConfigurationError(
                f"{name}:{word!r} 是整个互联网,等于任何人都能冒充任何地址。请只写反向代理自己的地址"
            )
        found.append(network)
    return tuple(found)


def database(url: str, *, folder: Path) -> dict[str, object]:
    """Django's database settings for ``sqlite:///file`` or ``postgresql://user:word@host:port/name``.

    SQLite runs with a write-ahead log, immediate transactions (so that a conditional UPDATE never has to
    upgrade a lock) and ``synchronous=FULL`` (an acknowledged publication survives a power cut).
    Raises ``ConfigurationError`` for another scheme.
    """
    if not url:
        url = f"sqlite:///{folder / 'gongkai.sqlite3'}"
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:] if parts.path.startswith("//") else parts.path),
            "CONN_MAX_AGE": 60,  # opening it for every page would cost more than most pages ask of it
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                " PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;",
            },
        }
    if parts.scheme in {"postgresql", "postgres"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ConfigurationError(
        f"GONGKAI_DATABASE_URL 的类型 {parts.scheme!r} 不支持:请用 sqlite:/// 或 postgresql://"
    )
