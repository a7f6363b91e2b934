"""A token is used only when all about it is right, and only for what it covers."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from cds_service.intake.authorization import Authorization, Reach, Secret, read_authorization

RIGHT = {
    "access_token": "canary",
    "token_type": "Bearer",
    "expires_in": 300,
    "scope": "launch openid user/Patient.read",
    "subject": "heel-pain-cds",
}


def granted(scope: str) -> Authorization:
    found = read_authorization(RIGHT | {"scope": scope})
    assert isinstance(found, Authorization)
    return found


def test_a_token_with_all_its_members_may_be_used() -> None:
    found = read_authorization(RIGHT)
    assert isinstance(found, Authorization)
    assert found.token.reveal() == "canary"
    assert 299 < found.valid_until.remaining() <= 300


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("value", [None, "", 7.5, [], {}, True])
def test_a_member_that_is_missing_or_wrong_is_named(name: str, value: Any) -> None:
    assert read_authorization(RIGHT | {name: value}) == f"fhirAuthorization.{name}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("token_type", "mac"),
        ("expires_in", "300"),
        ("expires_in", 0),
        ("expires_in", -1),
        ("access_token", "two words"),
        ("access_token", "line\nbreak"),
        ("access_token", "é"),
        ("patient", 7),
    ],
)
def test_values_that_are_no_token_type_time_or_token_are_refused(name: str, value: Any) -> None:
    assert read_authorization(RIGHT | {name: value}) == f"fhirAuthorization.{name}"


@pytest.mark.parametrize("value", [None, "Bearer x", [], 7])
def test_what_is_no_object_is_no_authorization(value: Any) -> None:
    assert read_authorization(value) == "fhirAuthorization"


@pytest.mark.parametrize("written", ["p-1", "Patient/p-1", "https://ehr.example.org/Patient/p-1"])
def test_the_patient_it_is_limited_to_may_be_written_in_several_ways(written: str) -> None:
    found = read_authorization(RIGHT | {"patient": written})
    assert isinstance(found, Authorization)
    assert found.patient == "p-1"


@pytest.mark.parametrize(
    "scope",
    [
        "user/Patient.read",
        "patient/Patient.*",
        "system/*.read",
        "user/*.*",
        "user/Patient.rs",
        "patient/*.cruds",
        "x user/*.r",
    ],
)
def test_scopes_of_both_smart_versions_let_a_patient_be_read(scope: str) -> None:
    assert granted(scope).reach("Patient", search=False) is Reach.WHOLE


@pytest.mark.parametrize(
    "scope",
    [
        "user/Condition.read",
        "user/Patient.write",
        "user/Patient.s",
        "user/Patient.c",
        "launch",
        "Patient.read",
        "user/Patient",
    ],
)
def test_other_scopes_do_not(scope: str) -> None:
    assert granted(scope).reach("Patient", search=False) is Reach.NONE


def test_a_search_needs_the_right_to_search() -> None:
    assert granted("user/Condition.r").reach("Condition", search=True) is Reach.NONE
    assert granted("user/Condition.s").reach("Condition", search=True) is Reach.WHOLE


def test_a_scope_with_a_query_shows_a_part_only() -> None:
    narrow = "user/Observation.rs?category=laboratory"
    assert granted(narrow).reach("Observation", search=True) is Reach.PART
    assert granted(f"{narrow} user/*.rs").reach("Observation", search=True) is Reach.WHOLE


def test_a_secret_is_neither_shown_nor_stored() -> None:
    secret = Secret("canary")
    assert "canary" not in f"{secret} {secret!r} {[secret]} {vars(Secret)}"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
