"""Look at a running site as a visitor would: the home page, a list, one notice and its proof."""

import json
import sys
import urllib.request


def fetched(address: str) -> bytes:
    """The bytes at ``address``; stops with the status when it is not 200."""
    with urllib.request.urlopen(address, timeout=20) as answer:
        if answer.status != 200:
            sys.exit(f"{address}: {answer.status}")
        body: bytes = answer.read()
        return body


def main(home: str) -> None:
    """Fetch the pages one visitor needs and check that they hold together."""
    home = home.rstrip("/")
    page = fetched(f"{home}/").decode()
    if "公共资源" not in page:
        sys.exit("the home page does not speak of its subject")
    rows = json.loads(fetched(f"{home}/api/v1/disclosures"))["results"]
    if len(rows) != 1:
        sys.exit(f"a new county has one disclosure, not {len(rows)}")
    detail = fetched(rows[0]["url"]).decode()
    if rows[0]["index_number"] not in detail:
        sys.exit("the notice does not show its 索引号")
    if not fetched(f"{rows[0]['url']}proof.tlog-proof").startswith(b"c2sp.org/tlog-proof"):
        sys.exit("the notice does not offer its proof")
    print(f"seen: {rows[0]['title']} {rows[0]['index_number']}")


if __name__ == "__main__":
    main(sys.argv[1])
