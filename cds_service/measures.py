"""What a running service counts for Prometheus: stages, cards, what was withheld or refused, faults upstream.

Labels are names of ours alone: services, stages, topics, reasons, statuses. Several processes of one service count
into files of the folder that `PROMETHEUS_MULTIPROC_DIR` names (see `counted`), so that each tells of all.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

from cards.naming import EXTENSION
from cds_service.counted import FOLDER

_BUCKETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)


class Measures:
    """The counters of one application, and the registry they are read from."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        among = None if FOLDER in os.environ else self.registry
        if among is None:
            MultiProcessCollector(self.registry)  # type: ignore[no-untyped-call]
        stages = Histogram(
            "heel_cds_stage_seconds", "Time a call spent in each stage", ("stage",), registry=among, buckets=_BUCKETS
        )
        self._stages = stages
        self._calls = Histogram(
            "heel_cds_call_seconds",
            "Time of a whole call that was answered",
            ("service",),
            registry=among,
            buckets=_BUCKETS,
        )
        self._cards = Counter("heel_cds_recommendations", "Recommendations shown on cards", ("topic",), registry=among)
        self._indicators = Counter("heel_cds_cards", "Cards shown", ("indicator",), registry=among)
        self._silent = Counter("heel_cds_silent", "Calls answered without a card", ("service",), registry=among)
        self._withheld = Counter(
            "heel_cds_withheld", "Recommendations that were due and held back", ("reason",), registry=among
        )
        self._refused = Counter("heel_cds_refused", "Requests that were refused", ("status", "reason"), registry=among)
        self._upstream = Counter(
            "heel_cds_upstream_faults", "FHIR queries not answered in full", ("cause",), registry=among
        )

    def watch(self) -> Watch:
        """A stopwatch for one call, running."""
        return Watch(self)

    def stage(self, name: str, seconds: float) -> None:
        """A call spent so long in a stage."""
        self._stages.labels(name).observe(seconds)

    def faults(self, causes: Iterable[str]) -> None:
        """FHIR queries that ended for these causes, words of ours."""
        for cause in causes:
            # What a server sends as its status is not a word of ours.
            self._upstream.labels(f"{cause[:8]}xx" if cause.startswith("status ") else cause).inc()

    def answered(self, service: str, seconds: float, response: Mapping[str, Any]) -> None:
        """A call was answered so."""
        ours = response["extension"][EXTENSION]
        self._calls.labels(service).observe(seconds)
        for card in response["cards"]:
            self._indicators.labels(card["indicator"]).inc()
        for topic in ours.get("recommendations", ()):
            self._cards.labels(topic).inc()
        for held in ours.get("withheld", ()):
            self._withheld.labels(held["reason"]).inc()
        if not response["cards"]:
            self._silent.labels(service).inc()

    def refused(self, status: int, reason: str) -> None:
        """A request was refused: its HTTP status and the code of the issue."""
        self._refused.labels(str(status), reason).inc()


class Watch:
    """Tells the stages of one call apart: each lap is the time since the one before."""

    __slots__ = ("_began", "_last", "_measures")

    def __init__(self, measures: Measures) -> None:
        self._measures = measures
        self._began = self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        """The stage that ends now."""
        now = time.perf_counter()
        self._measures.stage(stage, now - self._last)
        self._last = now

    def faults(self, causes: Iterable[str]) -> None:
        """FHIR queries of this call that were not answered in full."""
        self._measures.faults(causes)

    def answered(self, service: str, response: Mapping[str, Any]) -> None:
        """The call is answered so."""
        self._measures.answered(service, time.perf_counter() - self._began, response)
