"""What a hospital's integration team needs to switch this service on, from what the service really is.

One page and one file: addresses, prefetch to copy, scopes, claims, links, topics, override reasons, when to call,
and what we must be told. Nothing in it is secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from cards.languages import ENGLISH
from cds_service.services import Service
from cds_service.trust.clients import Client
from cds_service.trust.tokens import CLAIMS, LEEWAY, LONGEST_LIFE
from knowledge.release import Release

UNSET = "https://YOUR-ADDRESS-OF-THIS-SERVICE"
_TYPE = re.compile(r"^([A-Z][A-Za-z]+)[?/]")
_INCLUDED = re.compile(r"_include=[A-Za-z]+:medication")
# When a call is worth its time; from the usage of each service and what clients can filter by.
TRIGGERS = (
    "patient-view and encounter-start: only for patients with a foot or heel complaint, by reason or problems.",
    "order-select and order-sign: only for imaging, anti-inflammatories, fluoroquinolones, injections, shockwave, "
    "surgery and devices of foot and ankle; send selections, so that drafts nobody picked stay out.",
    "Not for every chart: the service is silent for everybody else, but silence costs a call too.",
)
QUESTIONS = (
    "The issuer (iss) of your tokens, to the letter, and the address of your public keys (jku) or the keys themselves.",
    "The address at which you will register each service: exactly it is the audience of your tokens.",
    "Whether we may read by FHIR what prefetch does not bring, and the base address of that server.",
    "Codes of your own for diagnoses, drugs and orders that carry no standard code, as FHIR ConceptMaps.",
    "The seconds after which you give up on an answer, and how many cards you show.",
    "Languages of your clinicians, and which of the links below your browsers let through.",
    "Your two people who approve a release of the knowledge: a clinical author and an independent reviewer.",
    "Where checkpoints of the decision log shall go: a place of yours that we cannot change.",
)


def site_pack(
    services: Sequence[Service], release: Release, client: Client | None = None, base: str | None = None
) -> dict[str, Any]:
    """The pack as data, for one client of the clients file, or for whoever asks. `base` is our address."""
    address = (client.identity.base_url if client and client.identity else base) or UNSET
    return {
        "knowledge": {"name": release.name, "version": release.version, "digest": release.digest},
        "client": client.name if client and client.identity else None,
        "addresses": _addresses(services, address),
        "prefetch": _prefetch(services),
        "scopes": [f"patient/{kind}.rs" for kind in _types(services)],
        "claims": _claims(client, address),
        "links": _hosts(release, client, base),
        "topics": _topics(release),
        "overrideReasons": _reasons(release),
        "triggers": list(TRIGGERS),
        "questions": list(QUESTIONS),
    }


def _addresses(services: Sequence[Service], base: str) -> list[dict[str, str]]:
    return [
        {"what": "Discovery", "address": f"{base}/cds-services"},
        *({"what": f"{one.hook}", "address": f"{base}/cds-services/{one.id}"} for one in services),
        *({"what": f"{one.hook}, feedback", "address": f"{base}/cds-services/{one.id}/feedback"} for one in services),
        {"what": "Whether it is ready", "address": f"{base}/readyz"},
        {"what": "Description of all routes (OpenAPI)", "address": f"{base}/openapi.json"},
    ]


def _prefetch(services: Sequence[Service]) -> list[dict[str, Any]]:
    """Each template once, with the hooks it is for; a key one cannot do without is marked."""
    rows: dict[tuple[str, str], list[Service]] = {}
    for service in services:
        for key, template in service.prefetch.items():
            rows.setdefault((key, template), []).append(service)
    return [
        {
            "key": key,
            "template": template,
            "hooks": ["all"] if len(users) == len(services) else [one.hook for one in users],
            "required": any(key in one.required for one in users),
        }
        for (key, template), users in rows.items()
    ]


def _types(services: Iterable[Service]) -> list[str]:
    """The resource types that are read, those included with others too."""
    templates = {template for service in services for template in service.prefetch.values()}
    found = {match[1] for template in templates if (match := _TYPE.match(template))}
    return sorted(found | ({"Medication"} if any(_INCLUDED.search(one) for one in templates) else set()))


def _claims(client: Client | None, base: str) -> list[dict[str, str]]:
    identity = client.identity if client else None
    said = {
        "iss": identity.issuer if identity else "as you tell us",
        "aud": f"the address called, such as {base}/cds-services/ID",
        "exp": f"at most {LONGEST_LIFE} seconds after iat; 300 are enough",
        "iat": f"now; clocks may differ by {LEEWAY} seconds",
        "jti": "another one for each call",
    }
    tenants = sorted(identity.tenants) if identity and identity.tenants is not None else []
    algorithms = identity.algorithms if identity else ("ES384", "RS384")
    header = [
        {"name": "alg (header)", "value": " or ".join(algorithms)},
        {"name": "typ (header)", "value": "JWT"},
        {"name": "kid (header)", "value": "the id of the key that signed"},
    ]
    tenant = [{"name": "tenant", "value": f"one of {', '.join(tenants)}"}] if tenants else []
    return [*header, *({"name": name, "value": said[name]} for name in CLAIMS), *tenant]


def _hosts(release: Release, client: Client | None, base: str | None) -> list[str]:
    """The hosts that links on cards lead to, as far as the client lets them."""
    cited = {urlsplit(one["url"]).hostname for one in release.content["evidence"].values() if one.get("url")}
    hosts = {host for host in (*cited, urlsplit(base or "").hostname) if host}
    allowed = client.audience.link_hosts if client else None
    return sorted(hosts if allowed is None else hosts & allowed)


def _topics(release: Release) -> list[dict[str, str]]:
    words = release.content["wording"][ENGLISH]["topics"]
    return [{"code": topic, "about": str(words[topic]["also"])} for topic in sorted(words)]


def _reasons(release: Release) -> list[dict[str, str]]:
    words = release.content["wording"][ENGLISH]["override_reasons"]
    return [
        {"system": one["system"], "code": one["code"], "display": str(words[name])}
        for name, one in release.content["override_reasons"].items()
    ]


def as_markdown(pack: Mapping[str, Any]) -> Iterator[str]:
    """The pack as a file to hand on."""
    knowledge = pack["knowledge"]
    whom = f" for {pack['client']}" if pack["client"] else ""
    yield f"# Site pack of heel-pain-cds{whom}\n"
    yield f"Knowledge {knowledge['name']} {knowledge['version']}, {knowledge['digest']}.\n"
    yield from _table("Addresses", ("what", "address"), pack["addresses"])
    said = {True: "yes", False: "no"}
    rows = [row | {"hooks": ", ".join(row["hooks"]), "required": said[row["required"]]} for row in pack["prefetch"]]
    yield from _table("Prefetch, to copy letter by letter", ("key", "template", "required", "hooks"), rows)
    yield from _list("Scopes, where we may read by FHIR", pack["scopes"])
    yield from _table("Claims of each call's JWT", ("name", "value"), pack["claims"])
    yield from _list("Hosts of links to let through", pack["links"])
    yield from _table("Topics, by which overrides are remembered", ("code", "about"), pack["topics"])
    yield from _table("Override reasons", ("code", "display", "system"), pack["overrideReasons"])
    yield from _list("When to call", pack["triggers"])
    yield from _list("What we need from you", pack["questions"])


def _table(title: str, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> Iterator[str]:
    yield f"## {title}\n"
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(_cell(row[column]) for column in columns)} |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _list(title: str, members: Iterable[str]) -> Iterator[str]:
    yield f"## {title}\n"
    yield from (f"- {member}" for member in members)
    yield ""
