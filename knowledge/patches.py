"""The difference of two releases as a JSON Patch (RFC 6902), and for people.

Lists are replaced as a whole: their order is knowledge too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from knowledge.errors import ReleaseError

Patch = list[dict[str, Any]]


def difference(old: Mapping[str, Any], new: Mapping[str, Any], at: str = "") -> Patch:
    """The operations that make `old` into `new`."""
    steps: Patch = []
    for name in sorted(old.keys() | new.keys()):
        path = f"{at}/{name.replace('~', '~0').replace('/', '~1')}"
        if name not in new:
            steps.append({"op": "remove", "path": path})
        elif name not in old:
            steps.append({"op": "add", "path": path, "value": new[name]})
        elif isinstance(old[name], Mapping) and isinstance(new[name], Mapping):
            steps += difference(old[name], new[name], path)
        elif old[name] != new[name]:
            steps.append({"op": "replace", "path": path, "value": new[name]})
    return steps


def apply(patch: Patch, content: Mapping[str, Any]) -> dict[str, Any]:
    """The content after the operations of `difference`. Raises `ReleaseError` for one that does not fit it."""
    if not isinstance(patch, list):
        raise ReleaseError(f"patch: expected a list of operations (RFC 6902), found {type(patch).__name__}")
    changed = dict(content)
    for place, step in enumerate(patch):
        try:
            if step["op"] not in ("add", "remove", "replace"):
                raise KeyError(step["op"])
            names = [name.replace("~1", "/").replace("~0", "~") for name in step["path"].split("/")[1:]]
            _apply(step, changed, names)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise ReleaseError(
                f"patch[{place}]: {step!r:.120} does not fit this release; is it the one the patch was made from?"
            ) from None
    return changed


def _apply(step: Mapping[str, Any], holder: dict[str, Any], names: list[str]) -> None:
    name, *deeper = names
    if deeper:
        holder[name] = dict(holder[name])
        _apply(step, holder[name], deeper)
    elif step["op"] == "add":
        holder[name] = step["value"]
    else:
        del holder[name]
        if step["op"] == "replace":
            holder[name] = step["value"]


_SECTIONS = {
    "concepts": "codes and words",
    "facts": "facts",
    "rules": "rules",
    "evidence": "citations",
    "cases": "cases",
}


def for_people(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """The same difference in lines: under each section what was added, removed, and changed from what to what."""
    for section in sorted(old.keys() | new.keys()):
        before, after = old.get(section), new.get(section)
        if before != after:
            yield f"{section} ({_SECTIONS[section]})" if section in _SECTIONS else section
            yield from (f"  {line}" for line in _told(_named(before), _named(after)))


def _named(value: Any) -> Any:
    """Cases are a list, told apart by their names."""
    named = isinstance(value, list) and all(isinstance(member, Mapping) and "name" in member for member in value)
    return {member["name"]: member for member in value} if named else value


def _told(before: Any, after: Any, at: str = "") -> Iterator[str]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted(before.keys() | after.keys()):
            where = f"{at}.{name}" if at else str(name)
            if name not in after:
                yield f"- {where}{_brief(before[name])}"
            elif name not in before:
                yield f"+ {where}{_brief(after[name])}"
            elif before[name] != after[name]:
                yield from _told(before[name], after[name], where)
    elif _alike(before, after):
        for place, (one, other) in enumerate(zip(before, after, strict=True)):
            if one != other:
                yield from _told(one, other, f"{at}[{place}]")
    elif isinstance(before, list) and isinstance(after, list):
        yield from (f"- {at}{_brief(member)}" for member in before if member not in after)
        yield from (f"+ {at}{_brief(member)}" for member in after if member not in before)
        if all(member in before for member in after) and all(member in after for member in before):
            yield f"~ {at}: another order"
    else:
        yield f"~ {at}: {before} -> {after}"


def _alike(before: Any, after: Any) -> bool:
    """Whether two lists differ only within members of the same names, as a condition with another threshold does."""
    if not (isinstance(before, list) and isinstance(after, list) and len(before) == len(after)):
        return False
    changed = [(one, other) for one, other in zip(before, after, strict=True) if one != other]
    return all(isinstance(o, Mapping) and isinstance(n, Mapping) and o.keys() == n.keys() for o, n in changed)


def _brief(value: Any) -> str:
    """What a new or removed thing says of itself."""
    if isinstance(value, Mapping):
        said = next((value[key] for key in ("statement", "says", "title", "headline") if key in value), "")
        return f": {said}" if said else ""
    return f": {value}"
