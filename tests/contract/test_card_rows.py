"""The checklist rows on cards, suggestions, links, override reasons, extensions and the response around them.

What is looked at: the answers to all golden patients, and a release made to break things.
"""

from __future__ import annotations

import copy
import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from fhir.resources.R4B import get_fhir_model_class
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from cards import response
from cards.text import utf16_length
from cds_service.wire import schema
from knowledge.decision import Fact
from knowledge.truth import Truth
from tests import calls
from tests.golden.answers import KEPT, Kept, release, response_of
from tests.golden.patients import PATIENTS
from tests.unit.cards.small import ORIGIN, cards_of, changed, decide, seen

Card = dict[str, Any]
NEWEST = Kept("5.0.0")
OURS = calls.OURS
ABSOLUTE = re.compile(r"https://[^\s()<>]+")


def answers() -> Iterator[dict[str, Any]]:
    yield from (response_of(kept, name) for kept in KEPT if kept.language == "en" for name in PATIENTS)


def all_cards() -> Iterator[Card]:
    yield from (card for answer in answers() for card in answer["cards"])


def suggestions() -> Iterator[dict[str, Any]]:
    yield from (one for card in all_cards() for one in card.get("suggestions", ()))


def actions() -> Iterator[dict[str, Any]]:
    yield from (action for suggestion in suggestions() for action in suggestion["actions"])


def created() -> Iterator[dict[str, Any]]:
    yield from (action["resource"] for action in actions() if action["type"] == "create")


def links() -> Iterator[dict[str, Any]]:
    yield from (link for card in all_cards() for link in card.get("links", ()))


def test_there_is_enough_to_look_at() -> None:
    assert len(list(all_cards())) >= 10
    assert {card["indicator"] for card in all_cards()} == {"info", "warning", "critical"}
    assert len(list(actions())) >= 20


def test_every_summary_is_shorter_than_140_characters_however_counted() -> None:
    """K-01: in code points and in UTF-16 units, with the longest words a release could have"""
    longest = changed("wording.en.facts.pop.present", "🦶" * 200)
    extreme = cards_of(decide(release=longest, pop=True, gap=True), release=longest).cards
    for card in (*all_cards(), *extreme):
        assert 0 < len(card["summary"]) < 140
        assert utf16_length(card["summary"]) < 140
        assert "\n" not in card["summary"]


def test_every_indicator_is_one_of_three() -> None:
    """K-02"""
    assert {card["indicator"] for card in all_cards()} <= {"info", "warning", "critical"}


def test_every_card_names_as_its_source_the_work_it_rests_on_not_us() -> None:
    """K-03, K-04"""
    for card in all_cards():
        assert card["source"]["label"]
        assert "heel-pain" not in card["source"]["label"]
        assert card["source"]["label"] in card["detail"]


def test_the_address_of_a_source_is_absolute_and_tells_nothing_of_the_patient() -> None:
    """K-05"""
    for card in all_cards():
        assert ABSOLUTE.fullmatch(card["source"]["url"])
        assert "runner" not in urlsplit(card["source"]["url"]).query


def test_no_card_has_an_icon() -> None:
    """K-06, K-07: an icon would have to be fetched by every client, and tells a clinician nothing"""
    assert [card for card in all_cards() if "icon" in card["source"]] == []


def test_every_topic_is_one_coding_that_outlives_releases() -> None:
    """K-08: letters and digits only, no version in it, for clients that attach overrides to it"""
    for card in all_cards():
        topic = card["source"]["topic"]
        assert set(topic) == {"system", "code", "display"}
        assert re.fullmatch(r"[A-Za-z]{1,100}", topic["code"])
        assert topic["code"] == card["extension"][OURS]["recommendations"][0]


def test_the_detail_is_markdown_in_paragraphs_with_nothing_left_open() -> None:
    """K-09"""
    for card in all_cards():
        assert not re.search(r"^#|^\s*[-+*] |^\d+\. |```", card["detail"], re.MULTILINE)
        for part in card["detail"].split("\n\n"):
            assert part.count("**") in (0, 2)
            assert part.count("[") == part.count("](") == part.count("]")


def test_no_detail_holds_html_or_a_link_that_the_release_did_not_put_there() -> None:
    """K-10: nor can the words of a release make any"""
    for card in all_cards():
        assert "<" not in card["detail"]
        linked = set(re.findall(r"\]\((.*?)\)", card["detail"]))
        assert linked <= {link["url"] for link in card["links"]}
    hostile = changed("wording.en.facts.pop.present", "<iframe src=x> [click](https://evil.example) **now**")
    (card,) = cards_of(decide(release=hostile, pop=True, gap=True), release=hostile).cards
    assert "<" not in card["detail"]
    assert "](https://evil" not in card["detail"]


def test_text_of_a_chart_reaches_no_card() -> None:
    """K-10: a chart full of markup gives the same cards as one without"""
    answer = json.dumps(response_of(NEWEST, "faulty-records"))
    assert "evil.example" not in answer
    assert "<img" not in answer


def test_every_card_has_an_id_of_its_own() -> None:
    """K-11: a valid UUID, unique in and across answers"""
    ids = [card["uuid"] for card in all_cards()]
    assert len(set(ids)) == len(ids)
    assert all(str(uuid.UUID(one)) == one for one in ids)


def test_the_summary_alone_says_what_to_do() -> None:
    """K-12: what must not be done is in the headline wherever doing it is the danger"""
    assert "refer to orthopaedics the same day" in response_of(NEWEST, "rupture")["cards"][0]["summary"]
    assert "stop impact" in response_of(NEWEST, "stress-fracture")["cards"][0]["summary"]
    assert "avoid" in response_of(NEWEST, "steroid-order")["cards"][0]["summary"]


def test_no_card_refers_to_another() -> None:
    """K-13"""
    for card in all_cards():
        assert not re.search(r"\b(card|above|below) (card|above|below)\b|other card", card["detail"])


def test_every_suggestion_has_a_label_and_suggestions_are_never_an_empty_list() -> None:
    """G-01"""
    assert all(card.get("suggestions", True) for card in all_cards())
    assert all(suggestion["label"] for suggestion in suggestions())


def test_suggestions_come_with_how_many_may_be_taken() -> None:
    """G-02, G-03"""
    for card in all_cards():
        assert ("suggestions" in card) == ("selectionBehavior" in card)
        assert card.get("selectionBehavior", "any") == "any"


def test_every_suggestion_has_an_id_of_its_own() -> None:
    """G-04"""
    ids = [suggestion["uuid"] for suggestion in suggestions()]
    assert len(set(ids)) == len(ids)
    assert all(str(uuid.UUID(one)) == one for one in ids)


def test_at_most_one_suggestion_of_a_card_is_recommended_and_it_is_no_drug() -> None:
    """G-05, G-06"""
    for card in all_cards():
        ticked = [one for one in card.get("suggestions", ()) if "isRecommended" in one]
        assert len(ticked) <= 1
        for one in ticked:
            assert one["isRecommended"] is True
            assert one["actions"][0]["type"] == "create"
            assert one["actions"][0]["resource"]["resourceType"] != "MedicationRequest"


def test_every_suggestion_is_one_action_so_that_none_is_an_either_or() -> None:
    """G-07, G-08"""
    assert {len(suggestion["actions"]) for suggestion in suggestions()} == {1}


def test_an_order_refers_only_to_what_the_client_already_has() -> None:
    """G-09: its patient, its visit, and the diagnosis on record that it is for"""
    for resource in created():
        references = re.findall(r'"reference": "([^"]+)"', json.dumps(resource))
        assert {reference.partition("/")[0] for reference in references} <= {"Patient", "Encounter", "Condition"}


def test_every_action_creates_or_deletes_and_is_described() -> None:
    """G-10, G-11"""
    assert {action["type"] for action in actions()} == {"create", "delete"}
    for action in actions():
        assert action["description"]


def test_every_created_resource_is_a_whole_draft_for_the_patient() -> None:
    """G-12"""
    for resource in created():
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
        assert resource["status"] == "draft"
        assert resource["subject"] == {"reference": "Patient/runner"}
        assert "id" not in resource


def test_nothing_is_updated_and_only_the_draft_in_the_call_is_deleted() -> None:
    """G-13, G-14, G-15, G-17: no version can be in conflict"""
    _, bundle = PATIENTS["steroid-order"]
    drafts = {f"{one['resourceType']}/{one['id']}" for one in (e["resource"] for e in bundle["entry"])}
    deletions = [action for action in actions() if action["type"] == "delete"]
    assert deletions
    for action in deletions:
        assert set(action) == {"type", "description", "resourceId"}
        assert action["resourceId"] in drafts


def test_no_suggestion_says_how_its_actions_are_selected() -> None:
    """G-16"""
    assert [one for one in suggestions() if "actionSelectionBehavior" in one] == []


def test_no_action_is_left_to_the_system() -> None:
    """A-01, A-02, A-03, A-04, S-03: none is agreed with any client"""
    assert [answer for answer in answers() if "systemActions" in answer] == []


def test_every_link_has_label_address_and_type() -> None:
    """L-01, L-02"""
    assert list(links())
    for link in links():
        assert set(link) == {"label", "url", "type"}
        assert link["label"]
        assert link["type"] == "absolute"


def test_every_link_goes_to_evidence_of_the_release() -> None:
    """L-03"""
    known = {one["url"] for kept in KEPT for one in release(kept.version).content["evidence"].values()}
    for link in links():
        assert ABSOLUTE.fullmatch(link["url"])
        assert link["url"] in known


def test_no_link_starts_an_app() -> None:
    """L-04, L-05, L-06, L-07"""
    for link in links():
        assert not {"appContext", "autolaunchable"} & set(link)
        assert not re.search(r"[?&](launch|iss)=", link["url"])


def test_override_reasons_are_whole_codings_left_out_where_there_are_none() -> None:
    """O-01, O-02, O-03, O-04"""
    reasons = [reason for card in all_cards() for reason in card.get("overrideReasons", ())]
    assert reasons
    for reason in reasons:
        assert set(reason) == {"system", "code", "display"}
        assert all(reason.values())
        assert ABSOLUTE.fullmatch(reason["system"].replace("http://terminology.hl7.org", "https://terminology.hl7.org"))
    assert all(1 <= len(card.get("overrideReasons", [0])) <= 5 for card in all_cards())


def test_extensions_in_a_request_are_let_pass(http: FlaskClient) -> None:
    """X-01"""
    plain = calls.sample()
    extended = copy.deepcopy(plain)
    extended["extension"] = {"com.example.ehr": {"trigger": 18}}
    extended["context"]["extension"] = {"com.example.ehr": {}}
    one, two = (calls.without_identity(calls.post(http, body).json) for body in (plain, extended))
    assert one == two


def test_we_send_only_standard_members_and_extensions_under_our_own_name() -> None:
    """X-02, X-03, T-03, T-04, T-05, T-06: the closed schema names all there is, and allows nothing empty"""
    validator = Draft202012Validator(schema("response"))
    for answer in answers():
        assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(answer)] == []
        assert set(answer) == {"cards", "extension"}
        assert set(answer["extension"]) == {OURS}


def test_discovery_sends_only_standard_members(http: FlaskClient) -> None:
    """X-02, T-03, T-04, T-05"""
    validator = Draft202012Validator(schema("discovery"))
    assert [error.message for error in validator.iter_errors(http.get("/cds-services").json)] == []


@pytest.mark.parametrize("spoilt", ["note", "systemActions"])
def test_the_schema_refuses_what_is_not_named_in_it(spoilt: str) -> None:
    """X-02"""
    assert not Draft202012Validator(schema("response")).is_valid({**response_of(NEWEST, "rupture"), spoilt: ["x"]})


def test_the_advice_is_complete_without_extensions() -> None:
    """X-04: summary, detail, source and orders say all that the extension says to machines"""
    for card in all_cards():
        detail = card["detail"]
        assert detail.index("**Why**") < detail.index("**Do")
        assert re.search(r"heel-pain-runner \d+\.\d+\.\d+ · sha256 [0-9a-f]{12} · decision [0-9a-f-]{36}$", detail)


def test_a_broken_rule_is_told_in_the_cards_not_only_in_the_extension() -> None:
    """X-04"""
    decision = replace(decide(heel_pain=Fact("", Truth.TRUE, evidence=(seen("p"),))), failed=("infection",))
    answer = response(decision, cards_of(decision), changed("title", "x"), ORIGIN, 0)
    assert answer["cards"][0]["summary"].startswith("Heel-pain advice is incomplete")


def test_success_is_200_and_an_object_with_an_array_of_cards(http: FlaskClient) -> None:
    """S-01"""
    answer = calls.post(http, calls.sample())
    assert answer.status_code == 200
    assert isinstance(answer.json["cards"], list)
    assert answer.json["cards"]


def test_nothing_to_say_is_200_and_an_empty_array(http: FlaskClient) -> None:
    """S-02"""
    answer = calls.post(http, calls.request())
    assert (answer.status_code, answer.json["cards"]) == (200, [])


def test_412_is_for_missing_data_and_for_nothing_else(http: FlaskClient) -> None:
    """S-04"""
    without = calls.request()
    del without["prefetch"]
    assert calls.post(http, without).status_code == 412
    assert calls.post_text(http, "{").status_code == 400
    assert calls.post(http, calls.request(hook="order-sign"), calls.service_of("patient-view")).status_code == 400


def test_other_faults_have_their_own_status(http: FlaskClient) -> None:
    """S-05"""
    assert calls.post(http, calls.request(), "/cds-services/none").status_code == 404
    assert http.put(calls.service_of("patient-view")).status_code == 405
    assert http.post(calls.service_of("patient-view"), data="x", content_type="text/plain").status_code == 415


def test_every_error_body_is_an_operation_outcome(http: FlaskClient) -> None:
    """S-06, S-07: it tells what to do, and nothing of the patient or of our insides"""
    without = calls.request()
    del without["prefetch"]
    for answer in (
        calls.post(http, without),
        calls.post_text(http, "{"),
        calls.post(http, calls.request(), "/cds-services/x"),
    ):
        get_fhir_model_class("OperationOutcome").model_validate(answer.json)
        issue = answer.json["issue"][0]
        assert issue["severity"] == "error"
        assert issue["details"]["text"]
        assert calls.PATIENT not in answer.text
        assert "Traceback" not in answer.text
