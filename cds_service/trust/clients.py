"""Who calls, and what that caller may have done and shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from cards.audience import Audience
from cards.languages import ENGLISH, language_among
from cds_service.settings import Settings
from cds_service.trust.addresses import FhirAccess
from cds_service.trust.clients_checks import RESERVED
from cds_service.trust.json_web_keys import Key


@dataclass(frozen=True, slots=True)
class Identity:
    """How a client proves who it is.

    `issuer` is the `iss` of its tokens, `tenants` those of it that are let in (None: with or without any). `keys`
    are given in the file, `key_urls` are the only ones from which others may be fetched. `base_url` is ours as the
    client calls it; a token's `aud` is that and the path of the endpoint, or one of `audiences` where there are any.
    """

    issuer: str
    base_url: str
    algorithms: tuple[str, ...]
    keys: tuple[Key, ...] = field(default=(), repr=False)
    key_urls: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    tenants: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Client:
    """A calling system: its name in the records, where it lets us read, how it takes its cards.

    `languages` are those it may be spoken to in, the first where a call asks for none of them; empty: as each call
    asks. `knowledge`, `shadow` and `code_maps` are its own where it has any, else those of the settings.
    """

    name: str
    access: FhirAccess
    audience: Audience
    deadline_seconds: float
    calls_per_minute: int = 0  # 0: any number
    languages: tuple[str, ...] = ()
    identity: Identity | None = None  # None: the sandbox profile's callers, who need none
    code_maps: Path | None = None
    knowledge: str | None = None
    shadow: str | None = None
    cors_origins: frozenset[str] = frozenset()

    def speaking(self, language: str) -> Client:
        """This client with its cards in one language."""
        return replace(self, audience=replace(self.audience, language=language))

    def language(self, accepted: Iterable[str], offered: Collection[str]) -> str:
        """The language of an answer: the best that the call accepts, the client may have and the release has."""
        if not self.languages:
            return language_among(accepted, offered)
        return language_among([language_among([*accepted, self.languages[0]], self.languages)], offered)


def default_audience(settings: Settings) -> Audience:
    """How cards are shown where no client says otherwise."""
    return Audience(
        max_cards=settings.max_cards,
        language=settings.language or ENGLISH,
        order_intent=settings.order_intent,
        public_url=settings.public_url,
    )


def sandbox_client(settings: Settings) -> Client:
    """The one client of the sandbox profile, where callers need no identity."""
    return Client(
        name=RESERVED,
        access=FhirAccess(
            allow_http_loopback=True,
            allowed_bases=settings.fhir_servers,
            open_servers=settings.open_fhir,
            ca_file=settings.ca_file,
            max_pages=settings.max_pages,
        ),
        audience=default_audience(settings),
        deadline_seconds=settings.deadline_seconds,
        calls_per_minute=settings.calls_per_minute,
        languages=(settings.language,) if settings.language else (),
        code_maps=settings.code_maps,
        knowledge=settings.knowledge,
        shadow=settings.shadow,
    )
