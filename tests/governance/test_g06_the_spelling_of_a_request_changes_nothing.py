"""G-6: the order of entries and keys, and white space, change no byte of the answer; G-9: nor does the clock.

G-7: ids of cards and suggestions follow from the decision id, and never from the patient.
"""

from __future__ import annotations

import json
import random
import time
from typing import Any
from uuid import UUID

import pytest

from cards.audience import Audience
from cds_service.decide import InForce, Moment, answer
from cds_service.intake.call import parse_call
from cds_service.intake.concept_maps import CodeMaps
from cds_service.intake.deadline import Deadline
from cds_service.intake.gather import gather
from cds_service.services import SERVICES
from cds_service.trust.addresses import FhirAccess
from knowledge.release import load_release
from tests.golden.answers import AT
from tests.golden.patients import PATIENTS
from tests.replaying import request_of

ONE, OTHER = UUID(int=1), UUID(int=2)
SHUFFLES = 12  # of each of the patients


def answered(request: dict[str, Any], decision_id: UUID = ONE, indent: int | None = None) -> bytes:
    """The bytes of the answer for a given decision id and instant."""
    [service] = [service for service in SERVICES if service.hook == request["hook"]]
    call = parse_call(json.dumps(request, indent=indent).encode(), service)
    gathered = gather(call, service, FhirAccess(), Deadline.after(60))
    in_force = InForce(load_release(), CodeMaps.none())
    return answer(gathered, call, Audience(), in_force, Moment(AT, decision_id)).sent


def shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        members = list(value.items())
        chance.shuffle(members)
        return {key: shuffled(member, chance) for key, member in members}
    if isinstance(value, list) and all(isinstance(member, dict) and "resource" in member for member in value):
        return chance.sample(value, len(value))
    return value


@pytest.mark.parametrize("name", sorted(PATIENTS))
def test_shuffled_requests_get_the_same_bytes(name: str) -> None:
    request, chance = request_of(name), random.Random(name)
    expected = answered(request)
    for _ in range(SHUFFLES):
        assert answered(shuffled(request, chance), indent=chance.choice([None, 1, 4])) == expected


def ids(answer: bytes) -> set[str]:
    cards = json.loads(answer)["cards"]
    return {card["uuid"] for card in cards} | {one["uuid"] for card in cards for one in card.get("suggestions", ())}


@pytest.mark.parametrize("name", ["rupture", "plantar-two-weeks", "steroid-order"])
def test_ids_follow_from_the_decision_and_not_from_the_patient(name: str) -> None:
    request = request_of(name)
    assert ids(answered(request)) == ids(answered(request))
    assert ids(answered(request))
    assert ids(answered(request)).isdisjoint(ids(answered(request, OTHER)))
    renamed = json.loads(json.dumps(request).replace(request["context"]["patientId"], "another-patient"))
    assert ids(answered(renamed)) == ids(answered(request))


def test_the_clock_of_the_machine_plays_no_part(monkeypatch: pytest.MonkeyPatch) -> None:
    request = request_of("rupture")
    expected = answered(request)
    now = time.time()
    for years in (-10, 10):
        monkeypatch.setattr(time, "time", lambda years=years: now + years * 31_557_600)
        assert answered(request) == expected
