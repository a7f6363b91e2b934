"""Resources out of whatever wraps them: Bundles of any type, nested ones, lists, NDJSON, test wrappers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cds_service.errors import RequestError
from cds_service.intake.identity import is_id, reference_of, typed
from cds_service.intake.json_text import read_json

Resource = dict[str, Any]
NO_RESULTS = frozenset({"4101", "59022"})  # Epic's codes for a search that found nothing
_FAILED_STATUSES = ("4", "5")
_URN = "urn:"


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What a wrapper held.

    `unread` counts entries that hold no resource, `failed` says that the sender reported an error
    within, `next_url` where the list goes on, `entries` how many entries there were and `total` how
    many the sender says there are.
    """

    resources: tuple[Resource, ...] = ()
    unread: int = 0
    failed: bool = False
    next_url: str | None = None
    entries: int = 0
    total: int | None = None


def unpack(value: Any) -> Unpacked:
    """The resources in a Bundle, a resource, or a list of resources or entries. Never raises."""
    collector = _Collector()
    if isinstance(value, list):
        collector.entries(value)
    else:
        collector.resource(value, "")
    return collector.result(value if isinstance(value, dict) and value.get("resourceType") == "Bundle" else {})


def read_file_resources(content: bytes) -> Unpacked:
    """The resources of a file: a Bundle of any type, one resource, NDJSON, or an object with a `data` list.

    Raises `RequestError` 400 when nothing in the file can be read.
    """
    try:
        value = read_json(content)
    except RequestError as problem:
        return _read_lines(content, problem)
    if isinstance(value, dict) and "resourceType" not in value:
        value = value.get("data")
    found = unpack(value)
    if not found.resources and not _is_bundle(value):
        raise RequestError(
            400,
            "structure",
            "The file holds no FHIR resource.",
            "Give a Bundle, a resource, NDJSON or a CDS Hooks request.",
        )
    return found


def _is_bundle(value: Any) -> bool:
    return isinstance(value, dict) and value.get("resourceType") == "Bundle"


def _read_lines(content: bytes, problem: RequestError) -> Unpacked:
    collector = _Collector()
    for line in content.splitlines():
        if line.strip():
            try:
                collector.resource(read_json(line), "")
            except RequestError:
                collector.unread += 1
    if not collector.resources:
        raise problem
    return collector.result({})


class _Collector:
    """Gathers resources while it walks; keeps count of what it could not take."""

    def __init__(self) -> None:
        self.resources: list[Resource] = []
        self.urns: dict[str, str] = {}
        self.unread = 0
        self.seen = 0
        self.failed = False

    def result(self, bundle: Mapping[str, Any]) -> Unpacked:
        total = bundle.get("total")
        return Unpacked(
            resources=tuple(_rewired(self.resources, self.urns)),
            unread=self.unread,
            failed=self.failed,
            next_url=_next_url(bundle.get("link")),
            entries=self.seen,
            total=total if isinstance(total, int) and not isinstance(total, bool) else None,
        )

    def entries(self, entries: Any) -> None:
        for entry in entries if isinstance(entries, list) else [entries]:
            self.seen += 1
            self._entry(entry)

    def _entry(self, entry: Any) -> None:
        if not isinstance(entry, dict):
            self.unread += 1
        elif "resourceType" in entry:
            self.resource(entry, "")
        elif _part(entry, "response", "status").startswith(_FAILED_STATUSES):
            self.failed = True
        elif "resource" in entry:
            full_url = entry.get("fullUrl")
            self.resource(entry["resource"], full_url if isinstance(full_url, str) else "")
        elif not isinstance(entry.get("request"), dict) and not isinstance(entry.get("response"), dict):
            self.unread += 1

    def resource(self, resource: Any, full_url: str) -> None:
        kind = resource.get("resourceType") if isinstance(resource, dict) else None
        if not isinstance(kind, str) or not kind:
            self.unread += 1
        elif kind == "Bundle":
            # Depth was bounded when the JSON was read, so this ends.
            self.entries(resource.get("entry") or [])
        elif kind == "OperationOutcome":
            self.failed = self.failed or reports_error(resource)
        else:
            self._keep(resource, full_url)

    def _keep(self, resource: Resource, full_url: str) -> None:
        identity = full_url.removeprefix(f"{_URN}uuid:") if full_url.startswith(_URN) else (typed(full_url) or "/")
        if "id" not in resource and is_id(identity.rpartition("/")[2]):
            resource = {**resource, "id": identity.rpartition("/")[2]}
        if full_url.startswith(_URN) and (reference := reference_of(resource)):
            self.urns[full_url] = reference
        self.resources.append(resource)


def reports_error(outcome: Resource) -> bool:
    """Whether an OperationOutcome tells of a failure; "nothing was found" is none, and warnings are none."""
    issues = outcome.get("issue")
    known = [issue for issue in issues if isinstance(issue, dict)] if isinstance(issues, list) else []
    return not known or any(_is_error(issue) for issue in known)


def _is_error(issue: Resource) -> bool:
    codings = issue.get("details", {}).get("coding") if isinstance(issue.get("details"), dict) else None
    codes = (
        {str(coding.get("code")) for coding in codings if isinstance(coding, dict)}
        if isinstance(codings, list)
        else set()
    )
    return issue.get("severity") not in ("warning", "information", "success") and not codes & NO_RESULTS


def _part(entry: Resource, name: str, member: str) -> str:
    part = entry.get(name)
    return str(part.get(member, "")) if isinstance(part, dict) else ""


def _next_url(links: Any) -> str | None:
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("relation") == "next" and isinstance(link.get("url"), str):
            return str(link["url"])
    return None


def _rewired(resources: list[Resource], urns: Mapping[str, str]) -> Iterator[Resource]:
    """The resources with references by `urn:` written as `Type/id`, which holds outside the Bundle too."""
    return (_replaced(resource, urns) if urns else resource for resource in resources)


def _replaced(value: Any, urns: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            name: urns.get(part, part) if name == "reference" and isinstance(part, str) else _replaced(part, urns)
            for name, part in value.items()
        }
    return [_replaced(part, urns) for part in value] if isinstance(value, list) else value
