"""What a client sent along, key by key. Not sent, nothing found, failed and found are never mixed up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any

from cds_service.intake.bundles import Resource, Unpacked, reports_error, unpack


class State(Enum):
    """What is known of one key: only `NULL`, `EMPTY` and `DATA` are answers."""

    ABSENT = "absent"  # not sent: unknown
    NULL = "null"  # asked, none
    EMPTY = "empty"  # asked, none
    ERROR = "error"  # asked, not had
    DATA = "data"


@dataclass(frozen=True, slots=True)
class Query:
    """What a prefetch template asks for."""

    key: str
    template: str

    @property
    def resource_type(self) -> str:
        return re.split(r"[/?]", self.template, maxsplit=1)[0]

    @property
    def search(self) -> bool:
        return "?" in self.template


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one query.

    `whole` says that nothing of it failed, `next_url` where the rest of a list lies, `why` what was
    wrong, in words free of the sender's own. `entries` came of a list that has `total`, where that was said.
    """

    state: State = State.ABSENT
    resources: tuple[Resource, ...] = ()
    unread: int = 0
    whole: bool = True
    next_url: str | None = None
    why: str = ""
    entries: int = 0
    total: int | None = None
    fault: str = ""  # why a FHIR server did not answer in full, a word of ours

    @property
    def settled(self) -> bool:
        """Whether all that was asked for is known."""
        cut = self.next_url is not None or (self.total is not None and self.total > self.entries)
        return self.state in (State.NULL, State.EMPTY, State.DATA) and self.whole and not cut


@dataclass(frozen=True, slots=True)
class Prefetched:
    """The answers by our key, and what came under keys that are not ours."""

    answers: Mapping[str, Answer]
    others: tuple[Answer, ...] = ()


def read_prefetch(prefetch: Mapping[str, Any], queries: Mapping[str, Query]) -> Prefetched:
    """Sort what came by what was asked. A key misspelt but alike counts as ours, where ours was not sent."""
    alike = {_plain(name): key for key, query in queries.items() for name in (key, query.resource_type)}
    answers: dict[str, Answer] = {}
    others: list[Answer] = []
    for name in sorted(prefetch, key=lambda name: name not in queries):
        key = name if name in queries else alike.get(_plain(name), name)
        if key in queries and key not in answers:
            answers[key] = answer_of(prefetch[name], queries[key])
        else:
            others.append(_unasked(prefetch[name]))
    return Prefetched(MappingProxyType(answers), tuple(others))


def _plain(name: str) -> str:
    name = re.sub(r"[^a-z]", "", name.lower()).removesuffix("bundle")
    return re.sub(r"ies$", "y", name).removesuffix("s")


def answer_of(value: Any, query: Query) -> Answer:
    """The answer that one JSON value gives to one query."""
    value, failed = _unwrapped(value)
    if failed:
        return Answer(State.ERROR, why="the client reports an error for it")
    if value is None:
        return Answer(State.NULL)
    kind = value.get("resourceType") if isinstance(value, dict) else None
    if not isinstance(kind, str):
        return Answer(State.ERROR, unread=1, whole=False, why="its value is no FHIR resource")
    if kind == "OperationOutcome":
        return _of_outcome(value)
    found = unpack(value)
    return _of_bundle(found, query) if kind == "Bundle" else _of_resource(found, query)


def _unwrapped(value: Any) -> tuple[Any, bool]:
    """Some clients send the entry of a batch response: its resource, and whether its status tells of a failure."""
    if not isinstance(value, dict) or "resourceType" in value or "response" not in value:
        return value, False
    response = value["response"]
    status = str(response.get("status", "")) if isinstance(response, dict) else ""
    return value.get("resource"), not status.startswith("2")


def _of_outcome(outcome: Resource) -> Answer:
    if reports_error(outcome):
        return Answer(State.ERROR, why="an OperationOutcome came instead")
    return Answer(State.EMPTY)


def _of_resource(found: Unpacked, query: Query) -> Answer:
    fits = any(resource["resourceType"] == query.resource_type for resource in found.resources)
    if not fits:
        return Answer(State.ERROR, found.resources, found.unread, whole=False, why="a resource of another type came")
    # One resource where a list was asked for is hardly the whole list.
    return Answer(State.DATA, found.resources, found.unread, whole=not query.search)


def _of_bundle(found: Unpacked, query: Query) -> Answer:
    state, why = _state_of(found, query)
    whole = not found.failed
    return Answer(state, found.resources, found.unread, whole, found.next_url, why, found.entries, found.total)


def _state_of(found: Unpacked, query: Query) -> tuple[State, str]:
    if any(resource["resourceType"] == query.resource_type for resource in found.resources):
        return State.DATA, ""
    if found.failed:
        return State.ERROR, "it holds an OperationOutcome"
    if found.resources or found.unread:
        return State.ERROR, f"it holds no {query.resource_type}"
    return (State.EMPTY, "") if query.search else (State.ERROR, f"it holds no {query.resource_type}")


def _unasked(value: Any) -> Answer:
    """What came under a key that is not ours: used where it is FHIR, and never a complaint where it is not."""
    value, _ = _unwrapped(value)
    found = unpack(value) if isinstance(value, dict) and "resourceType" in value else Unpacked()
    return Answer(State.DATA if found.resources else State.ABSENT, found.resources, found.unread, whole=False)


def queries_of(templates: Mapping[str, str]) -> Mapping[str, Query]:
    """The queries of a service, by prefetch key, in the order of its templates."""
    return MappingProxyType(dict(_queries(templates)))


def _queries(templates: Mapping[str, str]) -> Iterator[tuple[str, Query]]:
    for key, template in templates.items():
        yield key, Query(key, template)
