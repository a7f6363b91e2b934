"""`/metrics` for Prometheus: how the service stands when it is asked. No label holds anything of a request."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from cds_service.measures import Measures
from cds_service.pinning import Pins
from cds_service.published import Published
from cds_service.records.decision_log import DecisionLog
from cds_service.routes.health import faults
from knowledge import ENGINE_VERSION


class _Standing(Collector):
    """Reads each figure when it is asked for, so all processes of a service tell the same."""

    def __init__(self, pins: Pins, log: DecisionLog, published: Published) -> None:
        self._pins, self._log, self._published = pins, log, published

    def collect(self) -> Iterator[Metric]:
        release = self._pins.last
        said = {"name": release.name, "version": release.version, "digest": release.digest, "engine": ENGINE_VERSION}
        yield InfoMetricFamily("heel_cds_knowledge", "The release in force", value=said)
        yield GaugeMetricFamily(
            "heel_cds_knowledge_faults",
            "What is wrong with the published releases; anything but 0 needs a person, see /readyz",
            value=len(faults(self._pins, self._published)),
        )
        yield GaugeMetricFamily(
            "heel_cds_decision_log_writable", "1 while records can be stored, else 0", value=int(self._log.works())
        )
        yield CounterMetricFamily(
            "heel_cds_unrecorded", "Records that could not be stored since start", value=self._log.unrecorded
        )


def metrics(measures: Measures, pins: Pins, log: DecisionLog, published: Published) -> Blueprint:
    """The route that a Prometheus server reads."""
    routes = Blueprint("metrics", __name__)
    registry = CollectorRegistry()
    registry.register(_Standing(pins, log, published))

    @routes.get("/metrics")
    def scrape() -> Response:
        counted = generate_latest(measures.registry)
        return Response(generate_latest(registry) + counted, content_type=CONTENT_TYPE_LATEST)

    return routes
