"""Which facts a chart can tell of, so that the others need not be read.

Found out once a release by reading a chart that holds nothing: what a reader looked for there in vain is
all that could have made it say something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import cast

from knowledge.activity import Run
from knowledge.chart import Kind
from knowledge.decision import Fact, Facts
from knowledge.sightings import RUN_DISTANCE, Key, Reader, Sighting, Sightings
from knowledge.truth import Truth

_EVER = datetime(2000, 1, 1, tzinfo=UTC)


class Reading:
    """`silent` is what each reader makes of an empty chart."""

    def __init__(self, readers: Mapping[str, Reader]) -> None:
        self.silent: Facts = {}
        self._always: list[str] = []
        self._waiting: dict[str | Key, list[str]] = {}  # concept or observation code -> the facts that look for it
        for name, read in readers.items():
            empty = _Empty()
            self.silent[name] = Fact(name, Truth.UNKNOWN)
            try:
                self.silent[name] = read(cast(Sightings, empty))
            except Exception:
                # It looks at the chart itself, or breaks: either way it must be tried on each chart.
                self._always.append(name)
            for key in empty.looked_for:
                self._waiting.setdefault(key, []).append(name)

    def concerned(self, sightings: Sightings) -> Iterable[str]:
        """The facts that may be other than silent, each once."""
        found: tuple[str | Key, ...] = (*sightings.by_concept, *sightings.by_code)
        return dict.fromkeys([*self._always, *(name for key in found for name in self._waiting.get(key, ()))])


class _Empty:
    """Sightings of an empty chart that note what was looked for. Whoever asks for the chart itself gets an error."""

    at = _EVER

    def __init__(self) -> None:
        self.looked_for: dict[str | Key, None] = {}

    def of_concept(self, concept: str, _: frozenset[Kind]) -> list[Sighting]:
        self.looked_for[concept] = None
        return []

    def of_codes(self, keys: Iterable[Key]) -> list[Sighting]:
        self.looked_for.update(dict.fromkeys(keys))
        return []

    @property
    def runs(self) -> tuple[Run, ...]:
        self.looked_for[RUN_DISTANCE] = None
        return ()
