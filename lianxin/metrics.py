"""`/metrics`: what the process counted, and what its services' rows say at this moment."""

from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from lianxin.deployment import Deployment
from lianxin.figures import families, gauges_of, read, rules_told
from lianxin.health import Health
from shared.metrics import counted

CONTENT_TYPE = CONTENT_TYPE_LATEST


class Everything:
    """All there is to tell about a process; the rows are counted when they are asked for."""

    def __init__(self, deployment: Deployment, health: Health) -> None:
        self._deployment, self._health = deployment, health

    def collect(self) -> Iterator[Metric]:
        """Give the counters, the rows of each service whose database answers, and whether the process is ready."""
        yield from counted()
        yield GaugeMetricFamily("lianxin_ready", "1: the process is ready.", value=not self._health.reasons())
        services = self._deployment.services
        yield from families({name: rows for name, one in services.items() if (rows := read(one))})
        yield rules_told(services)
        for running in services.values():
            yield from gauges_of(running)

    def text(self) -> bytes:
        """Write it as Prometheus reads it."""
        return generate_latest(self)
