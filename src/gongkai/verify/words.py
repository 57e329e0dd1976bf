"""The verifier's words, in plain Chinese and in English. It stands alone, so its words are here."""

from typing import Any

from gongkai.verify.outcome import Outcome, Verdict

LANGUAGES = ("zh", "en")

_VERDICTS = {
    Verdict.INTACT: ("内容未改动", "CONTENT UNCHANGED"),
    Verdict.RECORDED: ("记录属实", "RECORD GENUINE"),
    Verdict.LOG_INTACT: ("日志完整", "LOG INTACT"),
    Verdict.CORRECTED: ("已被更正", "CORRECTED SINCE"),
    Verdict.WITHDRAWN: ("已被撤回", "WITHDRAWN SINCE"),
    Verdict.EXPIRED: ("公示期满", "NOTICE PERIOD ENDED"),
    Verdict.ALTERED: ("内容不符", "CONTENT DIFFERS"),
    Verdict.BROKEN: ("证明不成立", "PROOF DOES NOT HOLD"),
    Verdict.UNVERIFIABLE: ("无法验证", "CANNOT BE CHECKED"),
}

_KINDS = {
    "publish": ("公开", "publication"),
    "correct": ("更正", "correction"),
    "withdraw": ("撤回", "withdrawal"),
    "withhold": ("收回旧版", "withholding of an old version"),
    "expire": ("公示期满", "end of notice period"),
    "catalogue": ("公开清单", "catalogue"),
    "rules": ("时限规则", "rules"),
    "calendar": ("工作日历", "calendar"),
    "release": ("核查放行", "release of a privacy finding"),
}

_REASONS = {
    # why a file could not be used
    "not_found": ("找不到这个文件,请检查文件名和位置。", "No such file; check its name and place."),
    "unreadable": ("这个文件打不开,请检查权限。", "The file cannot be opened; check its permissions."),
    "not_a_file": ("这不是普通文件。", "This is not an ordinary file."),
    "too_large": ("文件太大,不可能是证明文件。", "Too large to be what it claims to be."),
    "not_text": ("文件不是文字,或者传输中被截断、改动。", "Not text, or cut short or changed on the way."),
    "bad_archive": ("压缩包残缺或已损坏,请重新下载。", "The archive is cut short or damaged; download it again."),
    "archive_too_large": (
        "压缩包超出日志可能的大小,不予解开。",
        "The archive is larger than any log; not unpacked.",
    ),
    "archive_twice": ("压缩包里混有两份日志或重名文件,不予解开。", "The archive mixes two logs; not unpacked."),
    "no_key": ("没有日志的公钥,请用 --vkey 指定。", "No public key of the log; give one with --vkey."),
    "no_checkpoint": ("这里没有日志的检查点文件 checkpoint。", "There is no checkpoint file here."),
    "needs_proof": (
        "单独一个文件无从核对,请同时给出从网站下载的证明文件(.tlog-proof)。",
        "A file alone cannot be checked; give the proof file (.tlog-proof) from the site as well.",
    ),
    "proof_broken": (
        "给出的证明不成立,无从核对内容。",
        "The proof given does not hold, so nothing can be compared.",
    ),
    # why a proof or log does not hold
    "bad_note": ("证明中的检查点残缺或被改动。", "The checkpoint in it is damaged or was changed."),
    "bad_checkpoint": ("证明中的检查点残缺或被改动。", "The checkpoint in it is damaged or was changed."),
    "bad_key": ("其中的日志公钥残缺或被改动。", "The log's public key in it is damaged or was changed."),
    "bad_proof": (
        "证明文件残缺或被改动:记录不在签名的日志里。",
        "Damaged or changed: the record is not in the log.",
    ),
    "bad_record": ("记录的内容残缺。", "The record is damaged."),
    "other_key": ("签名不是出自指定的日志,而是另一把密钥或另一个日志。", "Signed by another key or another log."),
    "bad_signature": ("签名不成立:检查点被改动或系伪造。", "The signature fails: changed or forged."),
    "log_damaged": ("日志里有被改动或缺失之处:", "Parts of the log were changed or are missing:"),
    "split_view": (
        "这份证明所据的日志与给出的整份日志不是同一段历史:日志被改写过,或向不同的人出示了不同的版本。",
        "The proof rests on a different history than the log given: rewritten, or shown differently to others.",
    ),
    # why a content differs
    "no_such_digest": (
        "文件与证明记录的任何一份内容都不相同:被改动过,或不是这条信息的文件。",
        "The file equals none the record vouches for: it was changed, or belongs to something else.",
    ),
    "head_only": ("检查点的签名成立。", "The checkpoint's signature holds."),
}

_NOTES = {
    "key_not_pinned": (
        "注意:公钥取自所给文件自身。请与从别处(纸质公报、其他机构)得到的公钥比对,或用 --vkey 指定:{vkey}",
        "Note: the key comes from the file itself. Compare it with a copy from elsewhere, or use --vkey: {vkey}",
    ),
    "other_signatures": (
        "另有 {count} 个签名不属于这把密钥,未核对。",
        "{count} signatures by other keys not checked.",
    ),
    "time_is_own": (
        "时间是发布系统自己记下的,没有第三方的时间证明。",
        "The time is the publisher's own; no third party vouches for it.",
    ),
    "log_older": (
        "给出的日志只到第 {size} 条,比这份证明旧,未能与它比对。",
        "The log given ends at {size} leaves, before this proof; the two were not compared.",
    ),
    "not_given": (
        "记录还列有 {count} 份内容或附件,没有给出文件,未核对。",
        "{count} contents or attachments of the record were not given and not checked.",
    ),
    "maybe_older": (
        "这条记录是一次更正,您手里的可能是更正前的版本;给出更正前的证明即可确认。",
        "The record is a correction; yours may be the text before it. Its own proof would tell.",
    ),
    "log_missing": ("缺失或残缺:{where}", "missing or cut short: {where}"),
    "log_entry": ("第 {where} 条被改动:条目与哈希不符", "entry {where} was changed: it does not hash to its tile"),
    "log_record": ("第 {where} 条不是可读的记录", "entry {where} is not a readable record"),
    "log_tile": ("被改动:{where}", "changed: {where}"),
    "log_root": ("重算的根与签名的根不同:{where}", "the recomputed root is not the signed one: {where}"),
}


def plain(text: object) -> str:
    """Text of unknown origin, safe to show on a terminal and not endless."""
    shown = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in str(text)[:301])
    return shown if len(shown) <= 300 else shown[:300] + "…"


def lines_of(outcome: Outcome, language: str) -> list[str]:
    """The answer as lines to print."""
    at = LANGUAGES.index(language)
    lines = [f"{_VERDICTS[outcome.verdict][at]}  {plain(outcome.file)}"]
    if outcome.reason:
        lines.append(_REASONS[outcome.reason][at])
    lines += _facts(outcome.facts, at)
    lines += [
        _NOTES[code][at].format(**{name: plain(value) for name, value in values.items()})
        for code, values in outcome.notes
    ]
    return [lines[0], *(f"  {line}" for line in lines[1:])]


def _facts(facts: dict[str, Any], at: int) -> list[str]:
    """What is known, one thing a line; ``at`` chooses the language."""
    found: list[tuple[str, str]] = []
    if "position" in facts:
        parts = [_kind(facts.get("kind", ""))[at], facts.get("agency", ""), facts.get("index_number", "")]
        about = " · ".join(plain(part) for part in parts if part)
        n, moment = facts["position"], plain(facts["at"])
        found.append((f"第 {n} 条 · {about} · {moment}(北京时间)", f"leaf {n} · {about} · {moment} UTC+8"))
    if "superseded_by" in facts:
        later = facts["superseded_by"]
        found.append((f"后来的第 {later} 条记录取代了它", f"superseded by leaf {later}"))
    if "origin" in facts:
        origin, size = plain(facts["origin"]), facts["size"]
        found.append((f"日志 {origin},签名时共 {size} 条", f"log {origin}, {size} leaves when signed"))
    lines = [pair[at] for pair in found]
    if facts.get("kinds"):
        lines.append(", ".join(f"{_kind(kind)[at]} {count}" for kind, count in facts["kinds"].items()))
    return lines


def _kind(kind: str) -> tuple[str, str]:
    return _KINDS.get(kind, (plain(kind), plain(kind)))
