"""Where we may call: FHIR servers, whose address comes with the request and is not to be trusted, and key sets."""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
SocketAddress = tuple[socket.AddressFamily, tuple[Any, ...]]
_PLAIN = re.compile(r"[\x21-\x7e]+")
_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port of a URL."""

    scheme: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class FhirAccess:
    """What a client's requests may make us call.

    Nothing where `call_back` is false. `allowed_bases` limits it to these base URLs, whose addresses may then be
    private ones; without any, each public https server will do. `allow_http_loopback` adds http servers on this
    machine. `open_servers` lets servers be called without a token. `client_ids` are those under which this service
    is registered there; without any, a token for whomever will do. `ca_file` holds certificate authorities that are
    trusted beside the public ones. The rest bounds one call, in pages of one search, bytes of one answer and of all,
    and connections at a time.
    """

    call_back: bool = True
    allow_http_loopback: bool = False
    allowed_bases: tuple[str, ...] = ()
    open_servers: bool = False
    client_ids: frozenset[str] = frozenset()
    ca_file: Path | None = None
    max_pages: int = 50
    max_page_bytes: int = 10 * 1024 * 1024
    max_total_bytes: int = 40 * 1024 * 1024
    max_medications: int = 10
    connections: int = 4

    def refusal(self, base: str) -> str | None:
        """Why this base URL may not be called, as far as its text tells; `None` when it may."""
        if not self.call_back:
            return "reading by FHIR is switched off for this client"
        url = _parsed(base)
        if url is None or url.auth or url.query or url.fragment or origin(base) is None:
            return "it is no plain http or https URL"
        if self.allowed_bases and not self._listed(base):
            return "it is not one of those listed (base_urls of the client, or HEEL_CDS_FHIR_SERVERS)"
        if url.scheme == "http" and not (self.allow_http_loopback and _names_loopback(url.host or "")):
            return "it is not https"
        return None

    def addresses(self, base: str) -> list[SocketAddress]:
        """Where the host of a permitted base URL is, resolved now. Raises `OSError` when it may not be reached."""
        return addresses_of(base, listed=self._listed(base), loopback=self.allow_http_loopback)

    def _listed(self, base: str) -> bool:
        return _plain(base) in {_plain(allowed) for allowed in self.allowed_bases}


def addresses_of(url: str, *, listed: bool, loopback: bool) -> list[SocketAddress]:
    """Where the host of a URL is, resolved now; a listed URL may be at a private address.

    Raises `OSError` when it may not be reached.
    """
    found = origin(url)
    if found is None:
        raise OSError("no host")
    resolved = socket.getaddrinfo(found.host, found.port, type=socket.SOCK_STREAM)
    # All must be fit, or the choice between them would be the attacker's.
    if not all(_fit(_address(where[4][0]), found.scheme, listed, loopback) for where in resolved):
        raise OSError("address not allowed")
    return [(where[0], where[4]) for where in resolved]


def _fit(address: Address, scheme: str, listed: bool, loopback: bool) -> bool:
    if address.is_loopback:
        return listed or loopback
    if scheme == "http" or address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    return address.is_global or (listed and address.is_private)


def origin(url: str) -> Origin | None:
    """The origin of a URL, its port made plain; `None` for what is no plain http or https URL."""
    parsed = _parsed(url)
    if parsed is None or parsed.auth or parsed.scheme not in _PORTS or not parsed.host:
        return None
    return Origin(parsed.scheme, parsed.host.strip("[]").rstrip("."), parsed.port or _PORTS[parsed.scheme])


def _parsed(url: str) -> Url | None:
    """The URL as the HTTP library will read it, so that no two readers can differ on its host."""
    if not _PLAIN.fullmatch(url) or "\\" in url:
        return None
    try:
        return parse_url(url)
    except LocationParseError:
        return None


def _plain(base: str) -> str:
    return str(_parsed(base) or base).rstrip("/")


def _names_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _address(text: str | int) -> Address:
    """The address that is really meant: one IPv4 address can be written within an IPv6 one."""
    address = ipaddress.ip_address(str(text).partition("%")[0])
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address
