"""The answers to the golden patients are those a person has read and kept.

When a change is meant, `python -m tests.golden.regenerate` writes them anew, and the diff is reviewed.
"""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from cds_service.wire import schema
from tests.golden.answers import KEPT, Kept, response_of, texts_of
from tests.golden.patients import PATIENTS

# Words of a card on one topic, with its "why" and its sources; Spanish needs more of them for the same.
LONGEST = {"en": 155, "es": 175}
MORE_FOR_EACH_TOPIC = 20
AGAIN = "read the difference; if it is meant, run: python -m tests.golden.regenerate"


@pytest.mark.parametrize("kept", KEPT, ids=str)
@pytest.mark.parametrize("name", PATIENTS)
def test_the_answer_is_the_one_that_was_kept(kept: Kept, name: str) -> None:
    for path, text in texts_of(kept, name).items():
        assert path.exists(), f"{path.name} is not kept yet; {AGAIN}"
        assert text == path.read_text("utf-8"), f"{path.name} differs; {AGAIN}"


@pytest.mark.parametrize("kept", KEPT, ids=str)
@pytest.mark.parametrize("name", PATIENTS)
def test_the_answer_fits_the_schema(kept: Kept, name: str) -> None:
    errors = Draft202012Validator(schema("response")).iter_errors(response_of(kept, name))
    assert [f"{error.json_path}: {error.message}" for error in errors] == []


@pytest.mark.parametrize("kept", KEPT, ids=str)
@pytest.mark.parametrize("name", PATIENTS)
def test_a_card_is_read_in_less_than_a_minute(kept: Kept, name: str) -> None:
    for card in response_of(kept, name)["cards"]:
        topics = len(card["extension"]["org.w3id.heel-pain-cds"]["recommendations"])
        most = LONGEST[kept.language] + MORE_FOR_EACH_TOPIC * (topics - 1)
        assert len(card["detail"].split()) <= most, card["detail"]


@pytest.mark.parametrize("kept", KEPT, ids=str)
def test_nothing_is_kept_of_patients_who_are_gone(kept: Kept) -> None:
    wanted = {path for name in PATIENTS for path in texts_of(kept, name)}
    assert set(kept.folder.iterdir()) == wanted
