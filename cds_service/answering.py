"""What each client is answered with: the release it pinned, the shadow beside it, its maps of local codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from cds_service.decide import InForce
from cds_service.errors import ConfigurationError
from cds_service.intake.concept_maps import CodeMaps
from cds_service.pinning import Pins
from cds_service.published import Published
from cds_service.settings import Settings
from cds_service.trust.clients import Client
from knowledge.errors import ReleaseError
from knowledge.release import Release, load_release


class Answering:
    """Finds what answers. What several clients have alike is loaded once."""

    def __init__(self, settings: Settings, published: Published) -> None:
        self._settings = settings
        self._published = published
        self._code_maps = cache(CodeMaps.load)
        self._shadow = cache(self._shadow_of)

    def by_settings(self) -> Pins:
        """What answers where no client says otherwise. Raises `ConfigurationError`."""
        settings = self._settings
        in_force = InForce(
            self._release(settings.knowledge), self._code_maps(settings.code_maps), self._shadow(settings.shadow)
        )
        return Pins(in_force, self._published)

    def by_client(self, clients: Iterable[Client]) -> Mapping[str, Pins]:
        """By the name of each client, what answers it. Raises `ConfigurationError` naming the client."""
        found = {}
        for client in clients:
            try:
                release, shadow = self._release(client.knowledge), self._shadow(client.shadow)
                found[client.name] = Pins(InForce(release, self._code_maps(client.code_maps), shadow), self._published)
            except ConfigurationError as problem:
                if client.identity is None:
                    raise
                raise ConfigurationError(f"HEEL_CDS_CLIENTS: {client.name}: {problem}") from problem
        return found

    def _release(self, version: str | None) -> Release:
        try:
            return self._published.release(version)
        except ReleaseError as problem:
            raise ConfigurationError(f"HEEL_CDS_KNOWLEDGE: {problem}") from problem

    def _shadow_of(self, version: str | None) -> Release | None:
        """A release to evaluate beside the one in force, also a draft. Raises `ConfigurationError`."""
        try:
            return load_release(version, self._settings.releases) if version else None
        except ReleaseError as problem:
            raise ConfigurationError(f"HEEL_CDS_SHADOW: {problem}") from problem
