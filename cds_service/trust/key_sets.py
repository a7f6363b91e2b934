"""Key sets of callers, fetched from the URLs that the clients file allows, and held for a while.

An unknown key id makes the set be read anew, since clients change their keys; but not again at once, or forged ids
would make us call the client's server as often as anybody likes.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import requests
from urllib3.exceptions import HTTPError

from cds_service.errors import NotTrusted, Upstream
from cds_service.trust.addresses import addresses_of
from cds_service.trust.connections import Gate, gated_session
from cds_service.trust.json_web_keys import Key, Unfit, fit_keys

LOG = logging.getLogger(__name__)
FRESH = 600.0  # seconds after which a set is read anew
LASTING = 3600.0  # seconds for which a set still serves where it cannot be read anew
PAUSE = 30.0  # seconds until a set is asked for again, after a failure or an unknown key id
SECONDS = 3.0  # that one fetch may take
MOST_BYTES = 256 * 1024
_CHUNK = 16 * 1024


@dataclass(frozen=True, slots=True)
class Fetching:
    """How key sets may be fetched: http on this machine, more authorities, keys with a published private half."""

    allow_http_loopback: bool = False
    ca_file: Path | None = None
    published_too: bool = False

    def __call__(self, url: str) -> tuple[Key, ...]:
        """The keys at a URL of the clients file. Raises `Upstream`."""
        gate = Gate(lambda: addresses_of(url, listed=True, loopback=self.allow_http_loopback))
        cut = threading.Timer(SECONDS, gate.shut)
        cut.daemon = True
        cut.start()
        try:
            with gated_session(gate, 1, self.ca_file) as session:
                return fit_keys(msgspec.json.decode(_body(session, url)), published_too=self.published_too)
        except (requests.RequestException, HTTPError, OSError):
            raise Upstream("unreachable") from None
        except (msgspec.DecodeError, RecursionError, Unfit):
            raise Upstream("no JWK Set") from None
        finally:
            cut.cancel()


def _body(session: requests.Session, url: str) -> bytes:
    headers = {"Accept": "application/jwk-set+json, application/json", "User-Agent": "heel-pain-cds"}
    with session.get(url, headers=headers, timeout=SECONDS, stream=True, allow_redirects=False) as answer:
        if answer.status_code != 200:
            raise Upstream(f"status {answer.status_code}")
        body = bytearray()
        for chunk in answer.iter_content(_CHUNK):
            body += chunk
            if len(body) > MOST_BYTES:
                raise Upstream("too large")
        return bytes(body)


@dataclass(frozen=True, slots=True)
class _Held:
    keys: tuple[Key, ...]
    since: float


class KeySets:
    """The fetched sets of one process. `fetch` gets one by its URL or raises `Upstream`; `clock` tells seconds."""

    def __init__(self, fetch: Callable[[str], tuple[Key, ...]], clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._held: dict[str, _Held] = {}
        self._not_before: dict[str, float] = {}
        self._one_at_a_time = threading.Lock()

    def keys(self, url: str, kid: str) -> tuple[Key, ...]:
        """The keys with this id in the set at a URL. Raises `NotTrusted` where the set cannot be had at all."""
        with self._one_at_a_time:
            now = self._clock()
            held = self._read_if_due(url, kid, now)
        if held is None or now - held.since > LASTING:
            raise NotTrusted("keys-unreachable")
        return tuple(key for key in held.keys if key.kid == kid)

    def _read_if_due(self, url: str, kid: str, now: float) -> _Held | None:
        held = self._held.get(url)
        fresh = held is not None and now - held.since <= FRESH
        known = held is not None and any(key.kid == kid for key in held.keys)
        if (fresh and known) or now < self._not_before.get(url, now):
            return held
        try:
            self._held[url] = _Held(self._fetch(url), now)
        except Upstream as problem:
            LOG.error("a caller's key set could not be read", extra={"cause": problem.cause})
            self._not_before[url] = now + PAUSE
        if fresh:  # so that it was read for the sake of an unknown id
            self._not_before[url] = now + PAUSE
        return self._held.get(url)
