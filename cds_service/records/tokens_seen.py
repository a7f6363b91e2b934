"""Which callers' tokens were used, so that none is used twice: over all processes and hosts of one database."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable

from sqlalchemy import Engine, delete, insert
from sqlalchemy.exc import IntegrityError

from cds_service.errors import NotRecorded
from cds_service.records.database import errors_of, noting
from cds_service.records.tables import TOKENS_SEEN

LOG = logging.getLogger(__name__)
PURGE_SECONDS = 60


class TokensSeen:
    """The tokens whose life has not ended. `now` tells epoch seconds.

    Where the database cannot be written, none can be told from a new one, and `NotRecorded` is raised; unless the
    site wishes to `answer` all the same: then only this process remembers.
    """

    def __init__(self, engine: Engine, if_not_recorded: str = "refuse", now: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._answer_all_the_same = if_not_recorded == "answer"
        self._now = now
        self._problems = errors_of(engine)
        self._purged = 0.0
        self._here: dict[bytes, int] = {}
        self._one_at_a_time = threading.Lock()

    def first_use(self, issuer: str, jti: str, until: int) -> bool:
        """Whether this token was not used before; from now on it was, until `until` (epoch seconds)."""
        name = hashlib.sha256(f"{issuer}\0{jti}".encode(errors="surrogatepass")).digest()
        try:
            self._purge()
            with noting(self._engine) as connection:
                connection.execute(insert(TOKENS_SEEN).values(token=name, until=until))
        except IntegrityError:
            return False
        except self._problems as problem:
            if not self._answer_all_the_same:
                raise NotRecorded(type(problem).__name__) from None
            LOG.error("a token's use could not be stored", extra={"error": type(problem).__name__})
            return self._first_use_here(name, until)
        return not self._answer_all_the_same or self._first_use_here(name, until)

    def _first_use_here(self, name: bytes, until: int) -> bool:
        with self._one_at_a_time:
            if name in self._here:
                return False
            self._here[name] = until
            return True

    def _purge(self) -> None:
        """Forget, now and then, what has expired and would be refused for that."""
        now = self._now()
        if now - self._purged >= PURGE_SECONDS:
            self._purged = now
            with self._one_at_a_time:
                self._here = {known: ends for known, ends in self._here.items() if ends >= now}
            with noting(self._engine) as connection:
                connection.execute(delete(TOKENS_SEEN).where(TOKENS_SEEN.c.until < int(now)))
