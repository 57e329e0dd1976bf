"""The command line: sort out the files, print the answers, return the exit status."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from gongkai.core.notes import NoteError, VerifierKey
from gongkai.verify.files import UnreadableError, bounded
from gongkai.verify.outcome import exit_code
from gongkai.verify.session import Session
from gongkai.verify.words import LANGUAGES, lines_of

_MAX_KEY_BYTES = 4096


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m gongkai.verify",
        description="离线核对公开日志的证明、整份日志和公开内容。不联网,不需要数据库。"
        " Checks proofs, whole logs and published content, offline.",
        epilog="退出码 exit status: 0 属实 all is well · 1 不符 a mismatch · 2 无法核对 unreadable or misused",
    )
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="证明(.tlog-proof)、日志目录或压缩包、检查点、要核对的正文和附件,次序不限 "
        "proofs, a log's folder or archive, checkpoints, contents and attachments, in any order",
    )
    parser.add_argument(
        "--content",
        action="append",
        default=[],
        metavar="FILE",
        help="要核对的内容,不论它看上去是什么 content to compare, whatever it looks like",
    )
    parser.add_argument("--vkey", metavar="KEY", help="日志公钥或存有公钥的文件 the log's key, or a file with it")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.add_argument("--lang", choices=LANGUAGES, default="zh", help="zh 中文(默认)/ en English")
    return parser.parse_args(argv)


def _pinned(text: str | None) -> VerifierKey | None:
    """The key given by hand: written out, or in a file. Raises ``NoteError``, ``UnreadableError``."""
    if text is None:
        return None
    if "+" not in text or Path(text).is_file():
        text = bounded(Path(text), _MAX_KEY_BYTES).decode("utf-8", "replace")
    return VerifierKey.parse(text)


def _progress(name: str, done: int, total: int) -> None:
    if sys.stderr.isatty() and total > 100_000:
        print(f"\r{name} {done}/{total}", end="" if done < total else "\n", file=sys.stderr)


def main(argv: Sequence[str]) -> int:
    """Run the verifier; the exit status: 0 all is well, 1 a mismatch, 2 unreadable or misused."""
    options = _options(argv)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        pinned = _pinned(options.vkey)
    except (NoteError, UnreadableError, ValueError):
        message = ("--vkey 不是可用的日志公钥。", "--vkey is not a log's public key.")
        print(message[LANGUAGES.index(options.lang)], file=sys.stderr)
        return 2
    session = Session(pinned, _progress)
    for name in options.files:
        session.take(Path(name))
    for name in options.content:
        session.take(Path(name), as_content=True)
    outcomes = session.finish()
    code = exit_code(outcomes)
    if options.json:
        answer = {"ok": code == 0, "exit": code, "results": [outcome.as_json() for outcome in outcomes]}
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        for outcome in outcomes:
            print("\n".join(lines_of(outcome, options.lang)))
    return code
