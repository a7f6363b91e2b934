"""What each client is answered with: the release it pinned, the shadow beside it, its maps of local codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from cds_service.errors import ConfigurationError
from cds_service.intake.concept_maps import CodeMaps
from cds_service.pinning import Pins
from cds_service.published import Published
from cds_service.settings import Settings
from cds_service.trust.clients import Client
from knowledge.errors import ReleaseError
from knowledge.release import Release


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
        return self._pins(settings.knowledge, settings.code_maps, settings.shadow)

    def by_client(self, clients: Iterable[Client]) -> Mapping[str, Pins]:
        """By the name of each client, what answers it. Raises `ConfigurationError` naming the client."""
        found = {}
        for client in clients:
            try:
                found[client.name] = self._pins(client.knowledge, client.code_maps, client.shadow)
            except ConfigurationError as problem:
                if client.identity is None:
                    raise
                raise ConfigurationError(f"HEEL_CDS_CLIENTS: {client.name}: {problem}") from problem
        return found

    def _pins(self, wanted: str | None, code_maps: Path | None, shadow: str | None) -> Pins:
        try:
            return Pins(self._published, self._code_maps(code_maps), wanted, self._shadow(shadow))
        except ReleaseError as problem:
            raise ConfigurationError(f"HEEL_CDS_KNOWLEDGE: {problem}") from problem

    def _shadow_of(self, version: str | None) -> Release | None:
        """A release to evaluate beside the one in force, also a draft. Raises `ConfigurationError`."""
        try:
            return self._published.shadow(version) if version else None
        except ReleaseError as problem:
            raise ConfigurationError(f"HEEL_CDS_SHADOW: {problem}") from problem
