"""The inbox: facts applied at least once delivered, effects once, in order per (source, subject).

One rule of order: `last + 1` is applied, older is skipped, newer is held as a row until the gap fills.
A batch shares one transaction, mark and effects together; on any error it is rolled back and done in pieces, down to
one by one, and what fails alone becomes a row: retried with back-off, at last parked. Nothing is ever put back on the
queue.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from nacl.exceptions import CryptoError
from structlog import get_logger

from shared.bus.apply import Gate
from shared.bus.carrier import KEY_CONTENT_TYPE, CarrierDown, Consumer, Delivery
from shared.bus.waiting import due_facts, failed, put_by, settle
from shared.errors import NotYet, Refusal
from shared.facts.base import CONTENT_TYPE, Envelope
from shared.failpoints import failpoint
from shared.kit.due import Due
from shared.kit.own import KEEPER, history_ends, receive_keys
from shared.kit.running import Running
from shared.kit.session import Session
from shared.log import story
from shared.metrics import BATCHES, LAG, PARKED, RETRIES, UNDECODABLE

BATCH, LEAST_BATCH = 400, 100  # deliveries of one transaction: at most, and at first or where it is slow
LONGEST = timedelta(seconds=0.2)  # of a transaction of more: doors may wait for the rows that it has locked
PIECES = 20  # of a batch that failed
COUNTED = {"retry": RETRIES, "parked": PARKED}  # by what a fact that failed becomes

log = get_logger()


@dataclass(frozen=True)
class Arrived:
    """A delivery that could be read: a fact, or a sealed case key."""

    delivery: Delivery
    fact: Envelope | None = None
    key: bytes = b""


class Inbox:
    """Receives one service's facts. Owned by one thread."""

    def __init__(self, running: Running, consumer: Consumer) -> None:
        self._running = running
        self._consumer = consumer
        self._arrived: list[Arrived] = []
        self._most = LEAST_BATCH
        self._down = False
        self._history_ends: datetime | None = None  # asked once

    def step(self, now: datetime, due: Due) -> int:
        """Run rows that are due, then take what arrived; gives how much it did.

        Where the database fails, what arrived stays in hand and is taken in the next round.
        """
        if due.paused:
            return self._stand_still(now)
        did = self._run_due(now) if due.waiting else 0
        if not self._arrived:
            did += self._receive()
        if self._arrived:
            self._take(self._arrived, now)
            self._finish()
        return did

    def _stand_still(self, now: datetime) -> int:
        """Apply nothing: a broker keeps what it has for a later connection; what memory would lose becomes rows."""
        if self._consumer.keeps:
            self.let_go()
            return 0
        did = self._receive()
        with self._running.transaction(now) as session:
            put_by(session, [item.fact for item in self._arrived if item.fact is not None])
            receive_keys(session, [item.key for item in self._arrived if item.fact is None])
        self._finish()
        return did

    def let_go(self) -> None:
        """Give back what arrived and was not taken; the next round that receives connects anew."""
        self._arrived = []
        self._consumer.close()

    def _finish(self) -> None:
        self._consumer.done([item.delivery for item in self._arrived])
        self._arrived = []
        failpoint("inbox.after_ack")

    def _receive(self) -> int:
        """Fetch and read; gives how many came."""
        try:
            deliveries = self._consumer.receive(self._most)
        except CarrierDown as down:
            if not self._down:
                log.warning("carrier-down", reason=str(down))
            self._down = True
            return 0
        self._down = False
        self._arrived = [item for delivery in deliveries if (item := self._read(delivery)) is not None]
        return len(deliveries)

    def _read(self, delivery: Delivery) -> Arrived | None:
        """Decode a delivery; what can't be decoded goes to the dead letters, the only thing that ever does."""
        try:
            return _read_key(delivery) if delivery.content_type == KEY_CONTENT_TYPE else _read_fact(delivery)
        except Exception as error:  # noqa: BLE001 - anybody may put any bytes on a queue
            UNDECODABLE.labels(self._running.name).inc()
            log.error("undecodable", error=type(error).__name__, size=len(delivery.body))  # noqa: TRY400 - no bytes in logs
            self._consumer.reject(delivery)
            return None

    def _take(self, arrived: Sequence[Arrived], now: datetime) -> None:
        failpoint("inbox.after_receive_before_transaction")
        began = self._running.clock.now()
        if any(item.delivery.redelivered for item in arrived):
            for item in arrived:
                self._alone(item, now)
        else:
            self._together_or_apart(arrived, now)
        self._fit(len(arrived), self._running.clock.now() - began)

    def _fit(self, many: int, took: timedelta) -> None:
        """Take fewer at once where a transaction took long, more where many took little."""
        if took > LONGEST:
            self._most = max(LEAST_BATCH, self._most // 2)
        elif many >= self._most and took < LONGEST / 4:
            self._most = min(BATCH, 2 * self._most)

    def _together_or_apart(self, arrived: Sequence[Arrived], now: datetime) -> None:
        """Take a batch; where it fails its pieces, and of such a piece each alone, where its own error is kept."""
        if len(arrived) == 1:
            self._alone(arrived[0], now)
            return
        try:
            self._together(arrived, now)
        except Exception as error:  # noqa: BLE001 - whatever it was, who is to blame shows when it is alone
            log.info("batch-apart", error=type(error).__name__, size=len(arrived))
            size = max(1, len(arrived) // PIECES)
            for start in range(0, len(arrived), size):
                self._together_or_apart(arrived[start : start + size], now)

    def _together(self, arrived: Sequence[Arrived], now: datetime) -> None:
        with self._running.transaction(now) as session:
            receive_keys(session, [item.key for item in arrived if item.fact is None])
            facts = [item.fact for item in arrived if item.fact is not None]
            if facts:
                gate = Gate(session, self._running.service, facts)
                gate.pass_all(facts)
                new = [fact for fact in facts if gate.is_new(fact) and not self._is_history(fact, session)]
            failpoint("inbox.after_effects_before_commit")
        failpoint("inbox.after_commit_before_ack")
        if facts:
            self._count(facts, new)

    def _is_history(self, fact: Envelope, session: Session) -> bool:
        if self._history_ends is None:
            self._history_ends = history_ends(session)
        return self._history_ends is not None and fact.time < self._history_ends

    def _count(self, facts: Sequence[Envelope], new: Sequence[Envelope]) -> None:
        """Count a batch once it is committed; what only a replay brought has no lag."""
        BATCHES.labels(self._running.name).observe(len(facts))
        if new:
            oldest = min(fact.time for fact in new)
            LAG.labels(self._running.name).observe((self._running.clock.now() - oldest).total_seconds())

    def _alone(self, item: Arrived, now: datetime) -> None:
        """Take one; a fact that fails becomes a row, a key that can't be opened is asked for when it is needed."""
        try:
            self._together([item], now)
        except Exception as error:
            if item.fact is not None:
                self._keep(item.fact, error, now)
            elif isinstance(error, CryptoError | ValueError):
                log.exception("key-refused")
            else:
                raise

    def _keep(self, fact: Envelope, error: Exception, now: datetime) -> None:
        with story(fact.correlation):
            _report(fact, error)
        with self._running.transaction(now, cause=fact) as session:
            status = failed(session, fact, error)
            failpoint("inbox.after_failure_before_commit")
        if status in COUNTED:
            COUNTED[status].labels(self._running.name).inc()

    def _run_due(self, now: datetime) -> int:
        """Try again what waits: each alone, in order."""
        with self._running.reading(now) as session:
            facts = due_facts(session, now)
        for fact in facts:
            try:
                with self._running.transaction(now) as session:
                    settle(session, self._running.service, fact)
                    failpoint("inbox.after_waiting_before_commit")
            except Exception as error:  # noqa: BLE001 - becomes the row's next try
                self._keep(fact, error, now)
        return len(facts)


def _read_key(delivery: Delivery) -> Arrived:
    if delivery.user not in {None, KEEPER}:
        raise ValueError("a case key from another than its keeper")
    return Arrived(delivery, key=delivery.body)


def _read_fact(delivery: Delivery) -> Arrived:
    if delivery.content_type != CONTENT_TYPE:
        raise ValueError("another content type")
    envelope = Envelope.from_bytes(delivery.body)
    if delivery.user not in {None, envelope.service}:
        raise ValueError("published by another than its source")
    if envelope.seq < 1:
        raise ValueError("what is numbered 0 is never sent")
    return Arrived(delivery, fact=envelope)


def _report(fact: Envelope, error: Exception) -> None:
    """Say what failed, without a word of content: type and ids only."""
    if isinstance(error, NotYet | Refusal):
        log.info("fact-waits", fact=fact.id, type=fact.type, error=type(error).__name__)
    else:
        log.error("fact-waits", fact=fact.id, type=fact.type, error=type(error).__name__, exc_info=error)
