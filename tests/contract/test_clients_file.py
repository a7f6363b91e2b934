"""The clients file: what is wrong in it stops the start with a sentence that teaches, and what is right is done."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient

from cds_service.errors import ConfigurationError
from cds_service.intake.concept_maps import CodeMaps
from cds_service.policy import policy_of
from cds_service.settings import Settings
from cds_service.trust.clients_file import ClientsFile, read_clients
from tests import calls
from tests.components import ROOT
from tests.conftest import AppMaker
from tests.shared_material import shared
from tests.stub_fhir import StubFhir
from tests.tokens import BASE, ISSUER, calling, clients_file, entry, jwk, production, token

EXAMPLES = ("epic", "oracle", "sandbox")


def read(path: Path, profile: str = "production") -> ClientsFile:
    return read_clients(Settings.from_env({"HEEL_CDS_PROFILE": profile, "HEEL_CDS_CLIENTS": str(path)}))


def refusal(path: Path, profile: str = "production") -> str:
    with pytest.raises(ConfigurationError) as refused:
        read(path, profile)
    told = str(refused.value)
    assert told.startswith("HEEL_CDS_CLIENTS: ")
    return told


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": None}, "clients[0]: name is missing; expected a name of letters"),
        ({"name": "a b"}, "clients[0] (a b).name: found the text 'a b', expected a name of letters"),
        ({"issuer": None}, "clients[0] (example-hospital): issuer is missing; expected the iss claim"),
        ({"issuer": 5}, ".issuer: found the number '5', expected the iss claim of the client's tokens, to the letter"),
        ({"base_url": "cds.example.org"}, ".base_url: found the text 'cds.example.org', expected the https URL below"),
        ({"keys": {}}, ".keys: found a mapping that is empty, expected jku (URLs of the client's key sets), jwks"),
        ({"keys": {"jku": []}}, ".keys.jku: found a list that is empty, expected a list of https URLs"),
        ({"keys": {"jku": "https://a.example"}}, ".keys.jku: found the text 'https://a.example', expected a list"),
        ({"keys": {"jwks": {"keys": ["x"]}}}, ".keys.jwks.keys[0]: found the text, expected a public key as a JWK"),
        ({"algorithms": ["none"]}, ".algorithms[0]: found the text 'none', expected ES384, RS384, ES256 or RS256"),
        ({"algorithms": ["HS256"]}, ".algorithms[0]: found the text 'HS256', expected ES384"),
        ({"algorithms": ["RS384", "RS384"]}, ".algorithms: found a list, expected a list of the algorithms"),
        ({"max_cards": 6}, ".max_cards: found the number '6', expected a whole number from 1 to 5"),
        ({"max_cards": 2.5}, ".max_cards: found the number '2.5', expected a whole number"),
        ({"deadline": 0}, ".deadline: found the number '0', expected a number of seconds from 0.05 to 30"),
        ({"silent": "yes"}, ".silent: found the text 'yes', expected true or false"),
        ({"languages": ["español"]}, ".languages[0]: found the text 'español', expected a language tag"),
        ({"cors_origins": ["*"]}, ".cors_origins[0]: found the text '*', expected an origin"),
        ({"link_hosts": ["https://doi.org"]}, ".link_hosts[0]: found the text 'https://doi.org', expected a host name"),
        ({"actions": ["Create"]}, ".actions[0]: found the text 'Create', expected create, update or delete"),
        ({"knowledge": 3.0}, ".knowledge: found the number '3.0', expected the version of the knowledge"),
        ({"order_intent": "wish"}, ".order_intent: found the text 'wish', expected proposal, plan or order"),
        ({"fhir": {}}, ".fhir: call_back is missing; expected true or false"),
        ({"max_card": 2}, "found the member 'max_card', which there is not; did you mean max_cards?"),
        ({"colour": 2}, "found the member 'colour', which there is not; expected one of name, issuer,"),
        ({"issuer": "x" * 600}, "..."),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(tmp_path: Path, changes: dict[str, Any], told: str) -> None:
    path = clients_file(tmp_path, entry(**changes))
    found = refusal(path)
    assert str(path) in found
    assert told.strip(".") in found
    assert "mend this and start again" in found


def test_several_faults_are_told_at_once(tmp_path: Path) -> None:
    found = refusal(clients_file(tmp_path, entry(max_cards=9, silent=1), entry(name="b", deadline=99)))
    assert len(found.splitlines()) == 4


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the file: found nothing, expected a mapping with the list clients"),
        ("- a", "the file: found a list, expected a mapping with the list clients"),
        ("clients: {}", "clients: found a mapping that is empty, expected a list with an entry for each client"),
        ("clients: [a", "it is no YAML in UTF-8 (line 1)"),
        ("clients: []\nclients: []", "'clients' stands twice"),
        ("clients: []", "clients: found a list that is empty, expected an entry for each client; nobody could call"),
        ("clients: !!python/object:os.system {}", "it is no YAML in UTF-8 (line 1)"),
    ],
)
def test_what_is_no_list_of_clients_is_told(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "clients.yaml"
    path.write_text(text)
    assert told in refusal(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "it cannot be read (No such file or directory)" in refusal(tmp_path / "none.yaml")


def test_a_key_never_stands_in_an_error(tmp_path: Path) -> None:
    secret = jwk(d="canary-secret")
    assert "canary-secret" not in refusal(clients_file(tmp_path, entry(keys={"jwks": {"keys": [secret]}})))
    assert "canary-secret" not in refusal(clients_file(tmp_path, entry(keys={"jwks": {"keys": ["canary-secret"]}})))


@pytest.mark.parametrize(
    ("key", "told"),
    [
        (jwk(d="AAAA"), "it holds a secret; give the public half alone"),
        (jwk(kid=None), "it has no kid"),
        (jwk(use="enc"), "it is not for signatures"),
        (jwk(alg="RS384"), "its alg does not go with its type; expected ES384"),
        (jwk(crv="P-521"), "it is neither RSA nor EC on the curve P-384 or P-256"),
        (jwk(x="AAAA"), "it cannot be read"),
        (jwk("RS384", "short"), "it has fewer than 2048 bits"),
        ({"kty": "OKP", "crv": "Ed25519", "kid": "x", "x": "AAAA"}, "it is neither RSA nor EC"),
    ],
)
def test_a_key_that_verifies_nobody_is_told_by_its_place(tmp_path: Path, key: dict[str, Any], told: str) -> None:
    found = refusal(clients_file(tmp_path, entry(keys={"jwks": {"keys": [jwk(), key]}})))
    assert f"example-hospital: keys.jwks.keys[1]: found a key that can verify nobody, since {told}" in found


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ({}, {"issuer": "https://b.example"}, "found the name example-hospital twice"),
        ({}, {"name": "b"}, "example-hospital and b have one issuer; expected tenants in both"),
        ({"tenants": ["x"]}, {"name": "b"}, "have one issuer"),
        ({"tenants": ["x", "y"]}, {"name": "b", "tenants": ["y"]}, "have one issuer"),
        ({}, {"name": "sandbox", "issuer": "https://b.example"}, "found the name sandbox, which is that of callers"),
    ],
)
def test_clients_that_cannot_be_told_apart_stop_the_start(
    tmp_path: Path, one: dict[str, Any], other: dict[str, Any], told: str
) -> None:
    assert told in refusal(clients_file(tmp_path, entry(**one), entry(**other)))


def test_production_knows_whom_it_serves(make_app: AppMaker, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="HEEL_CDS_CLIENTS: not set; the production profile needs"):
        make_app(profile="production", home=str(tmp_path))


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://sandbox.cds-hooks.org"},
        {"issuer": "https://Sandbox.CDS-hooks.org/"},
        {"issuer": "sandbox.cds-hooks.org"},
        {"keys": {"jku": ["https://sandbox.cds-hooks.org/.well-known/jwks.json"]}},
    ],
)
def test_production_never_trusts_the_public_sandbox(tmp_path: Path, changes: dict[str, Any]) -> None:
    assert "found the public CDS Hooks sandbox" in refusal(clients_file(tmp_path, entry(**changes)))
    assert read(clients_file(tmp_path, entry(**changes)), "sandbox").clients


def test_production_never_trusts_the_published_key_of_the_sandbox_whoever_is_said_to_have_it(tmp_path: Path) -> None:
    published = json.loads(shared("fixtures/auth/cds-hooks-sandbox-jwks.json").read_text())
    renamed = {"keys": [published["keys"][0] | {"kid": "ours", "alg": "ES384"}]}
    for key_set in (published, renamed):
        path = clients_file(tmp_path, entry(keys={"jwks": key_set}))
        assert "keys.jwks.keys[0]: found the published key of the CDS Hooks sandbox" in refusal(path)
        assert read(path, "sandbox").clients


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"base_url": "http://cds.example.org"}, "base_url: found plain http"),
        ({"base_url": "http://127.0.0.1:8000"}, "base_url: found plain http"),
        ({"keys": {"jku": ["http://a.example/jwks"]}}, "keys.jku: found plain http"),
        ({"fhir": {"call_back": True, "base_urls": ["http://a.example/fhir"]}}, "fhir.base_urls: found plain http"),
        ({"fhir": {"call_back": True}}, "fhir: base_urls is missing"),
    ],
)
def test_nothing_goes_in_the_open(tmp_path: Path, changes: dict[str, Any], told: str) -> None:
    assert f"example-hospital: {told}" in refusal(clients_file(tmp_path, entry(**changes)))


def test_the_sandbox_profile_takes_plain_http_on_this_machine_alone(tmp_path: Path) -> None:
    assert read(clients_file(tmp_path, entry(base_url="http://127.0.0.1:8000")), "sandbox").clients
    assert "plain http" in refusal(clients_file(tmp_path, entry(base_url="http://cds.example.org")), "sandbox")


def test_an_entry_says_only_what_differs_from_the_settings(tmp_path: Path) -> None:
    path = str(clients_file(tmp_path))
    given = {"PROFILE": "production", "CLIENTS": path, "MAX_CARDS": "2", "DEADLINE": "4", "LANGUAGE": "es"}
    (client,) = read_clients(Settings.from_env({f"HEEL_CDS_{name}": value for name, value in given.items()})).clients
    assert (client.audience.max_cards, client.deadline_seconds, client.languages) == (2, 4.0, ("es",))
    assert client.identity is not None
    assert client.identity.algorithms == ("ES384", "RS384")
    assert not client.access.call_back


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_example_is_one_that_starts(name: str) -> None:
    path = ROOT / "docker" / f"clients.{name}.yaml"
    assert read(path, "sandbox" if name == "sandbox" else "production").clients
    assert "[unconfirmed]" in path.read_text() or name == "sandbox"


def test_the_example_of_the_sandbox_does_not_start_in_production() -> None:
    assert "found the public CDS Hooks sandbox" in refusal(ROOT / "docker" / "clients.sandbox.yaml")


def test_a_client_id_of_digits_is_asked_for_in_quotes_since_a_number_would_lose_its_zeros(tmp_path: Path) -> None:
    """Epic: ids are opaque texts, of letters and digits in any mixture."""
    text = yaml.safe_dump({"clients": [entry(fhir={"call_back": False, "client_ids": ["the client id"]})]})
    path = tmp_path / "clients.yaml"
    for given in ("0012345", "12.50", "0x1f", "1_000", "true", "null"):
        path.write_text(text.replace("the client id", given))
        assert "client_ids[0]: found" in (found := refusal(path))
        assert "in quotes where it looks like a number" in found
        path.write_text(text.replace("the client id", f'"{given}"'))
        (client,) = read(path).clients
        assert client.access.client_ids == {given}


Serve = Callable[..., FlaskClient]


@pytest.fixture
def serving(make_app: AppMaker, tmp_path: Path) -> Serve:
    """A service in production for a client with these members."""
    return lambda **changes: production(make_app, tmp_path, entry(**changes))


def cards(http: FlaskClient, **headers: str) -> list[dict[str, Any]]:
    answer = calling(http, token(), **headers)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json["cards"]
    return found


def test_a_client_has_its_own_number_of_cards(serving: Serve) -> None:
    assert len(cards(serving(max_cards=1))) == 1


def test_a_client_is_spoken_to_in_its_languages_alone(serving: Serve) -> None:
    http = serving(languages=["es", "en"])
    for accepted, language in (("en", "en"), ("es-MX", "es"), ("fr", "es"), ("fr, en;q=0.5", "en"), ("", "es")):
        answer = calling(http, token(), **{"Accept-Language": accepted})
        assert answer.headers["Content-Language"] == language
        assert "Accept-Language" in answer.headers["Vary"]
    answer = calling(serving(languages=["es"]), token(), **{"Accept-Language": "en"})
    assert answer.headers["Content-Language"] == "es"
    assert "Accept-Language" not in answer.headers["Vary"]


def test_a_client_gets_links_to_its_hosts_alone(serving: Serve) -> None:
    assert any("links" in card for card in cards(serving()))
    assert not any("links" in card for card in cards(serving(link_hosts=[])))


def test_a_client_gets_actions_it_can_apply_one_in_each_suggestion(serving: Serve) -> None:
    """Epic: a suggestion with two actions, or of a type it does not know, cannot be taken."""
    for card in cards(serving()):
        assert all(len(suggestion["actions"]) == 1 for suggestion in card.get("suggestions", ()))
    allowed = ["create:ServiceRequest"]
    http = serving(actions=allowed)
    resources = [
        suggestion["actions"][0]["resource"]["resourceType"]
        for card in cards(http)
        for suggestion in card.get("suggestions", ())
    ]
    assert set(resources) == {"ServiceRequest"}
    assert not any("suggestions" in card for card in cards(serving(actions=[])))


def test_a_client_orders_with_its_own_intent(serving: Serve) -> None:
    offered = [suggestion for card in cards(serving(order_intent="plan")) for suggestion in card["suggestions"]]
    orders = [one["actions"][0]["resource"] for one in offered]
    assert {order["intent"] for order in orders if order["resourceType"] == "ServiceRequest"} == {"plan"}


def test_a_client_is_answered_by_the_release_it_pinned(serving: Serve) -> None:
    answer = calling(serving(knowledge="2.0.0"), token())
    assert answer.headers["Heel-CDS-Knowledge"] == "heel-pain-runner/2.0.0"


@pytest.mark.parametrize("member", ["knowledge", "shadow"])
def test_a_release_that_does_not_exist_stops_the_start_and_names_the_client(serving: Serve, member: str) -> None:
    with pytest.raises(ConfigurationError, match="HEEL_CDS_CLIENTS: example-hospital: "):
        serving(**{member: "9.9.9"})


def test_a_silent_client_is_on_record_and_shown_nothing(serving: Serve) -> None:
    loud = calling(serving(), token()).json["extension"][calls.OURS]
    answer = calling(serving(silent=True), token()).json
    ours = answer["extension"][calls.OURS]
    assert answer["cards"] == []
    assert "recommendations" not in ours
    assert [held["topic"] for held in ours["withheld"] if held["reason"] == "silent"] == loud["recommendations"]


def test_a_client_has_its_own_local_codes_in_the_folder_beside_the_file(serving: Serve, tmp_path: Path) -> None:
    folder = tmp_path / "maps"
    folder.mkdir()
    target = {"code": "202882003", "equivalence": "equivalent"}
    group = {"source": "urn:local", "target": "http://snomed.info/sct"}
    element = [{"code": "HEEL", "target": [target]}]
    told = {"resourceType": "ConceptMap", "status": "active", "group": [{**group, "element": element}]}
    (folder / "heel.json").write_text(json.dumps(told))
    plain, mapped = (calling(serving(code_maps=maps), token()).json["extension"] for maps in (None, "maps"))
    assert plain[calls.OURS]["policy"] != mapped[calls.OURS]["policy"]
    with pytest.raises(ConfigurationError, match=r"example-hospital: code maps: .* is not a folder"):
        serving(code_maps="elsewhere")


def asking(fhir: StubFhir, **authorization: Any) -> dict[str, Any]:
    return calls.request(prefetch={}) | fhir.call(**authorization)


def test_call_backs_are_off_unless_the_entry_says_otherwise(make_app: AppMaker, tmp_path: Path, fhir: StubFhir) -> None:
    path = clients_file(tmp_path, entry())
    http = make_app(clients=str(path), deadline="30").test_client()
    headers = {"Authorization": f"Bearer {token()}"}
    answer = http.post(calls.service_of("patient-view"), json=asking(fhir), headers=headers)
    assert answer.status_code == 412
    assert "reading by FHIR is switched off for this client" in answer.json["issue"][0]["diagnostics"]
    assert fhir.asked == []


@pytest.mark.parametrize(
    ("base_urls", "client_ids", "status"),
    [
        (None, None, 200),
        (["https://ehr.example.org/fhir"], None, 412),
        (None, ["heel-pain-cds"], 200),
        (None, ["somebody-else"], 412),
    ],
)
def test_only_listed_servers_are_read_and_only_as_ourselves(
    make_app: AppMaker,
    tmp_path: Path,
    fhir: StubFhir,
    base_urls: list[str] | None,
    client_ids: list[str] | None,
    status: int,
) -> None:
    """F-08, F-11: the subject of the token is the id under which we are registered."""
    fhir.says(f"Patient/{calls.PATIENT}", calls.patient())
    access: dict[str, Any] = {"call_back": True, "base_urls": base_urls or [fhir.url]}
    access |= {"client_ids": client_ids} if client_ids else {}
    http = make_app(clients=str(clients_file(tmp_path, entry(fhir=access))), deadline="30").test_client()
    headers = {"Authorization": f"Bearer {token()}"}
    answer = http.post(calls.service_of("patient-view"), json=asking(fhir), headers=headers)
    assert answer.status_code == status
    assert bool(fhir.asked) == (status == 200)


@pytest.mark.parametrize(
    "changes",
    [
        {"max_cards": 1},
        {"languages": ["es"]},
        {"order_intent": "order"},
        {"link_hosts": ["doi.org"]},
        {"actions": ["create"]},
        {"silent": True},
    ],
)
def test_whatever_shapes_an_answer_is_in_the_policy_on_record(tmp_path: Path, changes: dict[str, Any]) -> None:
    plain, other = (read(clients_file(tmp_path, entry(**given))).clients[0].audience for given in ({}, changes))
    assert policy_of(plain, CodeMaps.none())["digest"] != policy_of(other, CodeMaps.none())["digest"]


def test_the_issuer_and_the_address_are_taken_to_the_letter(tmp_path: Path) -> None:
    (client,) = read(clients_file(tmp_path, entry(base_url=f"{BASE}/"))).clients
    assert client.identity is not None
    assert (client.identity.issuer, client.identity.base_url) == (ISSUER, BASE)


def test_an_audience_of_the_entry_counts_instead_of_the_endpoint(serving: Serve) -> None:
    """Epic: an analyst types one aud by hand."""
    http = serving(audiences=["heel-pain"])
    assert calling(http, token(aud="heel-pain")).status_code == 200
    assert calling(http, token()).status_code == 401
