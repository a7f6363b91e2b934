"""The request a decision was made on, in the one form that is committed to and that a replay takes.

Where everything came with the call it is the call as it was sent, less its access token. Where something was
read by FHIR call-back, that stands in the request's extension under `gathered`, since no later read of the
server would bring back the same.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from cards.naming import EXTENSION
from cds_service.errors import HeelCdsError, NotRecorded
from cds_service.intake.gather import Gathered
from cds_service.records.commitment import AS_GATHERED, AS_SENT, committed, digest_of_salt, without_token
from knowledge.chart import Kind

_GATHERED = "gathered"


@dataclass(frozen=True, slots=True)
class Retained:
    """A request as bytes, and by which algorithm it is committed to."""

    algorithm: str
    request: bytes

    def commitment(self, salt: str, answer: bytes) -> dict[str, str]:
        """Keyed hashes of the request and of the answer it was given, and the digest of their key."""
        return {
            "algorithm": self.algorithm,
            "request": committed(salt, self.request),
            "answer": committed(salt, answer),
            "salt": digest_of_salt(salt),
        }


def retained(body: bytes, gathered: Gathered) -> Retained:
    """What must be kept of a call to make its decision again."""
    if not gathered.called_back:
        return Retained(AS_SENT, without_token(body))
    request = msgspec.json.decode(body)
    request.pop("fhirAuthorization", None)
    extension = request["extension"] if isinstance(request.get("extension"), dict) else {}
    found = {
        "resources": gathered.resources,
        "obtained": sorted(kind.value for kind in gathered.obtained),
        "unread": gathered.unread,
        "incomplete": gathered.incomplete,
    }
    whole = {**request, "extension": {**extension, EXTENSION: {_GATHERED: found}}}
    return Retained(AS_GATHERED, msgspec.json.encode(whole, order="sorted"))


def gathered_of(request: Mapping[str, Any]) -> Gathered:
    """What a request retained after call-backs holds. Raises `LookupError` or `TypeError` for any other."""
    found = request["extension"][EXTENSION][_GATHERED]
    return Gathered(
        resources=tuple(found["resources"]),
        obtained=frozenset(Kind(kind) for kind in found["obtained"]),
        unread=found["unread"],
        incomplete=found["incomplete"],
        called_back=True,
    )


class RequestStore:
    """A folder of the hospital's in which requests are kept: charts, so it is off unless somebody sets it up.

    One file a decision, named by its id, readable by its owner alone.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, decision_id: str, request: bytes) -> None:
        """Store one request for good, or nothing of it. Raises `NotRecorded` when it cannot be stored."""
        try:
            handle = os.open(self._file(decision_id), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as problem:
            raise NotRecorded(f"request: {type(problem).__name__}") from None
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(request)
                file.flush()
                os.fsync(file.fileno())
        except OSError as problem:
            with suppress(HeelCdsError):
                self.remove(decision_id)
            raise NotRecorded(f"request: {type(problem).__name__}") from None

    def remove(self, decision_id: str) -> bool:
        """Remove the request of a decision for good; False where none is kept. Raises `HeelCdsError`."""
        try:
            self._file(decision_id).unlink()
            self._wait_for_the_disk()
        except FileNotFoundError:
            return False
        except OSError as problem:
            raise HeelCdsError(
                f"{self._file(decision_id)}: the request cannot be removed ({problem.strerror}); nothing else was "
                "erased. Give the right to remove files there, and try again"
            ) from None
        return True

    def _file(self, decision_id: str) -> Path:
        return self._folder / f"{uuid.UUID(decision_id)}.json"  # never a path that leads elsewhere

    def _wait_for_the_disk(self) -> None:
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
