"""Who calls, and what that caller may have done and shown."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cards.audience import Audience
from cards.languages import ENGLISH
from cds_service.errors import ConfigurationError
from cds_service.settings import Settings
from cds_service.trust.addresses import FhirAccess


@dataclass(frozen=True, slots=True)
class Client:
    """A calling system: its name in the records, where it lets us read, how it takes its cards."""

    name: str
    access: FhirAccess
    audience: Audience
    deadline_seconds: float
    language: str | None = None  # None: the audience's is replaced by what each call asks for

    def speaking(self, language: str) -> Client:
        """This client with its cards in one language."""
        return replace(self, audience=replace(self.audience, language=language))


def the_client(settings: Settings) -> Client:
    """The one client of the sandbox profile, where callers need no identity.

    Raises `ConfigurationError` in production: there a caller must prove who it is, and this version
    has no means to check that, so it answers nobody.
    """
    if not settings.sandbox:
        raise ConfigurationError(
            "HEEL_CDS_PROFILE: production needs callers that prove who they are, and this version cannot verify "
            "a caller's token; it refuses to start rather than answer anybody. Use the sandbox profile with test data"
        )
    return Client(
        name="sandbox",
        access=FhirAccess(
            allow_http_loopback=True,
            allowed_bases=settings.fhir_servers,
            open_servers=settings.open_fhir,
            max_pages=settings.max_pages,
        ),
        audience=Audience(
            max_cards=settings.max_cards, language=settings.language or ENGLISH, order_intent=settings.order_intent
        ),
        deadline_seconds=settings.deadline_seconds,
        language=settings.language,
    )
