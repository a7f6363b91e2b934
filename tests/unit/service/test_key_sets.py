"""Key sets are fetched from where the clients file says, in bounds of time and size, and held for a while."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cds_service.errors import NotTrusted, Upstream
from cds_service.trust import key_sets
from cds_service.trust.json_web_keys import Key, key_of
from cds_service.trust.key_sets import FRESH, LASTING, PAUSE, Fetching, KeySets
from tests.key_server import KeyServer, authority, key_server
from tests.tokens import jwk

URL = "https://ehr.example.org/jwks.json"


class Site:
    """A client's site: which key ids its set has, whether it answers, how often it was asked, and what time it is."""

    def __init__(self) -> None:
        self.kids = ["first"]
        self.answers = True
        self.asked = 0
        self.time = 1000.0
        self.sets = KeySets(self._fetch, lambda: self.time)

    def _fetch(self, url: str) -> tuple[Key, ...]:
        assert url == URL
        self.asked += 1
        if not self.answers:
            raise Upstream("unreachable")
        return tuple(key_of(jwk(kid=kid)) for kid in self.kids)

    def has(self, kid: str) -> bool:
        return bool(self.sets.keys(URL, kid))


@pytest.fixture
def site() -> Site:
    return Site()


def test_a_set_is_read_once_while_it_is_fresh_and_anew_after_that(site: Site) -> None:
    assert all(site.has("first") for _ in range(5))
    assert site.asked == 1
    site.time += FRESH + 1
    assert site.has("first")
    assert site.asked == 2


def test_a_key_that_was_withdrawn_is_dropped_when_its_set_is_no_longer_fresh(site: Site) -> None:
    site.has("first")
    site.kids = ["next"]
    assert site.has("first")
    site.time += FRESH + 1
    assert not site.has("first")


def test_an_unknown_id_makes_the_set_be_read_at_once_but_then_not_for_a_while(site: Site) -> None:
    site.has("first")
    assert not site.has("forged")
    for second in range(int(PAUSE) - 1):
        site.time += 1
        assert not site.has(f"forged-{second}")
    assert site.asked == 2
    site.kids = ["first", "next"]
    site.time += 1
    assert site.has("next")
    assert site.asked == 3


def test_a_site_that_does_not_answer_is_not_asked_by_every_call(site: Site) -> None:
    site.answers = False
    for _ in range(5):
        with pytest.raises(NotTrusted, match="keys-unreachable"):
            site.has("first")
    assert site.asked == 1
    site.answers = True
    site.time += PAUSE
    assert site.has("first")


def test_a_set_that_cannot_be_read_anew_serves_on_for_an_hour_at_most(site: Site) -> None:
    site.has("first")
    site.answers = False
    site.time += FRESH + 1
    assert site.has("first")
    assert site.has("first")
    assert site.asked == 2
    site.time += LASTING - FRESH
    with pytest.raises(NotTrusted, match="keys-unreachable"):
        site.has("first")


@pytest.fixture
def server() -> Iterator[KeyServer]:
    with key_server() as found:
        found.keys = [jwk()]
        yield found


SANDBOX = Fetching(allow_http_loopback=True)


def test_the_keys_of_a_set_are_read(server: KeyServer) -> None:
    assert [key.kid for key in SANDBOX(server.url)] == ["first"]


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        (b"", "no JWK Set"),
        (b"[]", "no JWK Set"),
        (b'{"keys": {}}', "no JWK Set"),
        (b"<html>", "no JWK Set"),
        (b"[" * 100_000, "no JWK Set"),
        (b'{"keys": [' + b" " * key_sets.MOST_BYTES + b"]}", "too large"),
    ],
)
def test_what_is_no_key_set_is_not_taken(server: KeyServer, body: bytes, cause: str) -> None:
    server.body = body
    with pytest.raises(Upstream, match=cause):
        SANDBOX(server.url)


def test_a_redirect_is_not_followed(server: KeyServer) -> None:
    with key_server() as other:
        other.keys = [jwk()]
        server.location = other.url
        with pytest.raises(Upstream, match="status 302"):
            SANDBOX(server.url)
        assert other.asked == []


@pytest.mark.parametrize("how", ["hang", "drip"])
def test_a_server_that_keeps_us_waiting_is_cut_off(
    server: KeyServer, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(key_sets, "SECONDS", 0.05)
    setattr(server, how, True)
    with pytest.raises(Upstream, match="unreachable"):
        SANDBOX(server.url)


def test_a_certificate_nobody_known_has_signed_is_not_taken(tmp_path: Path) -> None:
    with key_server(tmp_path) as server:
        server.keys = [jwk()]
        with pytest.raises(Upstream, match="unreachable"):
            Fetching()(server.url)
        assert server.asked == []
        assert Fetching(ca_file=authority(tmp_path))(server.url)
        with pytest.raises(Upstream, match="unreachable"):  # the name must be that of the certificate
            Fetching(ca_file=authority(tmp_path))(server.url.replace("localhost", "127.0.0.1"))


@pytest.mark.parametrize("address", ["169.254.169.254", "0.0.0.0", "224.0.0.1", "fe80::1"])
def test_a_listed_name_that_leads_where_no_hospital_is_is_not_followed(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    def answer(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    with pytest.raises(Upstream, match="unreachable"):
        Fetching()(URL)
