"""A FHIR server that holds the chart of a request, and the request without its prefetch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.stub_fhir import StubFhir, stub_fhir


@contextmanager
def serving_chart_of(whole: Mapping[str, Any], per_page: int = 1000) -> Iterator[tuple[StubFhir, dict[str, Any]]]:
    """The server, and the request that must read from it all that `whole` had prefetched."""
    with stub_fhir() as stub:
        for value in whole["prefetch"].values():
            _hold(stub, value, per_page)
        kept = {name: member for name, member in whole.items() if name != "prefetch"}
        yield stub, kept | stub.call()


def _hold(stub: StubFhir, value: Mapping[str, Any] | None, per_page: int) -> None:
    if value is None:
        return
    if value["resourceType"] != "Bundle":
        stub.says(f"{value['resourceType']}/{value['id']}", value)
        return
    resources = [entry["resource"] for entry in value.get("entry", [])]
    if resources:
        pages = [resources[start : start + per_page] for start in range(0, len(resources), per_page)]
        stub.pages(resources[0]["resourceType"], pages)
