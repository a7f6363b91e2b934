"""Observation: findings, measurements and runs, each value in one neutral form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from cds_service.intake.codes import Concept, joined
from cds_service.intake.dates import occurrence, span, spanning
from cds_service.intake.elements import Json, objects, reference_to, single, status_of, trimmed, value_of
from cds_service.intake.ranges import within_range
from cds_service.intake.reading import Reading
from cds_service.intake.sides import side_of
from cds_service.intake.values import Value, read_value
from knowledge.chart import Entry, Kind, Period, Span

_WITHDRAWN = frozenset({"entered-in-error", "cancelled", "registered"})
_RUN = ("heel-findings", "run-distance")
_LONGEST_RUN = timedelta(hours=48)


class _Frame(NamedTuple):
    """All that the components of an Observation share: where on the body, when, who recorded it."""

    reference: str
    sites: Concept
    noted: Span | None
    period: Period | None
    source: str


def read_observation(resource: Json, reading: Reading) -> list[Entry]:
    """One Observation, its components, and any Observation contained in it, each as an entry of its own."""
    if status_of(resource.get("status")) in _WITHDRAWN:
        return []
    frame = _frame(resource, reading)
    return [_once(entry, reading) for entry in _all_of(resource, frame, reading)]


def _all_of(resource: Json, frame: _Frame, reading: Reading) -> Iterator[Entry]:
    components = objects(resource.get("component"))
    value = _value(resource, reading)
    if value.is_known or not components:
        yield _filled(frame, reading.concept(resource.get("code")), value)
    for component in components:
        yield _filled(frame, reading.concept(component.get("code")), _value(component, reading))
    for member in objects(resource.get("contained")):
        if member.get("resourceType") == "Observation" and status_of(member.get("status")) not in _WITHDRAWN:
            own = _frame({**member, "id": resource.get("id")}, reading)
            own = own if own.noted else own._replace(noted=frame.noted, period=frame.period)
            yield from _all_of({**member, "contained": None}, own, reading)


def _frame(resource: Json, reading: Reading) -> _Frame:
    noted, period = _when(resource, reading)
    return _Frame(reference_to(resource), _sites(resource, reading), noted, period, _source(resource))


def _filled(frame: _Frame, code: Concept, value: Value) -> Entry:
    return Entry(
        Kind.OBSERVATION,
        frame.reference,
        code.codings,
        code.text,
        side=side_of(code, frame.sites),
        sites=frame.sites.codings,
        site_text=frame.sites.text,
        noted=frame.noted,
        period=frame.period,
        presence=value.presence,
        quantity=value.quantity,
        choices=value.choices.codings,
        value_day=value.day,
        within=value.within,
        source=frame.source,
        mapped=code.mapped | value.choices.mapped,
    )


def _value(holder: Json, reading: Reading) -> Value:
    kind, value = value_of(holder, "value")
    interpretation = reading.concept(holder.get("interpretation"))
    told = read_value(kind, value, interpretation.codings, reading.concept)
    return told._replace(within=within_range(holder, told.quantity, interpretation.codings))


def _when(resource: Json, reading: Reading) -> tuple[Span | None, Period | None]:
    """When it was observed; failing that, when it was issued. The upload time is no substitute."""
    start, end, period = occurrence(resource, "effective")
    noted = spanning(start, end) or span(resource.get("issued"))
    return reading.begun(noted), period


def _sites(resource: Json, reading: Reading) -> Concept:
    sites = reading.concept(resource.get("bodySite"))
    structure = reading.resolve(resource.get("bodyStructure"), resource) if "bodyStructure" in resource else None
    if structure is None:
        return sites
    parts = [structure.get("location")]
    for included in objects(structure.get("includedStructure")):
        parts += [included.get("structure"), included.get("laterality")]
    return joined([sites, *(reading.concept(part) for part in parts)])


def _source(resource: Json) -> str:
    device = single(resource.get("device"))
    meta = resource.get("meta")
    named = device.get("reference") or device.get("display") or (meta.get("source") if isinstance(meta, dict) else "")
    return trimmed(named) if isinstance(named, str) else ""


def _once(entry: Entry, reading: Reading) -> Entry:
    """A distance over days is not one run: as such it would count what its parts count already."""
    is_run = any((coding.system, coding.code) == _RUN for coding in entry.codings)
    if not is_run or entry.quantity is None or entry.noted is None:
        return entry
    begun, over = entry.noted.earliest, entry.noted.latest
    if over - begun <= _LONGEST_RUN:
        return entry
    reading.remark("a running distance spans several days and is not counted as one run")
    return replace(entry, quantity=None)
