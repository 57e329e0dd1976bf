"""Look at a running site as a visitor would: the home page, a list, one notice and its proof."""

import json
import sys
import urllib.request
from pathlib import PurePosixPath


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
    rows = json.loads(fetched(f"{home}/disclosures.json"))["results"]
    if len(rows) != 1:
        sys.exit(f"a new county has one disclosure, not {len(rows)}")
    detail = fetched(rows[0]["url"]).decode()
    if rows[0]["index_number"] not in detail:
        sys.exit("the notice does not show its 索引号")
    proof = fetched(rows[0]["proof"])
    if not proof.startswith(b"c2sp.org/tlog-proof"):
        sys.exit(f"{PurePosixPath(rows[0]['proof']).name} is not a proof")
    print(f"seen: {rows[0]['title']} {rows[0]['index_number']}")


if __name__ == "__main__":
    main(sys.argv[1])
