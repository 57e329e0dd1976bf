"""Where a request really came from, when reverse proxies of our own stand in between."""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network
_WITH_PORT = re.compile(r"\[(?P<six>[^\]]+)\](?::[0-9]+)?|(?P<four>[0-9.]+):[0-9]+")


def client_address(peer: str, forwarded: str, *, trusted: Iterable[Network]) -> str:
    """The address nobody but a trusted proxy can have chosen: of the visitor, or the nearest one that is known.

    ``peer`` is the other end of the connection, ``forwarded`` the ``X-Forwarded-For`` line. Each proxy adds to its
    right end whom it was called by; it is read from there and only as far as trusted proxies wrote it. What a
    visitor wrote stands further left and is never reached. A place that holds no address ends the walk. Empty
    when ``peer`` itself is no address (a local socket).
    """
    networks = tuple(trusted)
    known = ""
    for written in (peer, *reversed(forwarded.split(","))):
        address = _parsed(written)
        if address is None:
            break
        known = str(address)
        if not any(address in network for network in networks):
            break
    return known


def _parsed(written: str) -> IPv4Address | IPv6Address | None:
    """An address as proxies write it: with or without a port; an IPv4 one inside IPv6 is taken out."""
    text = written.strip()
    if found := _WITH_PORT.fullmatch(text):
        text = found["six"] or found["four"]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
