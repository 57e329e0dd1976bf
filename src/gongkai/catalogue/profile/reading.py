"""Reading a profile folder: YAML to checked plain values, every fault gathered before anything is said."""

from pathlib import Path
from typing import Any

import yaml

from gongkai.catalogue.profile.agreement import disagreements
from gongkai.catalogue.profile.content import Profile
from gongkai.catalogue.profile.county_schema import ALL_FILES
from gongkai.catalogue.profile.fields import FaultError, NestedError
from gongkai.catalogue.profile.problems import Problem, ProfileError
from gongkai.catalogue.profile.schema import FileSchema

_LARGEST = 5_000_000  # bytes of one file: a profile is written by hand
_DEEPEST = 20


class _Loader(yaml.CSafeLoader):
    """Safe YAML in which a key written twice is a fault, not the last one wins."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    pairs: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in pairs:
            raise yaml.constructor.ConstructorError(None, None, f"键 {key!r} 写了两次", key_node.start_mark)
        pairs[key] = loader.construct_object(value_node, deep=True)
    return pairs


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_profile(folder: Path) -> Profile:
    """The checked profile of ``folder``. Raises :class:`ProfileError` with every fault found; stores nothing."""
    problems: list[Problem] = []
    read = {name: _read_file(folder / name, schema, problems) for name, schema in ALL_FILES.items()}
    if not problems:
        profile = Profile(**{_attribute(name): value for name, value in read.items()})
        problems += disagreements(profile)
    if problems:
        raise ProfileError(problems)
    return profile


def _attribute(file_name: str) -> str:
    return file_name.removesuffix(".yaml").replace("-", "_")


def _read_file(path: Path, schema: FileSchema, problems: list[Problem]) -> Any:
    try:
        raw = {} if schema.optional and not path.exists() else _of_shape(_parse(path), schema)
    except FaultError as error:
        problems.append(Problem(schema.name, "", "", str(error)))
        return {}
    if not schema.is_list:
        return _checked(raw, schema, "", problems)
    entries: dict[str, dict[str, Any]] = {}
    for n, value in enumerate(raw, start=1):
        code = value.get("code") if isinstance(value, dict) else None
        place = f"第{n}条({code})" if code else f"第{n}条"
        entry = _checked(value, schema, place, problems)
        if entry and entry["code"] in entries:
            problems.append(
                Problem(schema.name, place, "code", "这个编号前面已经用过。请换一个,或删去重复的一条。")
            )
        if entry:
            entries[entry["code"]] = entry
    return entries


def _of_shape(raw: Any, schema: FileSchema) -> Any:
    if schema.is_list and not isinstance(raw, list):
        raise FaultError("整个文件应是一个列表,每条以“- code:”开头。")
    return raw


def _parse(path: Path) -> Any:
    try:
        if path.stat().st_size > _LARGEST:
            raise FaultError(f"文件超过 {_LARGEST} 字节。请检查是不是放错了文件。")
        content = path.read_text(encoding="utf-8")
        _refuse_depth(content)
        return yaml.load(content, Loader=_Loader)  # noqa: S506 - a subclass of CSafeLoader
    except FileNotFoundError:
        raise FaultError("没有找到这个文件。请按 docs/operating/new-county.md 补上。") from None
    except OSError as error:
        raise FaultError(f"打不开这个文件({error.strerror})。请检查文件和权限。") from None
    except UnicodeDecodeError:
        raise FaultError("不是 UTF-8 编码。请另存为 UTF-8。") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 1} 行第 {mark.column + 1} 列" if mark else "某处"
        raise FaultError(
            f"{where}不合 YAML 格式:{getattr(error, 'problem', error)}。请检查缩进、冒号和引号。"
        ) from None


def _refuse_depth(content: str) -> None:
    """The composer of libyaml is recursive; a file nested without end would end the process, not the load."""
    depth = 0
    for event in yaml.parse(content, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise FaultError(f"嵌套超过 {_DEEPEST} 层。请检查是不是放错了文件。")


def _checked(value: Any, schema: FileSchema, place: str, problems: list[Problem]) -> dict[str, Any]:
    try:
        return schema.entry(value)
    except NestedError as error:
        problems += [Problem(schema.name, place, path, message) for path, message in error.faults]
    except FaultError as error:
        problems.append(Problem(schema.name, place, "", str(error)))
    return {}
