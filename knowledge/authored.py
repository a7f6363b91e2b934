"""Reading the drafts: YAML that a clinician can read in a diff, merged into one mapping.

Strict where YAML is loose: only `true` and `false` are booleans, dates stay text, every key is text,
and a name written twice is an error.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, TextIO

import yaml
from jsonschema import Draft202012Validator

from knowledge.errors import ReleaseError

SCHEMA = Path(__file__).parent / "schema" / "release.schema.json"
DRAFTS = Path(__file__).parent / "drafts"
DIFFERENTIALS = "differentials.yaml"
_SINGLE = ("precedence", "reasons", "override_reasons", "trace")
_OPTIONAL = ("form", "vocabularies", "about", "requirements", "thresholds")
_OPTIONAL_FOLDERS = ("codes", "hazards")


class _Loader(yaml.SafeLoader):
    """SafeLoader with the core schema of YAML 1.2 for booleans, no dates, no doubled keys."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[str, Any]:
    loader.flatten_mapping(node)
    pairs: dict[str, Any] = {}
    for key_node, value_node in node.value:
        where = f"{node.start_mark.name}, line {key_node.start_mark.line + 1}"
        if not isinstance(key_node, yaml.ScalarNode):
            raise ReleaseError(f"{where}: a name is a word, not a list or a mapping")
        key = str(key_node.value)
        if key in pairs:
            raise ReleaseError(f"{where}: {key!r} stands twice; keep one")
        pairs[key] = loader.construct_object(value_node, deep=True)
    return pairs


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def strict_yaml(stream: TextIO) -> Any:
    """The document of a stream, read as strictly as the drafts. Raises `ReleaseError` and `yaml.YAMLError`."""
    return yaml.load(stream, Loader=_Loader)  # noqa: S506 - it is a SafeLoader


def read_drafts(folder: Path) -> dict[str, Any]:
    """Merge all drafts of one artefact. Raises `ReleaseError` with file and line."""
    content: dict[str, Any] = dict(_names(folder / "release.yaml"))
    for section in ("concepts", "facts", "rules", "recommendations", "actions", "evidence"):
        content[section] = _merged(folder / section)
    for section in _SINGLE:
        content[section] = _read(folder / f"{section}.yaml")
    if (folder / DIFFERENTIALS).exists():
        content["differentials"] = _listed(folder / DIFFERENTIALS)
    for section in _OPTIONAL:
        if (folder / f"{section}.yaml").exists():
            content[section] = _read(folder / f"{section}.yaml")
    for section in _OPTIONAL_FOLDERS:
        if (folder / section).is_dir():
            content[section] = _merged(folder / section)
    content["wording"] = {path.name: _language(path) for path in sorted((folder / "wording").glob("*/"))}
    content["cases"] = [case for path in sorted((folder / "cases").glob("*.yaml")) for case in _listed(path)]
    _check_shape(content)
    return content


def _language(folder: Path) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for path in sorted(folder.glob("*.yaml")):
        for section, entries in _names(path).items():
            _add(merged.setdefault(section, {}), entries, path)
    return merged


def _merged(folder: Path) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for path in sorted(folder.glob("*.yaml")):
        _add(merged, _names(path), path)
    return merged


def _add(merged: dict[str, Any], entries: Any, path: Path) -> None:
    if not isinstance(entries, dict):
        raise ReleaseError(f"{path}: expected names with what they mean, found {entries!r}")
    for name, entry in entries.items():
        if name in merged:
            raise ReleaseError(f"{path}: {name!r} is already defined in another file of {path.parent.name}/")
        merged[name] = entry


def _names(path: Path) -> dict[str, Any]:
    entries: dict[str, Any] = {}
    _add(entries, _read(path), path)
    return entries


def _listed(path: Path) -> list[Any]:
    items = _read(path)
    if not isinstance(items, list):
        raise ReleaseError(f"{path}: expected a list of cases, each beginning with a dash")
    return items


def _read(path: Path) -> Any:
    try:
        with path.open(encoding="utf-8") as draft:
            return strict_yaml(draft)
    except OSError as problem:
        raise ReleaseError(f"{path}: cannot be read; the drafts need this file") from problem
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise ReleaseError(f"{path}: not valid YAML in UTF-8: {problem}") from problem


def _check_shape(content: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    problems = sorted(
        Draft202012Validator(schema).iter_errors(content), key=lambda e: [str(p) for p in e.absolute_path]
    )
    if problems:
        first = problems[:8]
        lines = (f"{'.'.join(str(p) for p in e.absolute_path) or 'release'}: {e.message[:300]}" for e in first)
        raise ReleaseError("the drafts do not fit knowledge/schema/release.schema.json:\n" + "\n".join(lines))
