"""Which engine made an answer: its version, and the digest of every source line that shapes one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import cards
import knowledge
from cds_service import intake
from knowledge import ENGINE_VERSION

_DECIDING = Path(__file__).with_name("decide.py")


@cache
def engine() -> Mapping[str, str]:
    """`version`, and `digest` as `sha256:` and hex: two services with the same digest run the same code.

    It covers the packages `knowledge` and `cards`, the reading of FHIR, and the function that joins them.
    """
    whole = hashlib.sha256()
    for name, path in _sources():
        whole.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return {"version": ENGINE_VERSION, "digest": f"sha256:{whole.hexdigest()}"}


def _sources() -> Iterator[tuple[str, Path]]:
    for package in (cards, intake, knowledge):
        folder = Path(str(package.__file__)).parent
        for path in sorted(folder.rglob("*.py")):
            yield f"{package.__name__}/{path.relative_to(folder).as_posix()}", path
    yield "cds_service/decide.py", _DECIDING
