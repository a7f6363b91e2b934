"""The checklist rows on who calls: a token for this very endpoint, signed by a client we know, used once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sqlite3
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask.testing import FlaskClient

from cds_service.errors import ConfigurationError
from tests import calls
from tests.conftest import AppMaker
from tests.tokens import (
    BASE,
    ISSUER,
    PATH,
    bearing,
    calling,
    clients_file,
    entry,
    jwk,
    part,
    private_key,
    production,
    refused,
    statuses,
    token,
    unsigned,
)

FEEDBACK = f"{PATH}/feedback"
PEM = Encoding.PEM, PublicFormat.SubjectPublicKeyInfo


@pytest.fixture(scope="module")
def http(make_app: AppMaker, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """The service in production, for one client with keys in the file."""
    return production(make_app, tmp_path_factory.mktemp("production"))


def hashed(secret: bytes, algorithm: str = "HS256") -> str:
    """A token whose symmetric secret is what everybody may know."""
    text = unsigned(algorithm).rpartition(".")[0]
    digest = hmac.new(secret, text.encode(), getattr(hashlib, f"sha{algorithm[2:]}")).digest()
    return f"{text}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def test_a_client_that_proves_who_it_is_gets_its_cards(http: FlaskClient) -> None:
    """J-01"""
    answer = calling(http, token())
    assert answer.status_code == 200
    assert answer.json["cards"]


@pytest.mark.parametrize("path", [PATH, FEEDBACK, "/cds-services/none-of-ours", f"{PATH}/"])
def test_without_a_token_nothing_is_said(http: FlaskClient, path: str) -> None:
    """J-01: service and feedback are for known callers alone, whether they exist or not."""
    assert refused(http.post(path, json=calls.sample()))


def test_every_route_of_the_services_asks_who_calls(http: FlaskClient) -> None:
    """J-01: also one that somebody adds later."""
    rules = [rule for rule in http.application.url_map.iter_rules() if rule.rule.startswith("/cds-services/")]
    assert rules
    for rule in rules:
        path = rule.rule.replace("<service_id>", "heel-pain-patient-view")
        for method in rule.methods - {"OPTIONS"}:
            assert refused(http.open(path, method=method)), path


def test_anybody_may_discover_unless_the_clients_file_closes_that_too(
    http: FlaskClient, make_app: AppMaker, tmp_path: Path
) -> None:
    """J-01, J-02: discovery holds nothing of a patient; where it is closed its token's audience is its own URL."""
    assert http.get("/cds-services").status_code == 200
    assert http.get("/cds-services", headers=bearing("nonsense")).status_code == 200
    closed = production(make_app, tmp_path, discovery="clients")
    assert refused(closed.get("/cds-services"))
    assert refused(closed.get("/cds-services", headers=bearing(token(PATH))))
    assert closed.get("/cds-services", headers=bearing(token("/cds-services"))).status_code == 200


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR "])
def test_the_scheme_is_read_in_any_letter_case(http: FlaskClient, scheme: str) -> None:
    """J-02"""
    assert http.post(PATH, json=calls.sample(), headers={"Authorization": f"{scheme} {token()}"}).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic {0}",
        "{0}",
        "Bearer {0} {0}",
        "Bearer {0}, Bearer {0}",
        "Bearer {0}.x",
        "Bearer\t{0}",
    ],
)
def test_a_header_that_is_not_one_bearer_token_is_refused(http: FlaskClient, header: str) -> None:
    """J-02: two headers reach an application as one, joined by a comma."""
    assert refused(http.post(PATH, json=calls.sample(), headers={"Authorization": header.format(token())}))


def test_a_token_in_the_address_is_refused(http: FlaskClient) -> None:
    """J-02: addresses end up in the logs of proxies."""
    assert refused(http.post(f"{PATH}?access_token={token()}", json=calls.sample()))
    assert refused(http.post(f"{PATH}?access_token=x", json=calls.sample(), headers=bearing(token())))


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", ""])
@pytest.mark.parametrize("signature", ["", "AAAA"])
def test_a_token_that_nobody_signed_is_refused(http: FlaskClient, algorithm: str, signature: str) -> None:
    """J-03"""
    assert refused(calling(http, unsigned(algorithm, signature)))
    head, payload, _ = unsigned(algorithm).split(".")
    assert refused(calling(http, f"{head}.{payload}."))


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_a_symmetric_token_is_refused_above_all_one_made_with_a_public_key(http: FlaskClient, algorithm: str) -> None:
    """J-04"""
    public = private_key().public_key().public_bytes(*PEM)
    for secret in (public, public.strip(), json.dumps(jwk()).encode(), b"secret", b""):
        assert refused(calling(http, hashed(secret, algorithm)))


def test_a_symmetric_key_in_the_clients_file_stops_the_start(make_app: AppMaker, tmp_path: Path) -> None:
    """J-04"""
    secret = {"kty": "oct", "kid": "first", "k": "c2VjcmV0"}
    with pytest.raises(ConfigurationError, match="found a key that can verify nobody, since it holds a secret"):
        production(make_app, tmp_path, entry(keys={"jwks": {"keys": [secret]}}))


@pytest.mark.parametrize(("algorithm", "which"), [("ES384", "first"), ("RS384", "second")])
def test_es384_and_rs384_are_accepted(http: FlaskClient, algorithm: str, which: str) -> None:
    """J-05"""
    assert calling(http, token(algorithm=algorithm, which=which)).status_code == 200


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_others_are_accepted_only_of_a_client_that_may_use_them(
    make_app: AppMaker, tmp_path: Path, algorithm: str
) -> None:
    """J-05"""
    keys = {"jwks": {"keys": [jwk(algorithm, "third")]}}
    for folder, listed, status in (("may-not", None, 401), ("may", [algorithm], 200)):
        (tmp_path / folder).mkdir()
        http = production(make_app, tmp_path / folder, entry(keys=keys, algorithms=listed))
        assert calling(http, token(algorithm=algorithm, which="third")).status_code == status


@pytest.mark.parametrize("algorithm", ["RS512", "PS384", "RS256"])
def test_the_algorithm_must_be_one_of_the_clients_whatever_its_key_could_do(http: FlaskClient, algorithm: str) -> None:
    """J-05"""
    assert refused(calling(http, token(algorithm=algorithm, key=private_key("RS384", "second"), which="second")))


def test_the_kind_of_key_must_fit_the_algorithm(http: FlaskClient) -> None:
    """J-05: a key for one algorithm verifies no token of another, whatever its header says."""
    assert refused(calling(http, token(which="second", key=private_key())))
    assert refused(calling(http, token(algorithm="RS384", which="first", key=private_key("RS384", "second"))))


@pytest.mark.parametrize(
    "header",
    [
        {"kid": None},
        {"kid": ""},
        {"kid": "unknown"},
        {"kid": "../../first"},
        {"typ": ""},  # left out
        {"typ": "at+jwt"},
        {"crit": ["exp"], "exp": 1},
        {"kid": "first", "jku": 7},
    ],
)
def test_a_header_that_says_too_little_or_too_much_is_refused(http: FlaskClient, header: dict[str, Any]) -> None:
    """J-06"""
    assert refused(calling(http, token(header=header)))


@pytest.mark.parametrize("issuer", ["https://evil.example", ISSUER + "/", ISSUER.upper(), "", None, [ISSUER]])
def test_an_issuer_we_do_not_know_is_refused(http: FlaskClient, issuer: Any) -> None:
    """J-07"""
    text = token(iss="placeholder")
    head, _, signature = text.split(".")
    claims = {**jwt.decode(token(), options={"verify_signature": False}), "iss": issuer}
    assert refused(calling(http, f"{head}.{part(claims)}.{signature}"))
    if isinstance(issuer, str):
        assert refused(calling(http, token(iss=issuer)))


@pytest.mark.parametrize("claim", ["iss", "aud", "exp", "iat", "jti"])
@pytest.mark.parametrize("value", [None, "", [], {}, True])
def test_each_claim_must_be_there_and_of_its_type(http: FlaskClient, claim: str, value: Any) -> None:
    """J-10"""
    head, payload, _ = token().split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    if value is None:
        del claims[claim]
    else:
        claims[claim] = value
    text = f"{head}.{part(claims)}"
    signature = jwt.get_algorithm_by_name("ES384").sign(text.encode(), private_key())
    assert refused(calling(http, f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"))


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e400", '"1"', "9" * 400, "-1", "null"])
@pytest.mark.parametrize("claim", ["exp", "iat", "nbf"])
def test_an_instant_that_is_none_is_refused(http: FlaskClient, claim: str, value: str) -> None:
    """J-10, J-12"""
    now = int(time.time())
    times = {"exp": str(now + 300), "iat": str(now)} | {claim: value}
    told = ",".join(f'"{name}":{number}' for name, number in times.items())
    claims = f'{{"iss":"{ISSUER}","aud":"{BASE}{PATH}","jti":"{uuid.uuid4()}",{told}}}'
    text = f"{token().split('.')[0]}.{base64.urlsafe_b64encode(claims.encode()).rstrip(b'=').decode()}"
    signature = jwt.get_algorithm_by_name("ES384").sign(text.encode(), private_key())
    assert refused(calling(http, f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"))


@pytest.mark.parametrize(
    "audience",
    [
        BASE,
        f"{BASE}/cds-services",
        f"{BASE}/cds-services/heel-pain-order-sign",
        f"{BASE}{PATH}/",
        f"{BASE}{FEEDBACK}",
        f"{BASE}{PATH}".replace("https", "http"),
        f"{BASE}{PATH}".replace("cds.example", "other.example"),
        f"http://localhost{PATH}",
        f"https://localhost{PATH}",
        [f"{BASE}/cds-services"],
        [],
    ],
)
def test_the_audience_is_this_very_endpoint(http: FlaskClient, audience: Any) -> None:
    """J-11"""
    assert refused(calling(http, token(aud=audience)))


def test_the_audience_may_be_one_of_several(http: FlaskClient) -> None:
    """J-11"""
    assert calling(http, token(aud=["https://elsewhere.example", BASE + PATH])).status_code == 200


@pytest.mark.parametrize(
    "header", [{"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}, {"X-Forwarded-Prefix": "/evil"}]
)
def test_behind_a_proxy_the_public_url_counts_and_no_header_moves_it(http: FlaskClient, header: dict[str, str]) -> None:
    """J-11"""
    assert calling(http, token(), **header).status_code == 200
    assert refused(calling(http, token(aud=f"https://evil.example{PATH}"), **header))


def test_the_feedback_has_an_audience_of_its_own(http: FlaskClient) -> None:
    """J-11: a token for the service does not open its feedback, nor the other way round."""
    assert refused(http.post(FEEDBACK, json={}, headers=bearing(token(PATH))))
    assert refused(calling(http, token(FEEDBACK)))
    assert http.post(FEEDBACK, json={}, headers=bearing(token(FEEDBACK))).status_code != 401


@pytest.mark.parametrize(
    ("shift", "life", "status"),
    [
        (-3600, 300, 401),  # expired
        (-330, 300, 200),  # expired by less than clocks may differ
        (30, 300, 200),  # made by a clock that is ahead
        (600, 300, 401),  # made in the future
        (0, 86400, 401),  # lives for a day
        (0, 3600, 200),
        (0, -10, 401),
    ],
)
def test_a_token_lives_for_a_short_while_around_now(http: FlaskClient, shift: int, life: int, status: int) -> None:
    """J-12"""
    begin = int(time.time()) + shift
    assert calling(http, token(iat=begin, exp=begin + life)).status_code == status


@pytest.mark.parametrize(("ahead", "status"), [(20, 200), (600, 401)])
def test_a_token_is_not_used_before_its_time(http: FlaskClient, ahead: int, status: int) -> None:
    """J-12"""
    assert calling(http, token(nbf=int(time.time()) + ahead)).status_code == status


def test_a_token_is_used_once(http: FlaskClient) -> None:
    """J-13"""
    text = token()
    assert calling(http, text).status_code == 200
    assert refused(calling(http, text))


def test_a_token_is_used_once_by_its_id_whatever_else_it_says(http: FlaskClient) -> None:
    """J-13: the id alone tells; of a token that was refused it is not used up."""
    identity = str(uuid.uuid4())
    assert refused(calling(http, token(jti=identity, aud=BASE)))
    assert calling(http, token(jti=identity)).status_code == 200
    assert refused(calling(http, token(jti=identity, algorithm="RS384", which="second")))


def test_of_many_calls_at_once_with_one_token_one_is_answered(http: FlaskClient) -> None:
    """J-13"""
    text, together = token(), threading.Barrier(4)

    def call(_: int) -> int:
        caller = http.application.test_client()
        together.wait()
        return calling(caller, text).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(call, range(4))) == [200, 401, 401, 401]


def test_a_token_is_used_once_over_all_processes_and_restarts(make_app: AppMaker, tmp_path: Path) -> None:
    """J-13"""
    text = token()
    assert calling(production(make_app, tmp_path), text).status_code == 200
    assert refused(calling(production(make_app, tmp_path), text))


def test_a_call_whose_token_cannot_be_remembered_is_not_answered(make_app: AppMaker, tmp_path: Path) -> None:
    """J-13"""
    http = production(make_app, tmp_path)
    with closing(sqlite3.connect(tmp_path / "heel-cds.db")) as database:
        database.execute("drop table tokens_seen")
    answer = calling(http, token())
    assert answer.status_code == 503
    assert "cards" not in answer.json


@pytest.mark.parametrize(
    ("tenants", "tenant", "status"),
    [
        (None, None, 200),
        (None, "any", 200),
        (["a", "b"], "b", 200),
        (["a"], "b", 401),
        (["a"], None, 401),
        (None, 7, 401),
    ],
)
def test_where_tenants_are_listed_no_other_is_let_in(
    make_app: AppMaker, tmp_path: Path, tenants: list[str] | None, tenant: Any, status: int
) -> None:
    """J-14"""
    http = production(make_app, tmp_path, entry(tenants=tenants))
    assert calling(http, token(tenant=tenant)).status_code == status


def test_two_clients_of_one_issuer_are_told_apart_by_their_tenant(make_app: AppMaker, tmp_path: Path) -> None:
    """J-14: each with its own settings and its own keys."""
    other = {"jwks": {"keys": [jwk(which="other")]}}
    http = production(
        make_app,
        tmp_path,
        entry(name="north", tenants=["north"]),
        entry(name="south", tenants=["south"], keys=other, silent=True),
    )
    assert calling(http, token(tenant="north")).json["cards"]
    assert calling(http, token(tenant="south", which="other")).json["cards"] == []
    assert refused(calling(http, token(tenant="south")))


def test_no_header_stands_in_for_a_token(http: FlaskClient) -> None:
    """J-16: mutual TLS ends at the proxy and joins the token; the service reads nothing that a proxy might write."""
    for name in ("X-Forwarded-Client-Cert", "X-SSL-Client-Verify", "X-Client-Cert", "X-Forwarded-User", "Remote-User"):
        assert refused(http.post(PATH, json=calls.sample(), headers={name: "SUCCESS"}))


def test_a_browser_can_ask_first_and_can_read_a_refusal(make_app: AppMaker, tmp_path: Path) -> None:
    """C-02, C-03, C-04: the origins are those of the clients."""
    origin = "https://ehr.example.org"
    http = production(make_app, tmp_path, entry(cors_origins=[origin]))
    asks = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    assert http.options(PATH, headers=asks).headers["Access-Control-Allow-Origin"] == origin
    refusal = http.post(PATH, json=calls.sample(), headers={"Origin": origin})
    assert refused(refusal)
    assert refusal.headers["Access-Control-Allow-Origin"] == origin
    foreign = http.post(PATH, json=calls.sample(), headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in foreign.headers


def test_production_listens_for_https_alone(make_app: AppMaker, tmp_path: Path) -> None:
    """T-01: a client is registered at an https URL, or the service does not start; a token for http opens nothing."""
    with pytest.raises(ConfigurationError, match=r"base_url: found plain http .* expected https"):
        production(make_app, tmp_path, entry(base_url="http://cds.example.org"))
    http = production(make_app, tmp_path)
    assert refused(calling(http, token(aud=f"{BASE}{PATH}".replace("https:", "http:"))))


def test_in_the_sandbox_profile_no_token_is_asked_for(make_app: AppMaker, tmp_path: Path) -> None:
    """J-01: there a token that comes is verified only where a clients file says by what."""
    plain = make_app(deadline="30").test_client()
    assert (
        statuses([calls.post(plain, calls.sample()), calling(plain, "nonsense"), calling(plain, token())]) == [200] * 3
    )
    trying = make_app(clients=str(clients_file(tmp_path)), deadline="30").test_client()
    assert calls.post(trying, calls.sample()).status_code == 200
    assert calling(trying, token()).status_code == 200
    assert refused(calling(trying, token(which="stranger")))


@pytest.mark.parametrize("many", [1, 2, 60])
def test_nonsense_in_the_place_of_a_token_is_only_refused(http: FlaskClient, many: int) -> None:
    """T-09, J-10: deep, long, odd or broken."""
    deep = "[" * 100_000
    parts = ["", "e30", "A" * 9000, part({"alg": "ES384"}), part(["x"] * many), part("x"), part(many)]
    deeper = base64.urlsafe_b64encode(deep.encode()).rstrip(b"=").decode()
    for head in (*parts, deeper[: 4000 * many], "\ud800".encode("utf-8", "surrogatepass").hex()):
        for payload in parts:
            assert refused(calling(http, f"{head}.{payload}.AAAA"))


def test_an_expired_token_is_forgotten_and_still_refused(make_app: AppMaker, tmp_path: Path) -> None:
    """J-13: the table holds only tokens that could be used again."""
    http = production(make_app, tmp_path)
    with closing(sqlite3.connect(tmp_path / "heel-cds.db")) as database:
        database.execute("insert into tokens_seen values (?, ?)", (b"x" * 32, int(time.time()) - 1))
        database.commit()
        calling(http, token())
        kept = database.execute("select token, until from tokens_seen").fetchall()
    assert len(kept) == 1
    assert kept[0][1] > time.time()
