"""Settings come from HEEL_CDS_ variables; a wrong one stops the start with a sentence that teaches."""

from __future__ import annotations

from pathlib import Path

import pytest

from cds_service.errors import ConfigurationError
from cds_service.services import SERVICES
from cds_service.settings import SETTINGS, Settings


def test_nothing_set_gives_the_sandbox_profile_with_its_origins_and_two_seconds() -> None:
    settings = Settings.from_env({"HOME": "/nowhere"})
    assert settings.profile == "sandbox"
    assert settings.cors_origins == {"https://sandbox.cds-hooks.org"}
    assert settings.cors_loopback
    assert settings.deadline_seconds == 2.0
    assert settings.max_cards == 3
    assert settings.services is None
    assert not settings.open_fhir


def test_the_language_is_that_of_each_call_unless_the_site_sets_one() -> None:
    assert Settings.from_env({}).language is None
    assert Settings.from_env({"HEEL_CDS_LANGUAGE": "es-MX"}).language == "es-MX"


def test_production_starts_with_no_origin_at_all() -> None:
    settings = Settings.from_env({"HEEL_CDS_PROFILE": "production"})
    assert settings.cors_origins == frozenset()
    assert not settings.cors_loopback


def test_the_database_lies_in_the_home_folder(tmp_path: Path) -> None:
    settings = Settings.from_env({"HEEL_CDS_HOME": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path}/heel-cds.db"


def test_an_empty_variable_counts_as_not_set() -> None:
    assert Settings.from_env({"HEEL_CDS_PROFILE": "  "}).profile == "sandbox"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PROFILE", "staging", "sandbox, production"),
        ("DEADLINE", "soon", "a number from 0.05 to 30"),
        ("DEADLINE", "0", "a number from 0.05 to 30"),
        ("DEADLINE", "inf", "a number from 0.05 to 30"),
        ("MAX_CARDS", "6", "a whole number from 1 to 5"),
        ("MAX_CARDS", "2.5", "a whole number"),
        ("MAX_BODY", "12", "1024"),
        ("MAX_PAGES", "0", "a whole number from 1 to 1000"),
        ("ORDER_INTENT", "wish", "proposal, plan, order"),
        ("OPEN_FHIR", "perhaps", "yes, no"),
        ("LANGUAGE", "español", "a language tag such as es or es-MX"),
        ("LOG_LEVEL", "loud", "debug, info, warning, error"),
        ("CORS_ORIGINS", "*", "never a wildcard"),
        ("CORS_ORIGINS", "https://ehr.example.org/path", "scheme://host"),
        ("SERVICES", "heel-pain-everything", "heel-pain-patient-view"),
        ("CODE_MAPS", "/no/such/folder", "is not a folder"),
        ("FHIR_SERVERS", "https://ehr.example.org/fhir, foo", "base URLs"),
        ("FHIR_SERVERS", "https://user@ehr.example.org/fhir", "base URLs"),
        ("PUBLIC_URL", "http://cds.example.org", "plain https address"),
        ("PUBLIC_URL", "https://name:secret@cds.example.org", "without user, query or fragment"),
        ("PUBLIC_URL", "https://cds.example.org/?page=1", "plain https address"),
    ],
)
def test_a_wrong_value_names_the_variable_and_what_was_expected(name: str, value: str, expected: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        Settings.from_env({f"HEEL_CDS_{name}": value})
    assert f"HEEL_CDS_{name}" in str(refusal.value)
    assert expected in str(refusal.value)
    assert "secret" not in str(refusal.value)


def test_a_variable_that_is_no_setting_is_named_with_the_likely_one() -> None:
    settings = Settings.from_env({"HEEL_CDS_DEADLIN": "3", "OTHER": "x"})
    assert settings.unknown == ("HEEL_CDS_DEADLIN: no such setting; did you mean HEEL_CDS_DEADLINE?",)


def test_services_may_be_chosen_or_switched_off_altogether() -> None:
    chosen = Settings.from_env({"HEEL_CDS_SERVICES": "heel-pain-patient-view, heel-pain-order-sign"})
    assert chosen.services == {"heel-pain-patient-view", "heel-pain-order-sign"}
    assert Settings.from_env({"HEEL_CDS_SERVICES": "none"}).services == frozenset()


def test_origins_set_by_the_site_replace_those_of_the_sandbox() -> None:
    settings = Settings.from_env({"HEEL_CDS_CORS_ORIGINS": "https://EHR.example.org/, http://localhost:4434"})
    assert settings.cors_origins == {"https://ehr.example.org", "http://localhost:4434"}
    assert not settings.cors_loopback


def test_the_public_address_has_no_slash_at_its_end() -> None:
    given = Settings.from_env({"HEEL_CDS_PUBLIC_URL": "https://cds.example.org/heel/"})
    assert given.public_url == "https://cds.example.org/heel"
    assert Settings.from_env({}).public_url is None


def test_every_setting_is_described() -> None:
    assert all(SETTINGS.values())
    assert len(SERVICES) == 7
