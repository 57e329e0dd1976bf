"""``scan`` and ``mask`` as an operator runs them: without a database."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INVENTED = "350524199001011238"


def run(*words: str, tmp: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "GONGKAI_VAR_DIR": str(tmp / "var"),
        "GONGKAI_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere",  # any use of it would fail
        "GONGKAI_OWN_PYTHON": "1",
    }
    command = [sys.executable, str(ROOT / "manage.py"), *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, cwd=tmp)


def test_scan_answers_in_json_and_exits_with_one_when_something_is_certain(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text(f"身份证{INVENTED}", encoding="utf-8")
    (folder / "b.txt").write_text("联系邮箱 abc@163.com", encoding="utf-8")
    done = run("scan", str(folder), "--json", tmp=tmp_path)
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert [(Path(f["file"]).name, f["kind"], f["certainty"], f["value_masked"]) for f in found] == [
        ("a.txt", "resident_id", "certain", "35*************238"),
        ("b.txt", "email", "likely", "a***@163.com"),
    ]
    assert found[0].keys() == {"file", "kind", "certainty", "layer", "place", "value_masked", "why", "rule"}
    assert INVENTED not in done.stdout


def test_scan_exits_with_nought_when_nothing_is_certain(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("联系邮箱 abc@163.com", encoding="utf-8")
    done = run("scan", str(tmp_path / "b.txt"), tmp=tmp_path)
    assert done.returncode == 0
    assert "email a***@163.com" in done.stdout
    (tmp_path / "b.txt").write_text("凤城镇", encoding="utf-8")
    assert "没有发现" in run("scan", str(tmp_path / "b.txt"), tmp=tmp_path).stdout


def test_scan_does_not_pass_over_what_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4 nonsense")
    (tmp_path / "b.xyz").write_bytes(b"\0\1\2\3")
    done = run("scan", str(tmp_path / "a.pdf"), str(tmp_path / "b.xyz"), "--json", tmp=tmp_path)
    assert done.returncode == 1
    assert {f["kind"] for f in json.loads(done.stdout)} == {"unreadable"}
    assert run("scan", str(tmp_path / "missing"), tmp=tmp_path).returncode == 2


def test_mask_writes_a_clean_copy_or_nothing(tmp_path: Path) -> None:
    source, out = tmp_path / "a.txt", tmp_path / "out.txt"
    source.write_text(f"身份证{INVENTED}", encoding="utf-8")
    done = run("mask", str(source), "--out", str(out), tmp=tmp_path)
    assert done.returncode == 0
    assert out.read_text(encoding="utf-8") == "身份证35*************238"
    assert "遮盖 resident_id:1" in done.stdout
    source.write_text(f"机密★5年 {INVENTED}", encoding="utf-8")
    done = run("mask", str(source), "--out", str(tmp_path / "no.txt"), tmp=tmp_path)
    assert done.returncode == 1
    assert not (tmp_path / "no.txt").exists()
    same, other = str(source), str(tmp_path / "a.pdf")
    for path, target in ((same, same), (same, other), ("missing.txt", "b.txt"), (same, "no/such/a.txt")):
        wrong = ("mask", path, "--out", target)
        assert run(*wrong, tmp=tmp_path).returncode == 2
