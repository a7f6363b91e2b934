"""What each client is answered with: the release it pinned, the shadow beside it, its maps of local codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from cds_service.decide import InForce
from cds_service.errors import ConfigurationError
from cds_service.intake.concept_maps import CodeMaps
from cds_service.pinning import Pins, load_verified
from cds_service.settings import Settings
from cds_service.trust.clients import Client
from knowledge.errors import ReleaseError
from knowledge.release import Release, load_release


def in_force_by_settings(settings: Settings) -> InForce:
    """What answers where no client says otherwise. Raises `ConfigurationError`."""
    return InForce(knowledge_of(settings.knowledge), CodeMaps.load(settings.code_maps), shadow_of(settings.shadow))


def pins_of(clients: Iterable[Client]) -> Mapping[str, Pins]:
    """By the name of each client, the releases that may answer it. Raises `ConfigurationError` naming the client.

    What several clients have alike is loaded once.
    """
    release, shadow, code_maps = cache(knowledge_of), cache(shadow_of), cache(CodeMaps.load)
    found = {}
    for client in clients:
        try:
            found[client.name] = Pins(
                InForce(release(client.knowledge), code_maps(client.code_maps), shadow(client.shadow))
            )
        except ConfigurationError as problem:
            if client.identity is None:
                raise
            raise ConfigurationError(f"HEEL_CDS_CLIENTS: {client.name}: {problem}") from problem
    return found


def knowledge_of(version: str | None) -> Release:
    """A release (None: the newest active one) once all its worked cases hold. Raises `ConfigurationError` otherwise."""
    try:
        return load_verified(version)
    except ReleaseError as problem:
        raise ConfigurationError(f"HEEL_CDS_KNOWLEDGE: {problem}") from problem


def shadow_of(version: str | None) -> Release | None:
    """A release to evaluate beside the one in force. Raises `ConfigurationError` when it cannot be used."""
    try:
        return load_release(version) if version else None
    except ReleaseError as problem:
        raise ConfigurationError(f"HEEL_CDS_SHADOW: {problem}") from problem
