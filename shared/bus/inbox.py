"""The inbox: facts applied at least once delivered, effects once, in order per (source, subject).

One rule of order: `last + 1` is applied, older is skipped, newer is held as a row until the gap fills.
A batch shares one transaction, mark and effects together; on any error it is rolled back and done one by one,
and what fails then becomes a row: retried with back-off, at last parked. Nothing is ever put back on the queue.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from structlog import get_logger

from shared.bus.apply import Gate
from shared.bus.carrier import KEY_CONTENT_TYPE, CarrierDown, Consumer, Delivery
from shared.bus.waiting import due, failed, settle
from shared.errors import NotYet, Refusal
from shared.facts.base import CONTENT_TYPE, Envelope
from shared.kit.own import receive_keys
from shared.kit.running import Running

BATCH = 50

log = get_logger()


@dataclass(frozen=True)
class Arrived:
    """A delivery that could be read: a fact, or a sealed case key."""

    delivery: Delivery
    fact: Envelope | None = None
    key: bytes | None = None


class Inbox:
    """Receives one service's facts. Owned by one thread."""

    def __init__(self, running: Running, consumer: Consumer) -> None:
        self._running = running
        self._consumer = consumer

    def step(self, now: datetime) -> int:
        """Run rows that are due, then take what arrived; gives how much it did."""
        did = self._run_due(now)
        try:
            deliveries = self._consumer.receive(BATCH)
        except CarrierDown as down:
            log.warning("carrier-down", reason=str(down))
            return did
        arrived = [item for delivery in deliveries if (item := self._read(delivery)) is not None]
        if arrived:
            self._take(arrived, now)
            self._consumer.done([item.delivery for item in arrived])
        return did + len(deliveries)

    def _read(self, delivery: Delivery) -> Arrived | None:
        """Decode a delivery; what can't be decoded goes to the dead letters, the only thing that ever does."""
        try:
            if delivery.content_type == KEY_CONTENT_TYPE:
                return Arrived(delivery, key=delivery.body)
            if delivery.content_type != CONTENT_TYPE:
                raise ValueError(f"content type {delivery.content_type!r}")  # noqa: TRY301 - one way out
            envelope = Envelope.from_bytes(delivery.body)
            if delivery.user is not None and delivery.user != envelope.service:
                raise ValueError("published by another than its source")  # noqa: TRY301 - one way out
        except Exception as error:  # noqa: BLE001 - anybody may put any bytes on a queue
            log.error("undecodable", error=type(error).__name__, size=len(delivery.body))  # noqa: TRY400 - no bytes in logs
            self._consumer.reject(delivery)
            return None
        return Arrived(delivery, fact=envelope)

    def _take(self, arrived: Sequence[Arrived], now: datetime) -> None:
        if len(arrived) > 1 and not any(item.delivery.redelivered for item in arrived):
            try:
                self._together(arrived, now)
            except Exception as error:  # noqa: BLE001 - each is done again alone, where its own error is kept
                log.info("batch-apart", error=type(error).__name__, size=len(arrived))
            else:
                return
        for item in arrived:
            self._alone(item, now)

    def _together(self, arrived: Sequence[Arrived], now: datetime) -> None:
        with self._running.transaction(now) as session:
            receive_keys(session, [item.key for item in arrived if item.key is not None])
            facts = [item.fact for item in arrived if item.fact is not None]
            Gate(session, self._running.service, facts).pass_all(facts)

    def _alone(self, item: Arrived, now: datetime) -> None:
        try:
            self._together([item], now)
        except Exception as error:
            if item.fact is None:
                log.exception("key-refused")
                return
            self._keep(item.fact, error, now)

    def _keep(self, fact: Envelope, error: Exception, now: datetime) -> None:
        _report(fact, error)
        with self._running.transaction(now) as session:
            failed(session, fact, error)

    def _run_due(self, now: datetime) -> int:
        """Try again what waits: each alone, in order."""
        with self._running.reading(now) as session:
            facts = due(session, now)
        for fact in facts:
            try:
                with self._running.transaction(now) as session:
                    settle(session, self._running.service, fact)
            except Exception as error:  # noqa: BLE001 - becomes the row's next try
                self._keep(fact, error, now)
        return len(facts)


def _report(fact: Envelope, error: Exception) -> None:
    """Say what failed, without a word of content: type and ids only."""
    expected = isinstance(error, NotYet | Refusal)
    report = log.info if expected else log.exception
    report("fact-waits", fact=fact.id, type=fact.type, error=type(error).__name__)
