"""Settings, all from environment variables that begin with `HEEL_CDS_`.

Every setting has a default that is safe in its profile. `SETTINGS` is what the README's table and
the error messages are checked against.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from cards.audience import INTENTS, LEAST_CARDS, MOST_CARDS
from cds_service.errors import ConfigurationError
from cds_service.services import SERVICES
from knowledge.index import RELEASES

PREFIX = "HEEL_CDS_"
SETTINGS = MappingProxyType(
    {
        "PROFILE": "sandbox (no caller identity, http FHIR servers on loopback) or production (callers by CLIENTS)",
        "CLIENTS": "YAML file that names who may call, and how each is treated; needed in production",
        "HOME": "folder for the database and samples",
        "DATABASE_URL": "SQLAlchemy URL of the decision log; an SQLite file under HOME by default",
        "IF_NOT_RECORDED": "refuse (a decision that cannot be recorded gives no card, the default) or answer",
        "LOG_KEY": "PEM file with the Ed25519 key that signs checkpoints of the log; needed in production",
        "CHECKPOINTS": "file or https URL of the hospital's own that is sent each checkpoint; none by default",
        "CHECKPOINT_RECORDS": "records after which the next checkpoint is due",
        "CHECKPOINT_MINUTES": "minutes after which the next checkpoint is due, once there is a new record",
        "KNOWLEDGE": "version of the knowledge to use; the newest active one by default",
        "RELEASES": "folder of the releases; those that come with the package by default",
        "APPROVALS": "file of the keys a site trusts to approve releases and of what they signed; needed in production",
        "SHADOW": "version evaluated beside the one in force, recorded and never shown; none by default",
        "SERVICES": "ids of the services to offer, separated by commas, or none; all by default",
        "CODE_MAPS": "folder with FHIR ConceptMap files for local codes",
        "REQUESTS": "folder in which each request answered is kept (charts!) for replay; none by default",
        "AUDITOR_TOKENS": "file with the digests of the tokens that /decisions asks for (heel-cds audit token)",
        "PSEUDONYM_KEY": "file with the hospital's key for pseudonyms of users, places and patients; none by default",
        "SITE": "name of the place of calls whose encounter names none; kept as a pseudonym",
        "CORS_ORIGINS": "origins of browser clients beside those of CLIENTS, by commas; replaces the sandbox defaults",
        "DEADLINE": "seconds a call may take in all; then the answer is made from what is known",
        "CALLS_PER_MINUTE": "calls a minute of each client on each host; more are refused with 429; 0: any number",
        "MAX_BODY": "bytes of a request body; more is refused with 413",
        "MAX_CARDS": "cards in one answer, 1 to 5",
        "LANGUAGE": "language of all cards, such as es; by default what each call asks for in Accept-Language, or en",
        "ORDER_INTENT": "intent of suggested orders: proposal, plan or order",
        "FHIR_SERVERS": "base URLs of FHIR servers the sandbox profile may call, by commas; any on https by default",
        "OPEN_FHIR": "yes: call FHIR servers without a token too (sandbox profile only)",
        "CA_FILE": "PEM file of the hospital's own certificate authorities, trusted beside the public ones",
        "MAX_PAGES": "pages of one FHIR search that are followed",
        "PUBLIC_URL": "https address under which this service's /knowledge pages can be read; cards then lead there",
        "LOG_LEVEL": "debug, info, warning or error",
    }
)
PROFILES = ("sandbox", "production")
IF_NOT_RECORDED = ("refuse", "answer")
LEVELS = ("debug", "info", "warning", "error")
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
SANDBOX_ORIGINS = ("https://sandbox.cds-hooks.org",)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one running service."""

    profile: str
    home: Path
    database_url: str
    clients: Path | None = None
    if_not_recorded: str = "refuse"
    log_key: Path | None = None
    checkpoints: str | None = None  # a file's path or a URL
    checkpoint_records: int = 1000
    checkpoint_minutes: int = 60
    knowledge: str | None = None
    releases: Path = RELEASES
    approvals: Path | None = None  # None: the file beside the releases
    shadow: str | None = None
    services: frozenset[str] | None = None  # ids offered; None: all
    code_maps: Path | None = None
    requests: Path | None = None  # a folder for the requests answered, to make decisions again
    auditor_tokens: Path | None = None
    pseudonym_key: Path | None = None
    site: str | None = None
    cors_origins: frozenset[str] = frozenset()
    cors_loopback: bool = False  # any port of http://localhost and http://127.0.0.1
    deadline_seconds: float = 2.0
    calls_per_minute: int = 30_000
    max_body_bytes: int = 10 * 1024 * 1024
    max_cards: int = 3
    language: str | None = None  # None: as each call asks
    order_intent: str = "proposal"
    fhir_servers: tuple[str, ...] = ()
    open_fhir: bool = False
    ca_file: Path | None = None
    max_pages: int = 50
    public_url: str | None = None  # without a slash at the end
    log_level: str = "info"
    unknown: tuple[str, ...] = ()  # HEEL_CDS_ variables that are no setting, each with the likely one

    @property
    def sandbox(self) -> bool:
        return self.profile == "sandbox"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read the settings. Raises `ConfigurationError` naming the variable, what was found and expected."""
        read = _Reader(env)
        profile = read.choice("PROFILE", PROFILES, "sandbox")
        home = Path(read.text("HOME") or _default_home(env)).expanduser()
        origins = read.members("CORS_ORIGINS")
        sandbox = profile == "sandbox"
        return cls(
            profile=profile,
            home=home,
            database_url=read.text("DATABASE_URL") or f"sqlite:///{home / 'heel-cds.db'}",
            if_not_recorded=read.choice("IF_NOT_RECORDED", IF_NOT_RECORDED, "refuse"),
            clients=read.path("CLIENTS"),
            log_key=read.path("LOG_KEY"),
            checkpoints=_place(read.text("CHECKPOINTS"), sandbox),
            checkpoint_records=read.whole("CHECKPOINT_RECORDS", 1000, least=1, most=1_000_000),
            checkpoint_minutes=read.whole("CHECKPOINT_MINUTES", 60, least=1, most=10_080),
            knowledge=read.text("KNOWLEDGE"),
            releases=releases_in(env),
            approvals=Path(path).expanduser() if (path := read.text("APPROVALS")) else None,
            shadow=read.text("SHADOW"),
            services=_services(read.members("SERVICES")),
            code_maps=read.folder("CODE_MAPS"),
            requests=read.folder("REQUESTS"),
            auditor_tokens=Path(file).expanduser() if (file := read.text("AUDITOR_TOKENS")) else None,
            pseudonym_key=Path(pseudonym).expanduser() if (pseudonym := read.text("PSEUDONYM_KEY")) else None,
            site=read.text("SITE"),
            cors_origins=frozenset(_origin(o) for o in origins or (SANDBOX_ORIGINS if sandbox else ())),
            cors_loopback=sandbox and not origins,
            deadline_seconds=read.number("DEADLINE", 2.0, least=0.05, most=30),
            calls_per_minute=read.whole("CALLS_PER_MINUTE", 30_000, least=0, most=1_000_000),
            max_body_bytes=read.whole("MAX_BODY", 10 * 1024 * 1024, least=1024, most=2**30),
            max_cards=read.whole("MAX_CARDS", 3, least=LEAST_CARDS, most=MOST_CARDS),
            language=read.language("LANGUAGE"),
            order_intent=read.choice("ORDER_INTENT", INTENTS, "proposal"),
            fhir_servers=tuple(_base(url) for url in read.members("FHIR_SERVERS")),
            open_fhir=read.choice("OPEN_FHIR", ("yes", "no"), "no") == "yes",
            ca_file=read.path("CA_FILE"),
            public_url=_public(read.text("PUBLIC_URL")),
            max_pages=read.whole("MAX_PAGES", 50, least=1, most=1000),
            log_level=read.choice("LOG_LEVEL", LEVELS, "info"),
            unknown=_unknown(env),
        )


def releases_in(env: Mapping[str, str]) -> Path:
    """The folder of the releases. Raises `ConfigurationError` where the setting names none."""
    return _Reader(env).folder("RELEASES") or RELEASES


def _default_home(env: Mapping[str, str]) -> str:
    return f"{env.get('XDG_DATA_HOME') or '~/.local/share'}/heel-cds"


def _unknown(env: Mapping[str, str]) -> tuple[str, ...]:
    strange = sorted(name for name in env if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in SETTINGS)
    return tuple(f"{name}: no such setting{_likely(name.removeprefix(PREFIX))}" for name in strange)


def _likely(name: str) -> str:
    close = difflib.get_close_matches(name, SETTINGS, n=1)
    return f"; did you mean {PREFIX}{close[0]}?" if close else ""


def _services(named: tuple[str, ...]) -> frozenset[str] | None:
    if named in ((), ("none",)):
        return frozenset() if named else None
    known = {service.id for service in SERVICES}
    if strange := sorted(set(named) - known):
        raise ConfigurationError(f"{PREFIX}SERVICES: found {strange}, expected ids out of {sorted(known)}, or none")
    return frozenset(named)


def _base(url: str) -> str:
    scheme, _, rest = url.partition("://")
    if scheme not in ("http", "https") or not rest or any(mark in rest for mark in "@?#*"):
        raise ConfigurationError(
            f"{PREFIX}FHIR_SERVERS: found {url!r}, expected base URLs such as https://ehr.example.org/fhir/R4"
        )
    return url


def _public(url: str | None) -> str | None:
    """An https URL without a query, a fragment or a user, and without the slash at its end."""
    scheme, _, rest = (url or "https://x").partition("://")
    if scheme != "https" or not re.fullmatch(r"[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~/-]*)?", rest):
        raise ConfigurationError(
            f"{PREFIX}PUBLIC_URL: found a URL that is not a plain https address; expected one such as "
            "https://cds.example.org/heel, without user, query or fragment"
        )
    return url.rstrip("/") if url else None


def _place(text: str | None, sandbox: bool) -> str | None:
    """Where checkpoints go: a path, an https URL, or in the sandbox profile http on this machine."""
    scheme, mark, rest = (text or "").partition("://")
    loopback = sandbox and scheme == "http" and rest.split("/")[0].split(":")[0] in ("localhost", "127.0.0.1")
    if mark and (scheme != "https" or not rest or "@" in rest) and not loopback:
        raise ConfigurationError(
            f"{PREFIX}CHECKPOINTS: found a URL that is not https, or that holds a name or password; expected a file, "
            "or a URL such as https://audit.example.org/heel-cds"
        )
    return text


def _origin(text: str) -> str:
    scheme, _, rest = text.rstrip("/").partition("://")
    if scheme not in ("http", "https") or not rest or "/" in rest or "*" in rest:
        raise ConfigurationError(
            f"{PREFIX}CORS_ORIGINS: {text!r} is not an origin; expected scheme://host[:port], such as "
            "https://ehr.example.org, and never a wildcard"
        )
    return f"{scheme}://{rest.lower()}"


class _Reader:
    """Reads one variable at a time; an empty one counts as not set."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env

    def text(self, name: str) -> str | None:
        return self._env.get(PREFIX + name, "").strip() or None

    def members(self, name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in (self.text(name) or "").split(",") if part.strip())

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        found = (self.text(name) or default).lower()
        if found not in allowed:
            raise ConfigurationError(f"{PREFIX}{name}: found {found!r}, expected one of {', '.join(allowed)}")
        return found

    def number(self, name: str, default: float, *, least: float, most: float) -> float:
        found = self.text(name)
        try:
            value = default if found is None else float(found)
        except ValueError:
            value = math.nan
        if not least <= value <= most:
            raise ConfigurationError(f"{PREFIX}{name}: found {found!r}, expected a number from {least:g} to {most:g}")
        return value

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        found = self.text(name)
        value = default if found is None else int(found) if found.isdecimal() else -1
        if not least <= value <= most:
            raise ConfigurationError(f"{PREFIX}{name}: found {found!r}, expected a whole number from {least} to {most}")
        return value

    def language(self, name: str) -> str | None:
        found = self.text(name)
        if found is not None and not LANGUAGE_TAG.fullmatch(found):
            raise ConfigurationError(f"{PREFIX}{name}: found {found!r}, expected a language tag such as es or es-MX")
        return found

    def path(self, name: str) -> Path | None:
        """The path of a file; whoever needs the file looks whether it is there."""
        return Path(found).expanduser() if (found := self.text(name)) else None

    def folder(self, name: str) -> Path | None:
        found = self.text(name)
        if found is None:
            return None
        if not Path(found).is_dir():
            raise ConfigurationError(f"{PREFIX}{name}: {found!r} is not a folder; expected one that can be read")
        return Path(found)
