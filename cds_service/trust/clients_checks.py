"""What makes entries of the clients file unsafe or useless, beyond what their schema tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any
from urllib.parse import urlsplit

from cds_service.trust.json_web_keys import Unfit, key_of

PUBLIC_SANDBOX = "sandbox.cds-hooks.org"
RESERVED = "sandbox"  # by which records call whoever calls the sandbox profile without a token
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
Entry = Mapping[str, Any]


def problems(entries: Sequence[Entry], sandbox: bool) -> Iterator[str]:
    """One sentence for each. `sandbox` is the profile that takes what production must not."""
    if not entries and not sandbox:
        yield "clients: found a list that is empty, expected an entry for each client; nobody could call"
    for one, other in combinations(entries, 2):
        yield from _of_two(one, other)
    for entry in entries:
        if entry["name"] == RESERVED:
            yield f"clients: found the name {RESERVED}, which is that of callers without a token; choose another"
        found = [*_urls(entry, sandbox), *_keys(entry, sandbox), *_fhir(entry)]
        yield from (f"{entry['name']}: {problem}" for problem in found)


def _of_two(one: Entry, other: Entry) -> Iterator[str]:
    if one["name"] == other["name"]:
        yield f"clients: found the name {one['name']} twice, expected one of its own for each; records tell by it"
    if one["issuer"] == other["issuer"]:
        ones, others = set(one.get("tenants", ())), set(other.get("tenants", ()))
        if not ones or not others or ones & others:
            yield (
                f"clients: {one['name']} and {other['name']} have one issuer; expected tenants in both, none of "
                "them in the other too, or nobody could tell whose a token is"
            )


def _urls(entry: Entry, sandbox: bool) -> Iterator[str]:
    """Plain http only in the sandbox profile and only on this machine; the public sandbox only there too."""
    for member, urls in _named_urls(entry):
        for url in urls:
            address = urlsplit(url)
            if address.scheme == "http" and not (sandbox and address.hostname in _LOOPBACK):
                yield f"{member}: found plain http ({url}), expected https; tokens and charts must not go in the open"
    named = [entry["issuer"], *entry["keys"].get("jku", ())]
    if not sandbox and any((urlsplit(text).hostname or text.lower()) == PUBLIC_SANDBOX for text in named):
        yield (
            f"found the public CDS Hooks sandbox ({PUBLIC_SANDBOX}), expected a client of yours; everybody has the key "
            "that signs its tokens, so remove the entry, or try it in the sandbox profile"
        )


def _named_urls(entry: Entry) -> Iterator[tuple[str, Sequence[str]]]:
    yield "base_url", [entry["base_url"]]
    yield "keys.jku", entry["keys"].get("jku", ())
    yield "fhir.base_urls", entry.get("fhir", {}).get("base_urls", ())


def _keys(entry: Entry, sandbox: bool) -> Iterator[str]:
    for place, jwk in enumerate(entry["keys"].get("jwks", {}).get("keys", ())):
        where = f"keys.jwks.keys[{place}]"
        try:
            key = key_of(jwk)
        except Unfit as problem:
            yield f"{where}: found a key that can verify nobody, since {problem}; expected a public RSA or EC key"
            continue
        if key.published and not sandbox:
            yield f"{where}: found the published key of the CDS Hooks sandbox, expected one the client alone can use"


def _fhir(entry: Entry) -> Iterator[str]:
    fhir = entry.get("fhir", {})
    if fhir.get("call_back") and "base_urls" not in fhir:
        yield (
            "fhir: base_urls is missing; expected the base URLs of the client's FHIR servers, since a call must not "
            "choose where its token is sent"
        )
