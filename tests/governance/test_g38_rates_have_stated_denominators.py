"""G-38: cards offer HL7's non-adherence codes, stable over requests; rates tell of how many they are.

Shown, accepted, overridden by reason and unknown, per rule, release and site, equal a count by hand.
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_service.records.reasons import HL7, HL7_CODES, OUR_CODES, OURS
from knowledge.release import load_release
from tests import calls
from tests.conftest import AppMaker
from tests.golden.patients import PATIENTS
from tests.replaying import request_of
from tests.reporting import REFUSES, cards_of, entry, feedback, key_in, report

PEOPLE = itertools.count()


def test_every_reason_offered_is_hl7s_or_one_that_hl7_has_no_code_for(http: FlaskClient) -> None:
    known = {(HL7, code) for code in HL7_CODES} | {(OURS, code) for code in OUR_CODES}
    for name in PATIENTS:
        for card in cards_of(http, request_of(name)):
            offered = [(one["system"], one["code"]) for one in card.get("overrideReasons", ())]
            assert set(offered) <= known
            assert len(set(offered)) == len(offered)


@pytest.mark.parametrize("version", ["1.0.0", "2.0.0", "3.0.0", "4.0.0", "5.0.0"])
def test_a_code_never_changes_its_meaning_over_releases(version: str) -> None:
    newest, this = (load_release(one).content for one in (None, version))
    for name, coding in this["override_reasons"].items():
        assert newest["override_reasons"][name] == coding
        assert newest["wording"]["en"]["override_reasons"][name] == this["wording"]["en"]["override_reasons"][name]


def test_the_same_request_offers_the_same_codes(http: FlaskClient) -> None:
    first, second = (cards_of(http) for _ in range(2))
    assert [card["overrideReasons"] for card in first] == [card["overrideReasons"] for card in second]


class Clinic:
    """Cards shown at two sites under two releases, and reported on as a script says."""

    def __init__(self, make_app: AppMaker, home: Path) -> None:
        self.home = home
        key = key_in(home)
        self.sites = {
            (site, version): make_app(
                home=str(home), deadline="30", pseudonym_key=key, site=site, knowledge=version
            ).test_client()
            for site in ("North", "South")
            for version in ("2.0.0", "3.0.0")
        }

    def show(self, site: str, version: str, patient: str, **fate: Any) -> None:
        http = self.sites[site, version]
        packaged = json.dumps(calls.sample(patient))
        person = json.loads(packaged)["context"]["patientId"]
        request = json.loads(packaged.replace(person, f"{person}-{next(PEOPLE)}"))
        [card] = cards_of(http, request)
        if fate:
            assert report(http, entry(card, **fate)).json["stored"] == 1

    def rates(self, *by: str) -> dict[tuple[str, ...], dict[str, Any]]:
        arguments = ["--by", ",".join(by)] if by else []
        told = feedback(self.home, "rates", "--json", *arguments)
        assert told.status == 0, told.err
        assert set(told.json["denominators"]) == {"shown", "accepted", "overridden", "overriddenBy", "unknown"}
        return {tuple(group.pop(name) for name in by): group for group in told.json["groups"]}


def counts(shown: int, accepted: int, overridden: dict[str, int]) -> dict[str, Any]:
    told = sum(overridden.values())
    return {
        "shown": shown,
        "accepted": accepted,
        "overridden": told,
        "overriddenBy": overridden,
        "unknown": shown - accepted - told,
    }


@pytest.fixture(scope="module")
def clinic(make_app: AppMaker, tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    clinic = Clinic(make_app, tmp_path_factory.mktemp("home"))
    for site, version in (("North", "3.0.0"), ("South", "3.0.0"), ("South", "2.0.0")):
        clinic.show(site, version, "achilles-rupture", outcome="accepted")
        clinic.show(site, version, "achilles-rupture")
    clinic.show("North", "3.0.0", "achilles-rupture", overrideReason=REFUSES)
    clinic.show("North", "3.0.0", "achilles-rupture", outcome="overridden")
    clinic.show("South", "3.0.0", "calcaneal-stress-fracture", overrideReason=REFUSES)
    clinic.show("South", "3.0.0", "calcaneal-stress-fracture", overrideReason={"reason": {"code": "LOCAL"}})
    clinic.show("South", "3.0.0", "calcaneal-stress-fracture")
    return clinic


def test_all_cards_together(clinic: Clinic) -> None:
    assert clinic.rates() == {(): counts(11, 3, {"patient-refuses": 2, "none": 1, "LOCAL": 1})}


def test_by_rule(clinic: Clinic) -> None:
    found = clinic.rates("rule")
    assert found["achilles-rupture",] == counts(8, 3, {"patient-refuses": 1, "none": 1})
    assert found["calcaneal-stress-fracture",] == counts(3, 0, {"patient-refuses": 1, "LOCAL": 1})


def test_by_release(clinic: Clinic) -> None:
    assert clinic.rates("release") == {
        ("heel-pain-runner/2.0.0",): counts(2, 1, {}),
        ("heel-pain-runner/3.0.0",): counts(9, 2, {"patient-refuses": 2, "none": 1, "LOCAL": 1}),
    }


def test_by_rule_and_site(clinic: Clinic) -> None:
    north, south = feedback(
        clinic.home, "resolve", "--key", str(clinic.home / "pseudonyms.key"), "--json", "North", "South"
    ).json.values()
    found = clinic.rates("rule", "site")
    assert found["achilles-rupture", north] == counts(4, 1, {"patient-refuses": 1, "none": 1})
    assert found["achilles-rupture", south] == counts(4, 2, {})
    assert found["calcaneal-stress-fracture", south] == counts(3, 0, {"patient-refuses": 1, "LOCAL": 1})


def test_as_text_with_each_part_beside_its_whole(clinic: Clinic) -> None:
    told = feedback(clinic.home, "rates", "--by", "release").out
    assert "unknown: of shown: nobody reported; not the same as ignored" in told
    assert "release heel-pain-runner/3.0.0\n  shown 9\n  accepted 2 of 9 (22%)\n  overridden 4 of 9 (44%)" in told
    assert "    patient-refuses 2 of 4 (50%)\n    LOCAL 1 of 4 (25%)\n    no reason given 1 of 4 (25%)" in told
    assert "all cards\n  shown 11\n" in feedback(clinic.home, "rates").out


def test_of_a_time(clinic: Clinic) -> None:
    assert "No card was shown." in feedback(clinic.home, "rates", "--until", "2020-01-01T00:00:00Z").out
    assert "shown 11" in feedback(clinic.home, "rates", "--since", "2020-01-01T00:00:00Z").out
