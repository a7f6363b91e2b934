"""The checklist rows on the keys of callers: those of the clients file, and of the key sets that it names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import jwt
import pytest
from flask.testing import FlaskClient

from cds_service.errors import ConfigurationError
from tests.conftest import AppMaker
from tests.key_server import KeyServer, authority, key_server
from tests.tokens import (
    calling,
    entry,
    jwk,
    private_key,
    production,
    refused,
    statuses,
    token,
)


@pytest.fixture(scope="module")
def http(make_app: AppMaker, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """The service in production, for one client with keys in the file."""
    return production(make_app, tmp_path_factory.mktemp("production"))


def test_a_key_that_comes_with_the_token_is_not_looked_at(http: FlaskClient) -> None:
    """J-06"""
    stranger = {"jwk": jwk(which="stranger"), "x5c": ["AAAA"], "kid": "first"}
    assert refused(calling(http, token(key=private_key(which="stranger"), header=stranger)))


def test_one_key_id_for_two_keys_does_no_harm(make_app: AppMaker, tmp_path: Path) -> None:
    """J-06"""
    twins = [jwk(kid="same"), jwk(which="other", kid="same"), jwk("RS384", "second", kid="same")]
    http = production(make_app, tmp_path, entry(keys={"jwks": {"keys": twins}}))
    for algorithm, which in (("ES384", "first"), ("ES384", "other"), ("RS384", "second")):
        assert calling(http, token(algorithm=algorithm, which=which, header={"kid": "same"})).status_code == 200
    assert refused(calling(http, token(which="stranger", header={"kid": "same"})))


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[KeyServer]:
    """The client's own key set, behind an authority of the hospital's."""
    with key_server(tmp_path) as server:
        server.keys = [jwk()]
        yield server


def fetching(make_app: AppMaker, folder: Path, keys: KeyServer, **settings: str) -> FlaskClient:
    """A service for a client whose keys are at its URL alone."""
    trust = {"ca_file": str(authority(folder)), **settings}
    return production(make_app, folder, entry(keys={"jku": [keys.url]}), settings=trust)


def test_a_foreign_key_url_is_never_asked(make_app: AppMaker, tmp_path: Path, keys: KeyServer) -> None:
    """J-07: the key would fit the token, and nobody goes to see."""
    http = fetching(make_app, tmp_path, keys)
    with key_server(tmp_path) as evil:
        evil.keys = [jwk(which="stranger")]
        for url in (
            evil.url,
            f"{keys.url}?x",
            keys.url + "/",
            keys.url.replace("localhost", "LOCALHOST"),
            "file:///etc/passwd",
        ):
            assert refused(calling(http, token(which="stranger", header={"jku": url})))
        assert evil.asked == keys.asked == []


def test_the_own_key_url_does_no_harm_where_keys_are_in_the_file(http: FlaskClient, tmp_path: Path) -> None:
    """J-07: one that no entry names is foreign, also beside a good signature."""
    with key_server() as unlisted:
        assert refused(calling(http, token(header={"jku": unlisted.url})))
        assert unlisted.asked == []


def test_a_key_url_in_the_open_stops_the_start(make_app: AppMaker, tmp_path: Path) -> None:
    """J-07"""
    with pytest.raises(ConfigurationError, match=r"keys\.jku: found plain http .* expected https"):
        production(make_app, tmp_path, entry(keys={"jku": ["http://ehr.example.org/jwks.json"]}))


@pytest.mark.parametrize("named", [True, False])
def test_keys_come_from_the_url_of_the_entry_and_are_kept(
    make_app: AppMaker, tmp_path: Path, keys: KeyServer, named: bool
) -> None:
    """J-08"""
    http = fetching(make_app, tmp_path, keys)
    header = {"jku": keys.url} if named else {}
    assert statuses(calling(http, token(header=header)) for _ in range(3)) == [200, 200, 200]
    assert len(keys.asked) == 1


def test_a_new_key_is_accepted_without_a_restart_and_the_old_one_no_more(
    make_app: AppMaker, tmp_path: Path, keys: KeyServer
) -> None:
    """J-06, J-08"""
    http = fetching(make_app, tmp_path, keys)
    assert calling(http, token()).status_code == 200
    keys.keys = [jwk(which="next")]
    assert calling(http, token(which="next")).status_code == 200
    assert refused(calling(http, token()))
    assert len(keys.asked) == 2


def test_an_unknown_key_id_makes_us_ask_once_however_often_it_comes(
    make_app: AppMaker, tmp_path: Path, keys: KeyServer
) -> None:
    """J-06, J-08: forged ids must not turn us against the client's server."""
    http = fetching(make_app, tmp_path, keys)
    assert calling(http, token()).status_code == 200
    for number in range(20):
        assert refused(calling(http, token(which="stranger", header={"kid": f"forged-{number}"})))
    assert len(keys.asked) == 2
    assert calling(http, token()).status_code == 200


def test_a_key_set_that_cannot_be_had_lets_nobody_in(make_app: AppMaker, tmp_path: Path, keys: KeyServer) -> None:
    """J-08"""
    keys.status = 500
    http = fetching(make_app, tmp_path, keys)
    assert all(refused(calling(http, token())) for _ in range(3))
    assert len(keys.asked) == 1


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")  # of the test's own signing
def test_of_a_key_set_only_what_can_verify_somebody_is_taken(
    make_app: AppMaker, tmp_path: Path, keys: KeyServer
) -> None:
    """J-05, J-08: too short, its private half told, symmetric, broken, not for signatures; the others stand."""
    short, told = jwk("RS384", "short"), jwk(which="other", d="AAAA")
    keys.keys = [
        short,
        told,
        {"kty": "oct", "kid": "x", "k": "AAAA"},
        {"kty": "EC"},
        jwk(use="enc", which="e"),
        jwk(),
    ]
    http = fetching(make_app, tmp_path, keys)
    assert calling(http, token()).status_code == 200
    assert refused(calling(http, token(which="other")))
    assert refused(calling(http, token(algorithm="RS384", which="short")))


def test_without_a_key_url_the_keys_of_the_file_are_enough(http: FlaskClient) -> None:
    """J-09"""
    assert "jku" not in jwt.get_unverified_header(token())
    assert calling(http, token()).status_code == 200
