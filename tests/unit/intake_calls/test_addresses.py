"""The FHIR server's address comes with the request, so it is called only where that can do no harm."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest

from cds_service.trust.addresses import FhirAccess, origin

SANDBOX = FhirAccess(allow_http_loopback=True)
STRICT = FhirAccess()
LISTED = FhirAccess(allowed_bases=("https://ehr.example.org/fhir/", "https://10.1.2.3/fhir"))
NOT_LISTED = "it is not one of those listed (base_urls of the client, or HEEL_CDS_FHIR_SERVERS)"
Resolve = Callable[..., None]


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Resolve:
    """Let every name mean the given addresses."""

    def to(*addresses: str) -> None:
        def answer(host: str, port: int, **_: Any) -> list[Any]:
            family = {True: socket.AF_INET6, False: socket.AF_INET}
            return [(family[":" in one], socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

        monkeypatch.setattr(socket, "getaddrinfo", answer)

    return to


@pytest.mark.parametrize(
    "base",
    [
        "https://ehr.example.org/fhir",
        "https://ehr.example.org:8443/fhir/",
        "HTTPS://EHR.example.org",
        "https://8.8.8.8",
    ],
)
def test_an_https_server_may_be_called(base: str) -> None:
    assert STRICT.refusal(base) is None


@pytest.mark.parametrize(
    "base",
    [
        "",
        "ehr.example.org",
        "//ehr.example.org",
        "/fhir",
        "file:///etc/passwd",
        "ftp://ehr.example.org",
        "gopher://ehr.example.org",
        "javascript:alert(1)",
        "https://",
        "https:///fhir",
        "https://user@ehr.example.org",
        "https://user:word@ehr.example.org",
        "https://ehr.example.org@evil.example.net",
        "https://ehr.example.org\\@evil.example.net",
        "https://ehr.example.org/fhir?x=1",
        "https://ehr.example.org/fhir#x",
        "https://ehr.example.org/fhir\r\nHost: evil",
        "https://ehr.example.org:port",
        "https://ehr.example.org:99999",
        "https://ehr.exämple.org",
        "https://ehr.example.org /fhir",
        "{{fhirServerUrl}}",
    ],
)
def test_what_is_no_plain_url_is_refused(base: str) -> None:
    assert SANDBOX.refusal(base) == "it is no plain http or https URL"


@pytest.mark.parametrize("base", ["http://localhost:8080/fhir", "http://127.0.0.1/fhir", "http://[::1]:1/fhir"])
def test_http_is_for_this_machine_in_the_sandbox_only(base: str) -> None:
    assert SANDBOX.refusal(base) is None
    assert STRICT.refusal(base) == "it is not https"


@pytest.mark.parametrize(
    "base", ["http://ehr.example.org", "http://10.0.0.1", "http://localhost.example.org", "http://0.0.0.0"]
)
def test_http_to_another_machine_is_always_refused(base: str) -> None:
    assert SANDBOX.refusal(base) == "it is not https"


def test_with_a_list_only_its_servers_may_be_called() -> None:
    assert LISTED.refusal("https://EHR.example.org/fhir") is None
    assert LISTED.refusal("https://ehr.example.org/fhir/tenant") == NOT_LISTED
    assert LISTED.refusal("https://evil.example.net/fhir") == NOT_LISTED


INWARD = [
    "127.0.0.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.100.100.200",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a00:1::",
]


@pytest.mark.parametrize("address", INWARD)
def test_a_name_that_leads_inward_is_not_followed(address: str, resolve: Resolve) -> None:
    resolve(address)
    with pytest.raises(OSError, match="not allowed"):
        STRICT.addresses("https://ehr.example.org/fhir")


def test_a_name_with_one_address_inward_is_not_followed_at_all(resolve: Resolve) -> None:
    resolve("93.184.216.34", "10.0.0.1")
    with pytest.raises(OSError, match="not allowed"):
        STRICT.addresses("https://ehr.example.org/fhir")


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1"])
def test_a_public_address_is_followed_to_the_port_named(address: str, resolve: Resolve) -> None:
    resolve(address)
    assert STRICT.addresses("https://ehr.example.org:8443/fhir")[0][1] == (address, 8443)


def test_a_listed_server_may_stand_in_the_private_network(resolve: Resolve) -> None:
    resolve("10.1.2.3")
    assert LISTED.addresses("https://ehr.example.org/fhir")
    resolve("169.254.169.254")
    with pytest.raises(OSError, match="not allowed"):
        LISTED.addresses("https://ehr.example.org/fhir")


def test_localhost_must_really_be_this_machine(resolve: Resolve) -> None:
    resolve("127.0.0.1", "::1")
    assert SANDBOX.addresses("http://localhost:8080/fhir")
    resolve("93.184.216.34")
    with pytest.raises(OSError, match="not allowed"):
        SANDBOX.addresses("http://localhost:8080/fhir")


def test_two_urls_have_one_origin_when_scheme_host_and_port_agree() -> None:
    assert origin("https://EHR.example.org/a") == origin("https://ehr.example.org.:443/b?c")
    others = [
        "http://ehr.example.org",
        "https://ehr.example.org:444",
        "https://www.ehr.example.org",
        "https://x@ehr.example.org",
    ]
    assert all(origin(other) != origin("https://ehr.example.org") for other in others)
