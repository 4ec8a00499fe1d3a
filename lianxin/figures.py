"""Every service's figures at this moment: rows read beside it or at its /metrics, queues asked of carrier or broker."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from urllib.request import urlopen

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from shared.bus.carrier import Carrier, Queue
from shared.bus.management import Management
from shared.errors import StartError
from shared.ids import moment_of
from shared.journal.tables import LeafRow, UnsentRow, WaitingRow
from shared.kit.figures import HALVES, WAITING, Figures, Rows
from shared.kit.pause import paused
from shared.kit.running import Running
from shared.kit.session import Session

PATIENCE = 2.0  # seconds for a service to answer; all are asked at the same time
SHELVES = ("unrouted", "dead")

Values = dict[tuple[str, ...], float]  # by the values of a family's labels


@dataclass(frozen=True)
class Look:
    """Looks at all services of a county, called each time anew.

    `beside` run in this process or have their databases within its reach; `address` gives where another one answers.
    """

    services: Sequence[str]
    beside: Mapping[str, Running]
    carrier: Carrier
    broker: Management | None
    address: Callable[[str], str] = "http://{}:8000/metrics".format

    def __call__(self) -> list[Figures]:
        """Give each service's figures, in the county's order.

        Rows first: a fact that goes from a row into a queue meanwhile is counted twice rather than not at all.
        """
        rows = {name: read(one) for name, one in self.beside.items()}
        if others := [name for name in self.services if name not in rows]:
            with ThreadPoolExecutor(len(others)) as asking:
                rows.update(zip(others, asking.map(self._ask, others), strict=True))
        queues = self.queues()
        return [Figures(name, queues.get(name, Queue()), rows[name]) for name in self.services]

    def queues(self) -> dict[str, Queue]:
        """Give each service's queue and, of a broker, its shelves; nothing where the broker can't be asked."""
        if self.broker is None:
            return {name: self.carrier.queue(name) for name in self.beside}
        try:
            found = self.broker.queues()
        except StartError:
            return {}
        return {name: found.get(f"q.{name}", Queue()) for name in (*self.services, *SHELVES)}

    def _ask(self, service: str) -> Rows | None:
        try:
            with urlopen(self.address(service), timeout=PATIENCE) as answer:  # noqa: S310 - an address of ours
                return rows_in(answer.read().decode()).get(service)
        except (OSError, HTTPException, ValueError, KeyError):
            return None


def read(running: Running) -> Rows | None:
    """Count a service's rows; None where its database can't be asked, which readiness names."""
    try:
        with running.reading() as session:
            return _count(session)
    except SQLAlchemyError:
        return None


def _count(session: Session) -> Rows:
    told = func.min(UnsentRow.id).filter(UnsentRow.again.is_(None))  # what a replay put back is as old as the replay
    waits = select(func.count(), told, func.min(UnsentRow.again)).where(UnsentRow.send)
    unsent, first, again = session.execute(waits).one()
    since = [moment for moment in (moment_of(first) if first else None, again) if moment]
    kinds = select(WaitingRow.status, func.count(), func.min(WaitingRow.since)).group_by(WaitingRow.status)
    found = {status: (count, since) for status, count, since in session.execute(kinds)}
    return Rows(
        told=session.scalar(select(func.max(LeafRow.number))) or 0,
        unsent=unsent,
        oldest_unsent=_age(session, min(since, default=None)),
        waiting={status: found.get(status, (0, None))[0] for status in WAITING},
        oldest_waiting={status: _age(session, found.get(status, (0, None))[1]) for status in WAITING},
        paused=tuple(one.what for one in paused(session)),
    )


def _age(session: Session, since: datetime | None) -> float:
    return max(0.0, (session.now - since).total_seconds()) if since else 0.0


def families(rows: Mapping[str, Rows]) -> Iterator[Metric]:
    """Draw the rows of services as gauges, for /metrics."""
    yield _family("lianxin_told_facts", "Facts that were numbered since the beginning.", _each(rows, "told"))
    yield _family("lianxin_unsent_facts", "Facts that are not safe at the broker yet.", _each(rows, "unsent"))
    yield _family("lianxin_oldest_unsent_seconds", "Age of the oldest of these.", _each(rows, "oldest_unsent"))
    yield _family("lianxin_waiting_facts", "Facts that wait as rows.", _each_kind(rows, "waiting"), "status")
    yield _family("lianxin_oldest_waiting_seconds", "Age of the oldest.", _each_kind(rows, "oldest_waiting"), "status")
    halves: Values = {(name, half): float(half in one.paused) for name, one in rows.items() for half in HALVES}
    yield _family("lianxin_paused", "1: a person stopped this half of the worker.", halves, "half")


def rules_told(services: Mapping[str, Running]) -> Metric:
    """Draw by which rules of the law each service counts, for /metrics: two numbers are two sets of packs."""
    digests: Values = {(name,): float(one.here.rules.digest) for name, one in services.items()}
    return _family("lianxin_rules", "A digest of the law's rules that it was started with.", digests)


def gauges_of(running: Running) -> Iterator[Metric]:
    """Draw the figures of a service's own, for /metrics; none where its database can't be asked."""
    try:
        with running.reading() as session:
            found = [one for ask in running.service.gauges for one in ask(session)]
    except SQLAlchemyError:
        return
    yield from (_family(one.name, one.means, {(running.name,): one.value}) for one in found)


def _each(rows: Mapping[str, Rows], field: str) -> Values:
    return {(name,): getattr(one, field) for name, one in rows.items()}


def _each_kind(rows: Mapping[str, Rows], field: str) -> Values:
    return {(name, kind): value for name, one in rows.items() for kind, value in getattr(one, field).items()}


def _family(name: str, means: str, values: Values, *labels: str) -> Metric:
    family = GaugeMetricFamily(name, means, labels=["service", *labels])
    for key, value in values.items():
        family.add_metric(list(key), value)
    return family


def rows_in(text: str) -> dict[str, Rows]:
    """Read back the rows of each service that `families` drew. Raises `ValueError` or `KeyError` for another page."""
    found: dict[str, Values] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            kind = (value for label, value in sample.labels.items() if label != "service")
            found.setdefault(sample.labels.get("service", ""), {})[family.name, *kind] = sample.value
    return {service: _read_back(one) for service, one in found.items() if ("lianxin_told_facts",) in one}


def _read_back(values: Values) -> Rows:
    return Rows(
        told=int(values["lianxin_told_facts",]),
        unsent=int(values["lianxin_unsent_facts",]),
        oldest_unsent=values["lianxin_oldest_unsent_seconds",],
        waiting={status: int(values["lianxin_waiting_facts", status]) for status in WAITING},
        oldest_waiting={status: values["lianxin_oldest_waiting_seconds", status] for status in WAITING},
        paused=tuple(half for half in HALVES if values["lianxin_paused", half]),
    )
