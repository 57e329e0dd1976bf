"""Whether the files of a profile agree with each other: every code named exists, every period is possible."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from gongkai.catalogue.profile.content import Entries, Profile
from gongkai.catalogue.profile.problems import Problem
from gongkai.core.completeness import completeness
from gongkai.core.index_numbers import IndexNumberError, IndexPattern, index_group
from gongkai.core.rule_shape import RuleNumbers, shape_problems
from gongkai.core.vocabulary import RuleKind

_FAR = "9999-12-31"


def disagreements(profile: Profile) -> list[Problem]:
    """Every fault between entries and files; the single entries are known to be well-formed."""
    return [
        *_agencies(profile),
        *_numbering(profile),
        *_law(profile),
        *_rules(profile),
        *_items(profile),
        *_county(profile),
        *_first_disclosure(profile),
    ]


def _unknown(place: tuple[str, str, str], codes: Iterable[str], known: Entries, where: str) -> Iterator[Problem]:
    for code in codes:
        if code and code not in known:
            yield Problem(*place, f"{where} 中没有编号 {code}。请改正,或在 {where} 中补上。")


def _periods(file: str, entry: str, keys: tuple[str, str], values: Mapping[str, Any]) -> Iterator[Problem]:
    first, last = values[keys[0]], values[keys[1]]
    if first and last and first > last:
        yield Problem(file, entry, keys[1], f"{last} 早于 {keys[0]} 的 {first}。请改正。")


def _circles(file: str, key: str, entries: Entries) -> Iterator[Problem]:
    for code in entries:
        seen, at = {code}, entries[code][key]
        while at and at in entries and at not in seen:
            seen.add(at)
            at = entries[at][key]
        if at == code:
            yield Problem(file, code, key, "绕了一圈又指回自己。请改正。")


def _agencies(profile: Profile) -> Iterator[Problem]:
    file, agencies = "agencies.yaml", profile.agencies
    yield from _circles(file, "parent", agencies)
    yield from _circles(file, "merged_into", agencies)
    for code, agency in agencies.items():
        yield from _unknown((file, code, "parent"), [agency["parent"]], agencies, file)
        yield from _unknown((file, code, "merged_into"), [agency["merged_into"]], agencies, file)
        yield from _standing(file, code, agency)
        if agency["unit_code"] and not agency["unit_code_evidence"]:
            yield Problem(file, code, "unit_code_evidence", "有机构代码,请写明它的证据等级。")
        if agency["is_group"] and not any(a["parent"] == code for a in agencies.values()):
            yield Problem(file, code, "is_group", "是统称,却没有下属单位。请给下属单位写 parent,或删去 is_group。")
        names = [name["name"] for name in agency["names"]]
        if len(set(names)) != len(names):
            yield Problem(file, code, "names", "同一名称写了两次。请合并成一条。")
        for name in agency["names"]:
            yield from _periods(file, f"{code} {name['name']}", ("valid_from", "valid_to"), name)
    for code, domain in profile.domains.items():
        yield from _live(profile, "domains.yaml", code, "lead_agency", [domain["lead_agency"]])


def _standing(file: str, code: str, agency: Mapping[str, Any]) -> Iterator[Problem]:
    if agency["merged_into"] and not agency["closed_on"]:
        yield Problem(file, code, "closed_on", "职能已并入别的单位,请写明撤销日期 closed_on。")
    if agency["member_kinds"] and agency["kind"] != "party":
        yield Problem(file, code, "member_kinds", "只有项目主体(party)才写。请删去,或把 kind 改为 party。")


def _live(profile: Profile, file: str, entry: str, key: str, codes: list[str]) -> Iterator[Problem]:
    yield from _unknown((file, entry, key), codes, profile.agencies, "agencies.yaml")
    for code in codes:
        agency = profile.agencies.get(code)
        if agency and agency["closed_on"]:
            instead = f"请改为 {agency['merged_into']}。" if agency["merged_into"] else "请改为现在的责任单位。"
            yield Problem(file, entry, key, f"{code} 已于 {agency['closed_on']} 撤销或并入他处。{instead}")


def _numbering(profile: Profile) -> Iterator[Problem]:
    numbering = profile.county["index_number"]
    classes = {domain: entry["code"] for domain, entry in numbering["classes"].items()}
    try:
        pattern = IndexPattern(numbering["pattern"], classes, profile.county["areas"]["county"])
    except IndexNumberError as error:
        yield Problem("county.yaml", "", "index_number pattern", str(error))
        return
    if "{class}" in pattern.template:
        missing = [domain for domain in profile.domains if domain not in classes]
        if missing:
            message = f"格式中有 class,但领域 {'、'.join(missing)} 没有信息类别。请补上。"
            yield Problem("county.yaml", "", "index_number classes", message)
            return
    yield from _unknown(("county.yaml", "", "index_number classes"), classes, profile.domains, "domains.yaml")
    domain = next(iter(profile.domains), "")
    owners: dict[str, str] = {}
    for code, agency in profile.agencies.items():
        if agency["is_group"] or agency["closed_on"]:
            continue
        try:
            index_group(pattern, unit=agency["unit_code"], domain=domain, year=2026)
        except IndexNumberError:
            message = "没有可用的机构代码,发布时不能编索引号。请补上;不知道的先写占位,标为待核实。"
            yield Problem("agencies.yaml", code, "unit_code", message)
            continue
        other = owners.setdefault(agency["unit_code"], code)
        if other != code:
            yield Problem("agencies.yaml", code, "unit_code", f"机构代码与 {other} 相同,索引号会重复。请改正。")


def _law(profile: Profile) -> Iterator[Problem]:
    file = "instruments.yaml"
    yield from _circles(file, "replaced_by", profile.instruments)
    for code, instrument in profile.instruments.items():
        yield from _unknown((file, code, "replaced_by"), [instrument["replaced_by"]], profile.instruments, file)
        yield from _periods(file, code, ("effective_from", "effective_to"), instrument)
    for code, exclusion in profile.exclusions.items():
        where = ("exclusions.yaml", code)
        yield from _unknown((*where, "instrument"), [exclusion["instrument"]], profile.instruments, file)
        yield from _unknown((*where, "sources"), exclusion["sources"], profile.sources, "sources.yaml")


def _rules(profile: Profile) -> Iterator[Problem]:
    file = "rules.yaml"
    yield from _circles(file, "fallback", profile.rules)
    for code, rule in profile.rules.items():
        yield from _unknown((file, code, "fallback"), [rule["fallback"]], profile.rules, file)
        for version in rule["versions"]:
            yield from _version(profile, rule, version)
        spans = sorted((v["valid_from"], v["valid_to"] or _FAR) for v in rule["versions"])
        for (_, ended), (began, _) in pairwise(spans):
            if began <= ended:
                message = f"自 {began} 起的版本与前一版本的有效期重叠。请给前一版本写 valid_to。"
                yield Problem(file, code, "versions", message)


def _version(profile: Profile, rule: dict[str, Any], version: dict[str, Any]) -> Iterator[Problem]:
    place = ("rules.yaml", f"{rule['code']}@{version['valid_from']}")
    yield from _periods(*place, ("valid_from", "valid_to"), version)
    numbers = RuleNumbers(
        RuleKind(version["kind"]),
        version["value"],
        version["max_value"],
        version["month_day"],
        version["unit"],
        version["period"],
    )
    for message in shape_problems(numbers, needs_local_value=rule["needs_local_value"]):
        yield Problem(*place, "", message)
    named = [basis["instrument"] for basis in version["basis"]]
    yield from _unknown((*place, "basis"), named, profile.instruments, "instruments.yaml")
    yield from _unknown((*place, "sources"), version["sources"], profile.sources, "sources.yaml")
    for upper, lower in pairwise(version["tiers"]):
        if upper["price_to"] != lower["price_from"]:
            yield Problem(*place, "tiers", "各档金额应首尾相接。请改正 price_to 和 price_from。")


def _items(profile: Profile) -> Iterator[Problem]:
    file = "items.yaml"
    for code, item in profile.items.items():
        place = (file, code)
        if "-L" in code:
            yield Problem(*place, "code", "“-L数字”的编号留给县里采纳的细化事项。请换一个。")
        yield from _unknown((*place, "domain"), [item["domain"]], profile.domains, "domains.yaml")
        yield from _unknown((*place, "rules"), item["rules"], profile.rules, "rules.yaml")
        yield from _unknown((*place, "supervision"), item["supervision"], profile.supervision, "supervision.yaml")
        yield from _unknown((*place, "channels"), item["channels"], profile.channels, "channels.yaml")
        yield from _unknown((*place, "sources"), item["sources"], profile.sources, "sources.yaml")
        yield from _live(profile, file, code, "agencies", item["agencies"])
        names = [element["name"] for element in item["elements"]]
        if len(set(names)) != len(names):
            yield Problem(*place, "elements", "同名的要素写了两次。请删去一个。")
        if set(item["optional_channels"]) - set(item["channels"]):
            yield Problem(*place, "optional_channels", "可选渠道应同时写在 channels 中。")
        yield from _stays(profile, item)


def _stays(profile: Profile, item: dict[str, Any]) -> Iterator[Problem]:
    place = ("items.yaml", item["code"], "stays")
    if item["stays"] and not (item["has_notice_period"] and item["lists_persons"]):
        yield Problem(*place, "只有含个人信息、有公示期的事项才须写明。请写 lists_persons: true,或删去。")
    days = [ground["valid_from"] for ground in item["stays"]]
    if len(set(days)) != len(days):
        yield Problem(*place, "同一天起的依据写了两次。请删去一个。")
    for ground in item["stays"]:
        yield from _periods("items.yaml", item["code"], ("valid_from", "valid_to"), ground)
        named = [basis["instrument"] for basis in ground["basis"]]
        yield from _unknown(place, named, profile.instruments, "instruments.yaml")
        yield from _unknown(place, ground["sources"], profile.sources, "sources.yaml")


def _county(profile: Profile) -> Iterator[Problem]:
    chosen = [profile.county["portal_channel"]]
    yield from _unknown(("county.yaml", "", "portal_channel"), chosen, profile.channels, "channels.yaml")


def _first_disclosure(profile: Profile) -> Iterator[Problem]:
    file, first = "first-disclosure.yaml", profile.first_disclosure
    yield from _live(profile, file, "", "agency", [first["agency"]])
    if profile.agencies.get(first["agency"], {}).get("kind") == "party":
        yield Problem(file, "", "agency", "项目主体是一类单位,不能自己发布第一条信息。请写一个具体的单位。")
    yield from _unknown((file, "", "item"), [first["item"]], profile.items, "items.yaml")
    if first["item"] not in profile.items:
        return
    elements = [(e["name"], e["required"]) for e in profile.items[first["item"]]["elements"]]
    found = completeness(elements, first["elements"])
    for name in found.missing:
        yield Problem(file, "", "elements", f"缺少必选要素“{name}”。请补上。")
    for name in found.unknown:
        yield Problem(file, "", "elements", f"事项 {first['item']} 没有要素“{name}”。请改正或删去。")
