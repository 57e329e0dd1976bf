"""``make bench``: run every bench in a throw-away installation and write ``docs/performance.md``.

``python -m bench NAME…`` runs some; the others stay as they were last measured. The figures are kept in
``docs/performance.json``, from which alone the page is written (``python -m bench --page`` only writes the page).
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib import import_module
from itertools import groupby
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
KEPT = ROOT / "docs" / "performance.json"
PAGE = ROOT / "docs" / "performance.md"
LIMITS = {"due_dates": 900, "publications": 900, "pages": 900}  # seconds; the others measure by the hour
LONGEST = 6 * 3600
HEAD = """# Performance

Written by `make bench` from `performance.json`. Every figure stands beside a peer's on the same work in the same
run. Read the ratios, not the absolutes: a shared machine moves both by a factor of two.
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


def load() -> str:
    """A remark when other work keeps the processors busy before we have begun; empty on a quiet machine."""
    busy = os.getloadavg()[0]
    return f"measured while other work ran on the same cores (load {busy:.1f})" if busy > 1 else ""


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as Markdown; the columns are the keys in order. Another first column begins another table."""
    tables = []
    for _, group in groupby(rows, key=lambda row: next(iter(row))):
        alike = list(group)
        columns = list(dict.fromkeys(key for row in alike for key in row))
        lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
        lines += ["| " + " | ".join(str(row.get(c, "")) for c in columns) + " |" for row in alike]
        tables.append("\n".join(lines))
    return "\n\n".join(tables)


def kept() -> dict[str, Any]:
    """What was measured last, by the name of the bench."""
    return dict(json.loads(KEPT.read_text(encoding="utf-8"))) if KEPT.exists() else {}


def run_one(name: str, into: Path) -> None:
    """Inside the throw-away installation: run one bench and hand its rows back."""
    found: dict[str, Any] = {"machine": machine(), "on": datetime.now(UTC).date().isoformat(), "load": load()}
    module = import_module(f"bench.{name}")
    found["about"] = (module.__doc__ or "").partition("\n")[0]
    began = time.perf_counter()
    found["rows"] = module.run()
    found["seconds"] = round(time.perf_counter() - began)
    into.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


def measured(name: str) -> dict[str, Any] | None:
    """Run one bench in a process and a data folder of its own; None when it failed or took too long."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "bench.json"
        sources = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]))
        environment = {
            **os.environ,
            "GONGKAI_VAR_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "gongkai.config.settings",
            "PYTHONPATH": sources,
        }
        environment.pop("GONGKAI_DATABASE_URL", None)
        command = [sys.executable, "-m", "bench", "--one", name, str(told)]
        try:
            subprocess.run(command, env=environment, cwd=ROOT, check=True, timeout=LIMITS.get(name, LONGEST))
        except subprocess.TimeoutExpired:
            print(f"{name}: not done in {LIMITS.get(name, LONGEST)} s; its last figures stay", flush=True)
            return None
        except subprocess.CalledProcessError:
            print(f"{name}: failed; its last figures stay", flush=True)
            return None
        return dict(json.loads(told.read_text(encoding="utf-8")))


def page(found: dict[str, Any]) -> str:
    """The text of ``docs/performance.md`` that says what is kept."""
    parts = [HEAD]
    for name, title in TITLES.items():
        if name in found:
            one = found[name]
            facts = ", ".join(fact for fact in (one["machine"], one["on"], one.get("load", "")) if fact)
            about = f"{one['about']}\n\n" if one.get("about") else ""
            parts.append(f"## {title}\n\n{about}{facts}.\n\n{table(one['rows'])}\n")
    return "\n".join(parts)


def write_page() -> None:
    """Write the page from what is kept."""
    PAGE.write_text(page(kept()), encoding="utf-8")


def main(names: list[str]) -> int:
    """Run ``names`` (default: all), keeping what each yields as soon as it is done, then write the page."""
    failed = 0
    for name in names or TITLES:
        print(f"== {name}", flush=True)
        one = measured(name)
        if one is None:
            failed += 1
            continue
        found = {**kept(), name: one}  # read again: another run may have added its own meanwhile
        ordered = {known: found[known] for known in TITLES if known in found}
        KEPT.write_text(json.dumps(ordered, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        print(f"\n{TITLES[name]}\n{table(one['rows'])}", flush=True)
    write_page()
    return 1 if failed else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        run_one(sys.argv[2], Path(sys.argv[3]))
    elif sys.argv[1:2] == ["--page"]:
        write_page()
    else:
        sys.exit(main(sys.argv[1:]))
