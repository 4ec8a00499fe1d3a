"""`/metrics`: what the process counted, and what its services' rows say at this moment."""

from collections.abc import Iterable, Iterator

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from lianxin.deployment import Deployment
from lianxin.health import Health
from shared.kit.figures import WAITING, Rows
from shared.metrics import registry

CONTENT_TYPE = CONTENT_TYPE_LATEST


class Everything:
    """All there is to tell about a process; the rows are counted when they are asked for."""

    def __init__(self, deployment: Deployment, health: Health) -> None:
        self._deployment, self._health = deployment, health

    def collect(self) -> Iterator[Metric]:
        """Give the counters, the rows of each service whose database answers, and whether the process is ready."""
        yield from registry.collect()
        yield GaugeMetricFamily("lianxin_ready", "1: the process is ready.", value=not self._health.reasons())
        yield from families({name: rows for name, one in self._deployment.services.items() if (rows := read(one))})

    def text(self) -> bytes:
        """Write it as Prometheus reads it."""
        return generate_latest(self)


def families(rows: dict[str, Rows]) -> Iterable[Metric]:
    """Draw the rows of services as gauges."""
    told = GaugeMetricFamily("lianxin_told_facts", "Facts that were numbered since the beginning.", labels=["service"])
    unsent = GaugeMetricFamily("lianxin_unsent_facts", "Facts that are not safe at the broker yet.", labels=["service"])
    oldest = GaugeMetricFamily("lianxin_oldest_unsent_seconds", "Age of the oldest of these.", labels=["service"])
    waiting = GaugeMetricFamily("lianxin_waiting_facts", "Facts that wait as rows.", labels=["service", "status"])
    age = GaugeMetricFamily("lianxin_oldest_waiting_seconds", "Age of the oldest.", labels=["service", "status"])
    for service, one in rows.items():
        told.add_metric([service], one.told)
        unsent.add_metric([service], one.unsent)
        oldest.add_metric([service], one.oldest_unsent)
        for status, count in one.waiting.items():
            waiting.add_metric([service, status], count)
            age.add_metric([service, status], one.oldest_waiting[status])
    return told, unsent, oldest, waiting, age


def rows_in(text: str) -> dict[str, Rows]:
    """Read back the rows of each service that `families` drew. Raises `ValueError` for what is no such page."""
    found: dict[str, dict[str, float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            name = " ".join(filter(None, (family.name, sample.labels.get("status"))))
            found.setdefault(sample.labels.get("service", ""), {})[name] = sample.value
    return {service: _rows(one) for service, one in found.items() if "lianxin_told_facts" in one}


def _rows(values: dict[str, float]) -> Rows:
    return Rows(
        told=int(values["lianxin_told_facts"]),
        unsent=int(values["lianxin_unsent_facts"]),
        oldest_unsent=values["lianxin_oldest_unsent_seconds"],
        waiting={status: int(values[f"lianxin_waiting_facts {status}"]) for status in WAITING},
        oldest_waiting={status: values[f"lianxin_oldest_waiting_seconds {status}"] for status in WAITING},
    )
