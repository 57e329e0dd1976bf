"""Whom a request came from, past proxies of our own; nobody chooses an address for himself."""

from ipaddress import ip_network

import pytest

from gongkai.core.addresses import client_address

OURS = [ip_network(word) for word in ("127.0.0.1", "10.1.0.0/16", "::1")]
VISITOR, LIAR = "198.51.100.7", "203.0.113.66"


@pytest.mark.parametrize(
    ("peer", "forwarded", "who"),
    [
        (VISITOR, "", VISITOR),  # no proxy in between
        (VISITOR, LIAR, VISITOR),  # past the proxies: what is claimed is not read
        ("127.0.0.1", VISITOR, VISITOR),
        ("127.0.0.1", f"{LIAR}, {VISITOR}", VISITOR),  # the visitor wrote the left part
        ("127.0.0.1", f"127.0.0.1, {LIAR}, {VISITOR}", VISITOR),  # and even calls himself one of ours
        ("127.0.0.1", f"{LIAR}, {VISITOR},10.1.2.3", VISITOR),  # two of ours, one behind the other
        ("127.0.0.1", f"{LIAR}, {VISITOR}, 10.2.2.3", "10.2.2.3"),  # the second is not ours
        ("127.0.0.1", "", "127.0.0.1"),  # asked on the machine itself
        ("127.0.0.1", "10.1.2.3", "10.1.2.3"),  # asked on the machine of the other proxy
        ("127.0.0.1", f"{LIAR}, unknown", "127.0.0.1"),  # no address: the nearest one known, none further left
        ("127.0.0.1", f"{LIAR}, ", "127.0.0.1"),
        ("127.0.0.1", f"{LIAR}, {VISITOR}:50123", VISITOR),  # as some proxies write it
        ("::1", "[2001:db8::7]:443", "2001:db8::7"),
        ("::1", "2001:DB8::7", "2001:db8::7"),
        ("::ffff:127.0.0.1", VISITOR, VISITOR),
        ("127.0.0.1", f"::ffff:{VISITOR}", VISITOR),  # the same house, however it is written
        ("127.0.0.1", "fe80::1%eth0", "fe80::1"),
        ("", VISITOR, ""),
        ("127.0.0.1", "[" + "9" * 9000, "127.0.0.1"),
    ],
)
def test_the_line_is_read_from_the_right_and_only_as_far_as_proxies_wrote_it(
    peer: str, forwarded: str, who: str
) -> None:
    assert client_address(peer, forwarded, trusted=OURS) == who


def test_nobody_is_believed_unless_named() -> None:
    assert client_address("127.0.0.1", VISITOR, trusted=[]) == "127.0.0.1"
