"""The intake form and the code systems, exported as FHIR R4: sound, complete, short to answer, and read back whole."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from cds_service.artefacts import artefacts, write_artefacts
from cds_service.errors import HeelCdsError
from cds_service.intake.chart_reader import read_chart
from knowledge.chart import Chart, Kind
from knowledge.decision import Facts
from knowledge.engine import evaluate
from knowledge.errors import ReleaseError
from knowledge.release import load_release
from knowledge.truth import Truth
from tests.contract.validators import google_fhir, invariants
from tests.releases.drafted import release
from tests.shared_material import shared

Json = dict[str, Any]
BASE = "https://w3id.org/heel-pain-cds"
SYSTEMS = {
    "heel-findings",
    "heel-pain-location",
    "heel-imaging-result",
    "heel-treatments",
    "heel-orders",
    "recommendation-topics",
}
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
MOST_QUESTIONS = 19  # fewer than 20
UNIT_EXTENSIONS = ("questionnaire-unit", "questionnaire-unitOption")
# A runner with plantar heel pain for three weeks and nothing alarming.
TYPICAL: Mapping[str, Any] = {
    "pain-location": ["plantar-medial"],
    "symptom-duration": 3,
    "pain-severity": 4,
    "sudden-pop": False,
    "night-pain": False,
    "unable-to-bear-weight": False,
    "heel-swelling": False,
    "skin-break": False,
    "systemically-unwell": False,
    "neuropathic-symptoms": False,
    "calcaneal-squeeze-test": False,
    "runs-regularly": True,
    "max-pain-during-run": 3,
    "worse-through-run": False,
    "shoe-distance": 400,
    "first-step-pain": True,
    "medial-tubercle-tenderness": True,
}


@cache
def exported() -> tuple[Json, ...]:
    return tuple(artefacts(release(), "active", "2026-11-25"))


def form() -> Json:
    return next(one for one in exported() if one["resourceType"] == "Questionnaire")


def code_systems() -> dict[str, dict[str, str]]:
    """Code and display of each code system."""
    systems = (one for one in exported() if one["resourceType"] == "CodeSystem")
    return {one["id"]: {concept["code"]: concept["display"] for concept in one["concept"]} for one in systems}


def questions(items: Sequence[Json] | None = None) -> Iterator[Json]:
    for item in form()["item"] if items is None else items:
        if item["type"] == "group":
            yield from questions(item["item"])
        else:
            yield item


@cache
def findings() -> tuple[dict[str, str], ...]:
    with shared("contract/findings.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def extensions(item: Json, *names: str) -> list[Any]:
    """The values of an item's extensions with one of these names."""
    wanted = {f"http://hl7.org/fhir/StructureDefinition/{name}" for name in names}
    found = (one for one in item.get("extension", ()) if one["url"] in wanted)
    return [value for one in found for key, value in one.items() if key.startswith("value")]


# Sound FHIR R4


def test_the_models_of_fhir_resources_accept_every_artefact() -> None:
    for one in exported():
        get_fhir_model_class(one["resourceType"]).model_validate(one)


@pytest.mark.parametrize("validate", [google_fhir, invariants])
def test_an_independent_validator_accepts_every_artefact(validate: Callable[..., list[list[str]]]) -> None:
    assert validate(exported()) == [[] for _ in exported()]


def test_the_constraints_of_hl7_would_catch_a_form_that_is_wrong() -> None:
    doubled = {**form(), "item": [*form()["item"], form()["item"][0]]}
    assert any("que-2" in fault for fault in invariants([doubled])[0])


def test_each_artefact_bears_its_public_address_and_the_version_of_the_release() -> None:
    for one in exported():
        assert one["url"] == f"{BASE}/{one['resourceType']}/{one['id']}"
        assert (one["version"], one["status"], one["date"]) == (release().version, "active", "2026-11-25")
    assert form()["url"] == f"{BASE}/Questionnaire/heel-pain-intake"
    assert set(code_systems()) == SYSTEMS


def test_every_code_used_in_an_artefact_is_one_of_its_code_system_under_the_same_name() -> None:
    def codings(node: Any) -> Iterator[Json]:
        if isinstance(node, dict):
            if str(node.get("system", "")).startswith(BASE) and "code" in node:
                yield node
            for member in node.values():
                yield from codings(member)
        elif isinstance(node, list):
            for member in node:
                yield from codings(member)

    found = [coding for one in exported() for coding in codings(one)]
    assert found
    for coding in found:
        assert code_systems()[coding["system"].rpartition("/")[2]][coding["code"]] == coding["display"]


# Complete


ADDED = ["ankle-pressure", "device-in-shockwave-field", "run-event-soon", "toe-pressure"]  # by 3.0.0, to the contract


def test_every_finding_of_the_contract_is_asked_for_once_and_nothing_but_what_was_added() -> None:
    known = sorted([*ADDED, *(row["code"] for row in findings())])
    assert sorted(item["linkId"] for item in questions()) == known
    assert sorted(code_systems()["heel-findings"]) == known


def test_a_question_takes_what_the_contract_says_of_its_finding() -> None:
    types = {"presence": {"boolean"}, "choice": {"choice"}, "number": {"integer", "decimal", "quantity"}}
    items = {item["linkId"]: item for item in questions()}
    for row in findings():
        item = items[row["code"]]
        assert item["type"] in types[row["value"]]
        assert item["code"] == [
            {"system": f"{BASE}/CodeSystem/heel-findings", "code": row["code"], "display": row["display"]}
        ]
        assert item["repeats"] is ("repeats" in row["note"])
        units = {unit["code"] for unit in extensions(item, *UNIT_EXTENSIONS)}
        assert (row["unit"] in units) is (item["type"] == "quantity"), row["code"]


def test_a_choice_is_made_among_the_answers_of_the_contract() -> None:
    sets = {one["url"]: one for one in exported() if one["resourceType"] == "ValueSet"}
    for item in questions():
        if item["type"] == "choice":
            bound = sets[item["answerValueSet"]]
            fact = release().content["facts"][item["linkId"]]
            assert {answer["code"] for answer in bound["expansion"]["contains"]} == set(fact["answers"])
            assert bound["compose"]["include"] == [{"system": f"{BASE}/CodeSystem/{fact['system']}"}]


def test_a_distance_may_be_given_in_miles() -> None:
    (shoes,) = (item for item in questions() if item["linkId"] == "shoe-distance")
    assert [unit["code"] for unit in extensions(shoes, "questionnaire-unitOption")] == ["km", "[mi_i]"]


def test_a_score_has_its_limits() -> None:
    (severity,) = (item for item in questions() if item["linkId"] == "pain-severity")
    assert extensions(severity, "minValue", "maxValue") == [0, 10]


# Short to answer


def met(answers: Mapping[str, Any]) -> list[str]:
    """The questions a person meets who gives these answers, by the rules of FHIR for enableWhen."""
    given: dict[str, Any] = {}
    seen: list[str] = []
    for item in form()["item"]:
        _meet(item, answers, given, seen)
    return seen


def _meet(item: Json, answers: Mapping[str, Any], given: dict[str, Any], seen: list[str]) -> None:
    conditions = item.get("enableWhen", [])
    opened = [_opens(condition, given) for condition in conditions]
    if conditions and not (all(opened) if item.get("enableBehavior") == "all" else any(opened)):
        return
    if item["type"] != "group":
        seen.append(item["linkId"])
        if item["linkId"] in answers:
            given[item["linkId"]] = answers[item["linkId"]]
    for member in item.get("item", []):
        _meet(member, answers, given, seen)


def _opens(condition: Json, given: Mapping[str, Any]) -> bool:
    answer = given.get(condition["question"])
    (wanted,) = (value for key, value in condition.items() if key.startswith("answer"))
    if answer is None:
        return False
    if condition["operator"] == ">=":
        return bool(answer >= (wanted["value"] if isinstance(wanted, dict) else wanted))
    return wanted["code"] in answer if isinstance(wanted, dict) else answer is wanted


def test_a_typical_runner_meets_fewer_than_twenty_questions() -> None:
    assert set(met(TYPICAL)) == set(TYPICAL)
    assert len(met(TYPICAL)) <= MOST_QUESTIONS


@pytest.mark.parametrize("severity", range(7))
def test_so_does_one_with_more_or_less_pain_in_the_first_three_weeks(severity: int) -> None:
    for worst in range(6):
        for weeks in (1, 2, 3):
            answers = {"pain-severity": severity, "max-pain-during-run": worst, "symptom-duration": weeks}
            assert len(met({**TYPICAL, **answers})) <= MOST_QUESTIONS


def test_nobody_is_asked_about_running_who_does_not_run() -> None:
    asked = met({**TYPICAL, "runs-regularly": False})
    assert not {"max-pain-during-run", "shoe-distance", "recent-weekly-distance"} & set(asked)


@pytest.mark.parametrize(
    ("alarm", "opened"),
    [
        ({"heel-swelling": True}, {"heel-erythema", "heel-warmth", "joint-movement-restricted"}),
        ({"skin-break": True}, {"heel-erythema", "protective-sensation-lost", "cold-pulseless-foot"}),
        ({"neuropathic-symptoms": True}, {"saddle-anaesthesia", "tinel-tarsal-tunnel", "cold-pulseless-foot"}),
        ({"night-pain": True}, {"weight-loss", "palpable-mass", "rest-pain", "back-pain"}),
        ({"sudden-pop": True}, {"thompson-test", "palpable-gap", "plantar-ecchymosis"}),
        ({"calcaneal-squeeze-test": True}, {"hop-pain", "calcaneal-wall-tenderness", "reds-concern"}),
        ({"pain-location": ["calf"]}, {"calf-swelling-unilateral", "thompson-test"}),
        ({"symptom-duration": 13}, {"treatments-tried", "core-care-duration", "dactylitis", "heel-radiograph-result"}),
    ],
)
def test_an_alarming_answer_opens_the_questions_that_follow_from_it(alarm: Json, opened: set[str]) -> None:
    assert opened <= set(met({**TYPICAL, **alarm}))
    assert not opened <= set(met(TYPICAL))


def test_every_question_can_be_met() -> None:
    everything = {item["linkId"]: _alarming(item) for item in questions()}
    assert sorted(met(everything)) == sorted(item["linkId"] for item in questions())


def _alarming(item: Json) -> Any:
    if item["type"] == "choice":
        return set(release().content["facts"][item["linkId"]]["answers"])
    return True if item["type"] == "boolean" else 30


# Read back whole


def answered(item: Json, yes: bool, unit: int = 0) -> list[Json]:
    """An answer to a question, as a form filler writes it; numbers in the unit at that place of those offered."""
    if item["type"] == "boolean":
        return [{"valueBoolean": yes}]
    if item["type"] == "choice":
        fact = release().content["facts"][item["linkId"]]
        chosen = fact["answers"] if item["repeats"] else fact["answers"][:1]
        system = f"{BASE}/CodeSystem/{fact['system']}"
        return [{"valueCoding": {"system": system, "code": code}} for code in chosen]
    if item["type"] == "quantity":
        offered = extensions(item, *UNIT_EXTENSIONS)
        coding = offered[min(unit, len(offered) - 1)]
        value = {"value": 2, "unit": coding["display"], "system": coding["system"], "code": coding["code"]}
        return [{"valueQuantity": value}]
    return [{f"value{item['type'].capitalize()}": 2}]


def filled_in(yes: bool = True, unit: int = 0) -> Json:
    """The form with every question answered, its groups and questions nested as in the form."""

    def item_of(item: Json) -> Json:
        if item["type"] == "group":
            return {"linkId": item["linkId"], "item": [item_of(member) for member in item["item"]]}
        return {"linkId": item["linkId"], "answer": answered(item, yes, unit)}

    return response_of([item_of(item) for item in form()["item"]])


def response_of(items: list[Json]) -> Json:
    return {
        "resourceType": "QuestionnaireResponse",
        "id": "intake-1",
        "questionnaire": f"{form()['url']}|{form()['version']}",
        "status": "completed",
        "subject": {"reference": "Patient/anna"},
        "authored": "2026-11-25T09:00:00Z",
        "item": items,
    }


def chart_of(response: Json) -> Chart:
    patient = {"resourceType": "Patient", "id": "anna", "birthDate": "1990-05-01"}
    chart = read_chart([patient, response], patient_id="anna", obtained=frozenset(Kind), known_at=NOW)
    assert chart.unread == 0
    return chart


def read(response: Json) -> Facts:
    return release().facts.establish(chart_of(response), release().concepts, NOW)


def test_a_filled_in_form_is_sound_and_gives_every_finding() -> None:
    response = filled_in()
    get_fhir_model_class("QuestionnaireResponse").model_validate(response)
    facts = read(response)
    for item in questions():
        fact = facts[item["linkId"]]
        assert fact.truth is Truth.TRUE, item["linkId"]
        assert [one.reference for one in fact.evidence] == ["QuestionnaireResponse/intake-1"]
        if item["type"] == "choice":
            assert set(fact.choices) == {answer["valueCoding"]["code"] for answer in answered(item, True)}
        elif item["type"] != "boolean":
            assert fact.number is not None
            assert fact.number.low == fact.number.high == Decimal(2)


def test_no_is_read_as_no() -> None:
    facts = read(filled_in(yes=False))
    yes_or_no = [item["linkId"] for item in questions() if item["type"] == "boolean"]
    assert {facts[name].truth for name in yes_or_no} == {Truth.FALSE}


def test_what_is_left_blank_is_unknown() -> None:
    facts = read({**filled_in(), "item": []})
    assert {facts[item["linkId"]].truth for item in questions()} == {Truth.UNKNOWN}


def test_miles_are_read_as_the_kilometres_they_are() -> None:
    number = read(filled_in(unit=1))["shoe-distance"].number
    assert number is not None
    assert number.low == Decimal("3.218688")


def typically_answered(item: Json) -> Json:
    answer = TYPICAL[item["linkId"]]
    if item["type"] == "boolean":
        return {"valueBoolean": answer}
    if item["type"] == "choice":
        return {"valueCoding": {"system": f"{BASE}/CodeSystem/heel-pain-location", "code": answer[0]}}
    if item["type"] == "integer":
        return {"valueInteger": answer}
    unit = extensions(item, *UNIT_EXTENSIONS)[0]
    return {"valueQuantity": {"value": answer, "system": unit["system"], "code": unit["code"]}}


def test_the_answers_of_a_typical_runner_are_enough_for_core_care() -> None:
    met_by_runner = [item for item in questions() if item["linkId"] in TYPICAL]
    items = [{"linkId": item["linkId"], "answer": [typically_answered(item)]} for item in met_by_runner]
    decision = evaluate(release(), chart_of(response_of(items)), "patient-view", NOW)
    assert decision.recommended[0].topic == "plantarCoreCare"
    assert not set(decision.unknown) & set(TYPICAL)


# Written


def test_each_artefact_is_a_file_of_its_own_and_the_same_release_gives_the_same_bytes(tmp_path: Path) -> None:
    written = write_artefacts(list(exported()), tmp_path / "new" / "folder")
    assert {path.name for path in written} == {f"{one['resourceType']}-{one['id']}.json" for one in exported()}
    before = {path.name: path.read_bytes() for path in written}
    again = write_artefacts(artefacts(release(), "active", "2026-11-25"), tmp_path)
    assert {path.name: path.read_bytes() for path in again} == before


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HeelCdsError, match="file"):
        write_artefacts(list(exported()), tmp_path / "file")


def test_a_release_from_before_the_form_says_so() -> None:
    with pytest.raises(ReleaseError, match=r"1\.0\.0 has no intake form"):
        artefacts(load_release("1.0.0"), "active", "2026-11-25")
