"""The clients file: who may call, and how each is treated. Read once at start; whatever is wrong stops the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from cards.audience import Audience
from cards.languages import ENGLISH
from cds_service.errors import ConfigurationError
from cds_service.settings import Settings
from cds_service.trust.addresses import FhirAccess
from cds_service.trust.clients import Client, Identity, default_audience
from cds_service.trust.clients_checks import Entry, problems
from cds_service.trust.faults import faults
from cds_service.trust.json_web_keys import key_of
from knowledge.authored import strict_yaml
from knowledge.errors import ReleaseError

SETTING = "HEEL_CDS_CLIENTS"
ALGORITHMS = ("ES384", "RS384")  # where an entry names none
_MOST_PROBLEMS = 8


@dataclass(frozen=True, slots=True)
class ClientsFile:
    """The clients, and whether discovery is for them alone."""

    clients: tuple[Client, ...] = ()
    closed_discovery: bool = False


def read_clients(settings: Settings) -> ClientsFile:
    """The clients of HEEL_CDS_CLIENTS; none where it is not set, which only the sandbox profile allows.

    Raises `ConfigurationError` that names the file, each place, what was found and expected, and what to do.
    """
    if settings.clients is None:
        if settings.sandbox:
            return ClientsFile()
        raise ConfigurationError(
            f"{SETTING}: not set; the production profile needs the file that names who may call. Begin with "
            "docker/clients.epic.yaml or docker/clients.oracle.yaml, and set it to the path of yours"
        )
    content = _content(settings.clients, settings.sandbox)
    clients = tuple(_client(entry, settings, settings.clients.parent) for entry in content["clients"])
    return ClientsFile(clients, content.get("discovery") == "clients")


def _content(path: Path, sandbox: bool) -> Mapping[str, Any]:
    """The file, with nothing wrong in it."""
    try:
        with path.open(encoding="utf-8") as file:
            content: Mapping[str, Any] = strict_yaml(file)
    except OSError as problem:
        raise _wrong(path, [f"it cannot be read ({problem.strerror}); expected a file this service may read"]) from None
    except (yaml.YAMLError, UnicodeDecodeError, ReleaseError) as problem:
        raise _wrong(path, [f"it is no YAML in UTF-8 ({_fault(problem)}); expected a mapping with clients"]) from None
    if found := faults(content) or list(problems(content["clients"], sandbox)):
        raise _wrong(path, found)
    return content


def _wrong(path: Path, found: list[str]) -> ConfigurationError:
    told = "".join(f"\n  {problem}" for problem in found[:_MOST_PROBLEMS])
    return ConfigurationError(f"{SETTING}: {path} cannot be used; mend this and start again:{told}")


def _fault(problem: Exception) -> str:
    """Where YAML went wrong, never the text that stands there."""
    mark = getattr(problem, "problem_mark", None)
    if mark is not None:
        return f"line {mark.line + 1}"
    return str(problem) if isinstance(problem, ReleaseError) else type(problem).__name__


def _client(entry: Entry, settings: Settings, folder: Path) -> Client:
    """An entry as a client; what it does not say is as the settings have it."""
    maps = entry.get("code_maps")
    return Client(
        name=entry["name"],
        access=_access(entry.get("fhir", {}), settings),
        audience=_audience(entry, settings),
        deadline_seconds=float(entry.get("deadline", settings.deadline_seconds)),
        calls_per_minute=entry.get("calls_per_minute", settings.calls_per_minute),
        languages=tuple(entry.get("languages", (settings.language,) if settings.language else ())),
        identity=_identity(entry),
        code_maps=folder / maps if maps else settings.code_maps,
        knowledge=entry.get("knowledge", settings.knowledge),
        shadow=entry.get("shadow", settings.shadow),
        cors_origins=frozenset(origin.lower() for origin in entry.get("cors_origins", ())),
    )


def _identity(entry: Entry) -> Identity:
    keys = entry["keys"]
    return Identity(
        issuer=entry["issuer"],
        base_url=entry["base_url"].rstrip("/"),
        algorithms=tuple(entry.get("algorithms", ALGORITHMS)),
        keys=tuple(key_of(jwk) for jwk in keys.get("jwks", {}).get("keys", ())),
        key_urls=tuple(keys.get("jku", ())),
        audiences=tuple(entry.get("audiences", ())),
        tenants=frozenset(entry["tenants"]) if "tenants" in entry else None,
    )


def _access(fhir: Entry, settings: Settings) -> FhirAccess:
    """Call-backs are off where an entry is silent on them: many hospitals want none."""
    return FhirAccess(
        call_back=fhir.get("call_back", False),
        allow_http_loopback=settings.sandbox,
        allowed_bases=tuple(fhir.get("base_urls", ())),
        client_ids=frozenset(fhir.get("client_ids", ())),
        ca_file=settings.ca_file,
        max_pages=settings.max_pages,
    )


def _audience(entry: Entry, settings: Settings) -> Audience:
    usual = default_audience(settings)
    return replace(
        usual,
        max_cards=entry.get("max_cards", usual.max_cards),
        order_intent=entry.get("order_intent", usual.order_intent),
        link_hosts=_set_of(entry, "link_hosts"),
        actions=_set_of(entry, "actions"),
        silent=entry.get("silent", False),
        language=entry.get("languages", [settings.language or ENGLISH])[0],
    )


def _set_of(entry: Entry, member: str) -> frozenset[str] | None:
    return frozenset(entry[member]) if member in entry else None
