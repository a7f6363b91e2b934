"""G-12: the declarations of use of demographic, social and health-status data are computed, and proved.

For each kind of data declared unused, it is added to or changed in every request of the case corpus: not a byte of
an answer differs. For each declared used, at least one answer does.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pytest

from cds_service.artefacts.terminologies import address
from knowledge.attributes import PARAGRAPH, source_attributes
from knowledge.cases import instant_of
from knowledge.release import Release, load_release
from tests.calls import PATIENT
from tests.cases_as_calls import Json, answered, call_of
from tests.releases.drafted import release as drafted

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
CDC = "urn:oid:2.16.840.1.113883.6.238"
OBSERVED = "2026-11-20T08:00:00Z"


def extended(request: Json, url: str, **value: Any) -> None:
    request["prefetch"]["patient"].setdefault("extension", []).append({"url": f"{US_CORE}{url}", **value})


def added(request: Json, key: str, *resources: Json) -> None:
    bundle = request["prefetch"].setdefault(key, {"resourceType": "Bundle", "type": "searchset", "entry": []})
    subject = {"reference": f"Patient/{PATIENT}"}
    for place, resource in enumerate(resources):
        whole = {"id": f"added-{place}", "subject": subject, **resource}
        bundle.setdefault("entry", []).insert(0, {"resource": whole})


def observed(code: str, display: str, category: str = "social-history", **value: Any) -> Json:
    categories = {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": category}
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [categories]}],
        "code": {"coding": [{"system": address("loinc"), "code": code, "display": display}], "text": display},
        "effectiveDateTime": OBSERVED,
        **value,
    }


def answered_as(system: str, code: str, display: str) -> Json:
    return {"valueCodeableConcept": {"coding": [{"system": system, "code": code, "display": display}], "text": display}}


def race(request: Json) -> None:
    coding = {"system": CDC, "code": "2054-5", "display": "Black or African American"}
    parts = [{"url": "ombCategory", "valueCoding": coding}, {"url": "text", "valueString": "Black"}]
    extended(request, "race", extension=parts)
    added(request, "observations", observed("32624-9", "Race", **answered_as(CDC, "2054-5", "Black")))


def ethnicity(request: Json) -> None:
    coding = {"system": CDC, "code": "2135-2", "display": "Hispanic or Latino"}
    parts = [{"url": "ombCategory", "valueCoding": coding}, {"url": "text", "valueString": "Hispanic or Latino"}]
    extended(request, "ethnicity", extension=parts)
    added(request, "observations", observed("69490-1", "Ethnicity", **answered_as(CDC, "2135-2", "Hispanic")))


def language(request: Json) -> None:
    spoken = {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "es"}]}, "preferred": True}
    request["prefetch"]["patient"] |= {"communication": [spoken], "language": "es"}
    added(request, "observations", observed("54899-0", "Preferred language", valueString="Spanish"))


def sexual_orientation(request: Json) -> None:
    value = answered_as(address("snomed"), "38628009", "Homosexual")
    added(request, "observations", observed("76690-7", "Sexual orientation", **value))


def gender_identity(request: Json) -> None:
    coded = {"system": address("snomed"), "code": "446131000124102", "display": "Identifies as non-conforming gender"}
    extended(request, "genderIdentity", valueCodeableConcept={"coding": [coded]})
    extended(request, "sex", valueCode="248152002")
    value = answered_as(coded["system"], coded["code"], coded["display"])
    added(request, "observations", observed("76691-5", "Gender identity", **value))


def sex(request: Json) -> None:
    patient = request["prefetch"]["patient"]
    patient["gender"] = "male" if patient["gender"] == "female" else "female"


def date_of_birth(request: Json) -> None:
    request["prefetch"]["patient"]["birthDate"] = "2014-05-01"


def social_determinants(request: Json) -> None:
    worry = answered_as(address("loinc"), "LA30125-1", "I do not have housing")
    added(
        request,
        "observations",
        observed("71802-3", "Housing status", "sdoh", **worry),
        observed("88121-9", "Hunger Vital Sign", "survey", valueBoolean=True),
        observed("93025-5", "PRAPARE", "survey", valueBoolean=True),
    )
    needs = (("Z59.00", "Homelessness, unspecified"), ("Z59.41", "Food insecurity"), ("Z56.0", "Unemployment"))
    for code, display in needs:
        coded = {"coding": [{"system": address("icd-10-cm"), "code": code, "display": display}], "text": display}
        active = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]}
        need = {"resourceType": "Condition", "code": coded, "clinicalStatus": active, "recordedDate": OBSERVED}
        added(request, "conditions", {**need, "id": code.lower()})


def health_status(request: Json) -> None:
    limited = {"coding": [{"system": address("heel-findings"), "code": "activities-limited"}]}
    pregnant = answered_as(address("snomed"), "77386006", "Pregnant")
    added(
        request,
        "observations",
        {**observed("", ""), "code": limited, "valueBoolean": True},
        observed("82810-3", "Pregnancy status", **pregnant),
    )


MUTATIONS: Mapping[int, Callable[[Json], None]] = {
    5: race,
    6: ethnicity,
    7: language,
    8: sexual_orientation,
    9: gender_identity,
    10: sex,
    11: date_of_birth,
    12: social_determinants,
    13: health_status,
}
RELEASES = {"in force": load_release, "drafts": drafted}


@cache
def corpus(which: str) -> tuple[Release, tuple[tuple[Json, Any, bytes], ...]]:
    """Every worked case as a request, with its instant and the answer's bytes."""
    release = RELEASES[which]()
    asked = [(call_of(case, release), instant_of(case["at"])) for case in release.content["cases"]]
    return release, tuple((request, at, answered(request, at, release).sent) for request, at in asked)


def differing(which: str, mutate: Callable[[Json], None]) -> int:
    """How many answers of the corpus are other bytes once the requests are changed so."""
    release, asked = corpus(which)
    count = 0
    for request, at, before in asked:
        changed = copy.deepcopy(request)
        mutate(changed)
        assert changed != request
        count += answered(changed, at, release).sent != before
    return count


def test_the_requests_say_what_the_cases_say() -> None:
    release, asked = corpus("drafts")
    for case, (request, at, _) in zip(release.content["cases"], asked, strict=True):
        shown = {one.topic for one in answered(request, at, release).decision.recommended}
        assert set(case["expect"].get("shows", ())) <= shown, case["name"]
        assert not (case["expect"].get("silent") and shown), case["name"]


@pytest.mark.parametrize("which", RELEASES)
@pytest.mark.parametrize("number", MUTATIONS)
def test_what_is_declared_unused_changes_no_byte_and_what_is_used_changes_some(which: str, number: int) -> None:
    declared = source_attributes(corpus(which)[0])[f"{PARAGRAPH}({number})"]["used"]
    changed = differing(which, MUTATIONS[number])
    assert bool(changed) is declared, f"{changed} answers differ, and it is declared {declared}"


def test_the_declarations_cover_the_nine_attributes() -> None:
    used = {key: said["used"] for key, said in source_attributes(drafted()).items() if "used" in said}
    assert set(used) == {f"{PARAGRAPH}({number})" for number in MUTATIONS}
    assert [number for number in MUTATIONS if used[f"{PARAGRAPH}({number})"]] == [10, 11, 13]
