"""The answers to the golden patients are those a person has read and kept.

When a change is meant, `python -m tests.golden.regenerate` writes them anew, and the diff is reviewed.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cds_service.wire import schema
from tests.golden.answers import FOLDER, VERSION, response_of, texts_of
from tests.golden.patients import PATIENTS

AGAIN = "read the difference; if it is meant, run: python -m tests.golden.regenerate"


@pytest.mark.parametrize("name", PATIENTS)
def test_the_answer_is_the_one_that_was_kept(name: str) -> None:
    for path, text in texts_of(name).items():
        assert path.exists(), f"{path.name} is not kept yet; {AGAIN}"
        assert text == path.read_text("utf-8"), f"{path.name} differs; {AGAIN}"


@pytest.mark.parametrize("name", PATIENTS)
def test_the_answer_fits_the_schema(name: str) -> None:
    errors = Draft202012Validator(schema("response")).iter_errors(response_of(name))
    assert [f"{error.json_path}: {error.message}" for error in errors] == []


@pytest.mark.parametrize("name", PATIENTS)
def test_a_card_is_read_in_less_than_a_minute(name: str) -> None:
    for card in response_of(name)["cards"]:
        most = 140 if len(card["extension"]["org.w3id.heel-pain-cds"]["recommendations"]) == 1 else 180
        assert len(card["detail"].split()) <= most, card["detail"]


def test_nothing_is_kept_of_patients_who_are_gone() -> None:
    wanted = {path for name in PATIENTS for path in texts_of(name)}
    kept = set(Path(FOLDER / VERSION).iterdir())
    assert kept == wanted
