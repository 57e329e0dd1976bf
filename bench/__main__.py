"""``make bench``: run every bench in a throw-away installation and write ``docs/performance.md``.

``python -m bench NAME…`` runs some; the rows of the others are kept from their last run in ``var/bench/``.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TITLES = {
    "due_dates": "Due dates / 时限计算",
    "publications": "Publications / 公开",
    "pages": "Pages / 网页",
    "ledger": "Publication log / 公开日志",
    "search": "Search / 检索",
    "privacy": "Privacy check / 隐私检查",
}
KEPT = ROOT / "var" / "bench"
HEAD = """# Performance

Written by `make bench`. Every figure stands beside a peer's on the same work in the same run. Read the ratios, not
the absolutes: a shared machine moves both by a factor of two.
"""


def machine() -> str:
    """What ran it, in one line."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    python = platform.python_version()
    return f"{os.cpu_count()} cores ({model}), {platform.system()} {platform.machine()}, Python {python}"


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as a Markdown table; the columns are the keys in order of appearance."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(str(row.get(c, "")) for c in columns) + " |" for row in rows]
    return "\n".join(lines)


def run_one(name: str) -> None:
    """Inside the throw-away installation: run one bench and keep its rows."""
    found = {"machine": machine(), "on": datetime.now(UTC).date().isoformat()}
    found["rows"] = import_module(f"bench.{name}").run()
    (KEPT / f"{name}.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


def main(names: list[str]) -> int:
    """Run ``names`` (default: all), each in a process and a data folder of its own, then write the page."""
    KEPT.mkdir(parents=True, exist_ok=True)
    failed = 0
    for name in names or TITLES:
        print(f"== {name}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            environment = {
                **os.environ,
                "GONGKAI_VAR_DIR": folder,
                "DJANGO_SETTINGS_MODULE": "gongkai.config.settings",
            }
            environment.pop("GONGKAI_DATABASE_URL", None)
            done = subprocess.run(
                [sys.executable, "-m", "bench", "--one", name], env=environment, cwd=ROOT, check=False
            )
        failed += done.returncode != 0
    parts = [HEAD]
    for name, title in TITLES.items():
        kept = KEPT / f"{name}.json"
        if kept.exists():
            found = json.loads(kept.read_text(encoding="utf-8"))
            print(f"\n{title}\n{table(found['rows'])}", flush=True)
            parts.append(f"## {title}\n\n{found['machine']}, {found['on']}.\n\n{table(found['rows'])}\n")
    (ROOT / "docs" / "performance.md").write_text("\n".join(parts), encoding="utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        run_one(sys.argv[2])
    else:
        sys.exit(main(sys.argv[1:]))
