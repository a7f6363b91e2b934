"""Everything that is asked of a service, in the order a client would: discovery, calls, faults, feedback."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from cds_service.checking.cards import of_response
from cds_service.checking.findings import Finding, consider, good, mend, skipped
from cds_service.checking.probe import Probe, Told
from cds_service.checking.synthetic import call_for, outcome

ROOT = "/cds-services"
ORIGIN = "https://sandbox.cds-hooks.org"
PROMPT = 0.5
_LOCAL = ("http://127.0.0.1", "http://localhost", "http://[::1]")


def check(probe: Probe, only: Sequence[str] = ()) -> Iterator[Finding]:
    """All findings about a service; `only` names the ids that are called (none: each)."""
    yield _transport(probe)
    found = probe.get(ROOT)
    services = found.body.get("services") if isinstance(found.body, dict) else None
    if found.status in (401, 403):
        yield skipped("D-01", ROOT, "discovery answers", "It wants a token: give --issuer, --kid and --token-key.")
        return
    if found.status != 200 or not isinstance(services, list):
        advice = f'Answer 200 with {{"services": [...]}} as JSON; found {found.said}.'
        yield mend("D-02", ROOT, "discovery answers with a services array", advice)
        return
    yield good("D-02", ROOT, f"discovery answers with a services array ({len(services)} services)")
    yield _json(found, ROOT)
    for number, service in enumerate(services):
        yield from _entry(service, f"services[{number}]")
    usable = [one for one in services if isinstance(one, dict) and isinstance(one.get("id"), str) and one.get("hook")]
    for missing in sorted(set(only) - {one["id"] for one in usable}):
        yield mend("D-06", ROOT, f"a service has the id {missing}", "Use an id that discovery lists.")
    for service in usable:
        if not only or service["id"] in only:
            yield from _service(probe, service)
    yield _unknown_service(probe)
    yield _browsers(probe)


def _transport(probe: Probe) -> Finding:
    if probe.base.startswith("https://") or probe.base.startswith(_LOCAL):
        return good("T-01", probe.base, "the address is https, or on this machine")
    return mend("T-01", probe.base, "the address is https", "Put TLS in front; charts must not travel in the open.")


def _json(told: Told, place: str) -> Finding:
    kind = told.headers.get("Content-Type", "").partition(";")[0].strip()
    if kind in ("application/json", "application/fhir+json"):
        return good("T-02", place, "the body is sent as JSON")
    return mend(
        "T-02", place, "the body is sent as JSON", f"Send Content-Type: application/json; found {kind or 'none'}."
    )


def _entry(service: Any, place: str) -> Iterator[Finding]:
    if not isinstance(service, dict):
        yield mend("D-04", place, "a service is an object", "List objects with hook, id and description.")
        return
    for member, row in (("hook", "D-04"), ("description", "D-05"), ("id", "D-06")):
        if not isinstance(service.get(member), str) or not service[member].strip():
            yield mend(row, place, f"a service has {member}", f"Send {member} as text that is not empty.")
    if "title" not in service:
        yield consider("D-07", place, "a service has a title", "Send a name that people can choose it by.")
    prefetch = service.get("prefetch", {"": "Patient"})
    if not isinstance(prefetch, dict) or not prefetch or not all(isinstance(t, str) and t for t in prefetch.values()):
        yield mend("D-08", place, "prefetch maps keys to templates", "Leave it out, or send an object of texts.")
        return
    for key, template in prefetch.items():
        if template.startswith(("http:", "https:", "/")):
            advice = "Write it relative to the FHIR server, such as Condition?patient={{context.patientId}}."
            yield mend("P-02", f"{place}.prefetch.{key}", "a template is relative to the FHIR server", advice)


def _service(probe: Probe, service: Mapping[str, Any]) -> Iterator[Finding]:
    path, place, request = f"{ROOT}/{service['id']}", str(service["id"]), call_for(service)
    whole = probe.post(path, request)
    if whole.status in (401, 403):
        yield skipped(
            "R-01",
            place,
            "a call with all prefetch is answered",
            "It wants a token: give --issuer, --kid and --token-key.",
        )
        return
    if whole.status != 200:
        advice = f"Answer a complete call with 200; found {whole.said}."
        yield mend("R-01", place, "a call with all prefetch is answered", advice)
    else:
        yield good("R-01", place, "a call with all prefetch is answered")
        yield _json(whole, place)
        yield from of_response(whole.body, place)
        if whole.seconds > PROMPT:
            advice = (
                f"It took {whole.seconds:.1f} s; clients give up, and clinicians look away, after about half a second."
            )
            yield consider("R-13", place, "the answer is prompt", advice)
    yield from _prefetch_faults(probe, path, place, request)
    yield from _bad_requests(probe, path, place, request)
    yield from _feedback(probe, path, place, whole)


def _prefetch_faults(probe: Probe, path: str, place: str, request: dict[str, Any]) -> Iterator[Finding]:
    """A key that is missing, null, an OperationOutcome or of another type is everyday data, never a failure."""
    if not request["prefetch"]:
        yield skipped("P-10", place, "faulty prefetch does no harm", "The service asks for no prefetch.")
        return
    keys = request["prefetch"]
    faults = {
        ("P-10", "no prefetch at all"): {name: value for name, value in request.items() if name != "prefetch"},
        ("P-11", "each key null"): request | {"prefetch": dict.fromkeys(keys)},
        ("P-13", "an OperationOutcome for each key"): request
        | {"prefetch": dict.fromkeys(request["prefetch"], outcome())},
        ("P-20", "a text for each key"): request | {"prefetch": dict.fromkeys(request["prefetch"], "not a resource")},
    }
    for key in request["prefetch"]:
        kept = {name: value for name, value in request["prefetch"].items() if name != key}
        faults["P-10", f"the key {key} missing"] = request | {"prefetch": kept}
    for (row, said), faulty in faults.items():
        told = probe.post(path, faulty)
        if told.failed:
            advice = f"Answer with cards, or 412 where it cannot do without; found {told.said}."
            yield mend(row, place, f"{said} does no harm", advice)
        elif told.status not in (200, 412):
            advice = f"412 is the status for data that is missing; found {told.said}."
            yield consider("P-17", place, f"{said} is answered with cards or 412", advice)
        else:
            yield good(row, place, f"{said} does no harm")


def _bad_requests(probe: Probe, path: str, place: str, request: dict[str, Any]) -> Iterator[Finding]:
    bad: dict[tuple[str, str], Any] = {
        ("T-08", "a body that is no JSON"): b"{",
        ("T-08", "a body that is no object"): b"[]",
        ("R-04", "a call without context"): {name: value for name, value in request.items() if name != "context"},
        ("R-02", "a call without hook"): {name: value for name, value in request.items() if name != "hook"},
        ("R-02", "a hook that is not the service's"): request | {"hook": "no-such-hook"},
    }
    for (row, said), body in bad.items():
        told = probe.post(path, body)
        if told.failed:
            yield mend(row, place, f"{said} is refused", f"Answer 400 and say what is wrong; found {told.said}.")
        elif told.status < 400:
            yield consider(
                row, place, f"{said} is refused", f"Answer 400, so that its maker learns of it; found {told.said}."
            )
        else:
            yield good(row, place, f"{said} is refused")
    more = copy.deepcopy(request) | {"x-check": 1}
    more["context"]["x-check"] = {"more": True}
    told = probe.post(path, more)
    if told.status == 200:
        yield good("T-10", place, "members that it does not know are passed over")
    else:
        yield mend("T-10", place, "members that it does not know are passed over", f"Ignore them; found {told.said}.")


def _feedback(probe: Probe, path: str, place: str, whole: Told) -> Iterator[Finding]:
    cards = whole.body.get("cards", []) if isinstance(whole.body, dict) else []
    shown = [card["uuid"] for card in cards if isinstance(card, dict) and isinstance(card.get("uuid"), str)]
    at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    report = {"card": shown[0] if shown else str(uuid.uuid4()), "outcome": "overridden", "outcomeTimestamp": at}
    told = probe.post(f"{path}/feedback", {"feedback": [report]})
    if told.status in (404, 405):
        yield consider(
            "B-01", place, "it takes feedback", "Offer POST .../feedback; without it nobody learns which cards help."
        )
    elif not 200 <= told.status < 300:
        yield mend("B-01", place, "it takes feedback", f"Answer 200 to a report on a card; found {told.said}.")
    else:
        yield good("B-01", place, "it takes feedback")
        odd = probe.post(f"{path}/feedback", {"feedback": "no list"})
        if odd.failed:
            yield mend("B-02", place, "feedback that is none is refused", f"Answer 400; found {odd.said}.")
        else:
            yield good("B-02", place, "feedback that is none does no harm")


def _unknown_service(probe: Probe) -> Finding:
    told = probe.post(f"{ROOT}/no-such-service-{uuid.uuid4().hex[:8]}", {})
    if told.failed or told.status < 400:
        return mend("R-01", ROOT, "an id that does not exist is refused", f"Answer 404; found {told.said}.")
    return good("R-01", ROOT, "an id that does not exist is refused")


def _browsers(probe: Probe) -> Finding:
    told = probe.preflight(ROOT, ORIGIN)
    allowed = told.headers.get("Access-Control-Allow-Origin")
    if allowed in (ORIGIN, "*"):
        return good("C-01", ROOT, "the public CDS sandbox may call from a browser")
    advice = (
        f"Needed only for clients in a browser: answer OPTIONS with Access-Control-Allow-Origin for them ({ORIGIN})."
    )
    return consider("C-01", ROOT, "the public CDS sandbox may call from a browser", advice)
