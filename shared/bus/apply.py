"""The gate: applies facts in order, each handler once, inside one transaction and with one query per table."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from shared.facts.base import Envelope, read_fact
from shared.journal.tables import AppliedRow, MarkRow, ReceivedRow, WaitingRow
from shared.kit.service import Service
from shared.kit.session import Session
from shared.log import story

HELD_FOR = timedelta(days=36_500)  # a held row waits for its gap, not for time

Pair = tuple[str, str]


class Gate:
    """Loads once what a batch needs to know, applies it, writes once what changed."""

    def __init__(self, session: Session, service: Service, facts: Sequence[Envelope]) -> None:
        self._session = session
        self._service = service
        pairs = {(fact.source, fact.subject) for fact in facts}
        self._last: dict[Pair, int] = dict.fromkeys(pairs, 0)
        self._last.update(_applied(session, pairs))
        self._before = dict(self._last)
        self._marks = _marks(session, facts)
        self._rows = _rows(session, facts)
        self._new_marks: list[dict[str, Any]] = []
        self._received: dict[str, dict[str, Any]] = {}

    def pass_all(self, facts: Iterable[Envelope]) -> None:
        """Apply what is next, skip what is old, hold what is early.

        What waits as a row already is left to its row: a second copy would count a try, or run what is parked.
        """
        for fact in facts:
            last = self._last[fact.source, fact.subject]
            if fact.seq <= last or fact.id in self._rows:
                continue
            if fact.seq == last + 1:
                self.run(fact)
            else:
                self._hold(fact)
        self.write()

    def last(self, fact: Envelope) -> int:
        """Give the number that was applied last for the fact's source and subject."""
        return self._last[fact.source, fact.subject]

    def run(self, fact: Envelope) -> None:
        """Run every handler that has not done this fact yet."""
        known = read_fact(fact)
        if fact.type in self._service.kept_types:
            self._received[fact.id] = _received_values(fact)
        self._session.cause = fact
        with story(fact.correlation):
            for handler in self._service.handlers.get(fact.type, ()):
                if known is not None and (handler.name, fact.id) not in self._marks:
                    handler.run(self._session, known, now=self._session.now)
                    self._marks.add((handler.name, fact.id))
                    self._new_marks.append({"handler": handler.name, "fact": fact.id})
        self._session.cause = None
        self._last[fact.source, fact.subject] = fact.seq

    def pass_over(self, fact: Envelope) -> None:
        """Count a fact as applied though it had no effect."""
        self._last[fact.source, fact.subject] = max(fact.seq, self.last(fact))

    def _hold(self, fact: Envelope) -> None:
        self._rows.add(fact.id)
        now = self._session.now
        self._session.add(waiting_row(fact, status="held", since=now, next_at=now + HELD_FOR))

    def write(self) -> None:
        """Write marks, what was received, and how far each pair has come; wake what waited for that."""
        self._session.flush()
        self._session.write(MarkRow, *self._new_marks)
        if self._received:
            self._session.execute(_insert_new(self._session, ReceivedRow), list(self._received.values()))
        moved = {pair: last for pair, last in self._last.items() if last != self._before[pair]}
        if moved:
            _advance(self._session, moved)
            _wake(self._session, moved)


def waiting_row(fact: Envelope, **values: Any) -> WaitingRow:
    """Make the row of a fact that waits."""
    return WaitingRow(
        id=fact.id,
        source=fact.source,
        subject=fact.subject,
        seq=fact.seq,
        type=fact.type,
        envelope=fact.to_bytes(),
        **values,
    )


def _applied(session: Session, pairs: set[Pair]) -> dict[Pair, int]:
    rows = session.execute(
        select(AppliedRow.source, AppliedRow.subject, AppliedRow.last).where(
            tuple_(AppliedRow.source, AppliedRow.subject).in_(pairs)
        )
    )
    return {(source, subject): last for source, subject, last in rows}


def _marks(session: Session, facts: Sequence[Envelope]) -> set[tuple[str, str]]:
    rows = session.execute(select(MarkRow.handler, MarkRow.fact).where(MarkRow.fact.in_([fact.id for fact in facts])))
    return {(handler, fact) for handler, fact in rows}


def _rows(session: Session, facts: Sequence[Envelope]) -> set[str]:
    return set(session.scalars(select(WaitingRow.id).where(WaitingRow.id.in_([fact.id for fact in facts]))))


def _received_values(fact: Envelope) -> dict[str, Any]:
    return {
        "id": fact.id,
        "source": fact.source,
        "subject": fact.subject,
        "type": fact.type,
        "seq": fact.seq,
        "time": fact.time,
        "envelope": fact.to_bytes(),
    }


def _insert_new(session: Session, row: type[ReceivedRow]) -> Any:
    return _upsert(session, row).on_conflict_do_nothing()


def _upsert(session: Session, row: type[Any]) -> Any:
    make = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgres_insert
    return make(row)


def _advance(session: Session, moved: dict[Pair, int]) -> None:
    values = [{"source": pair[0], "subject": pair[1], "last": last} for pair, last in sorted(moved.items())]
    statement = _upsert(session, AppliedRow)
    # Never back: in the moment in which one worker takes over from another, both may come this far.
    further = statement.on_conflict_do_update(
        index_elements=["source", "subject"],
        set_={"last": statement.excluded.last},
        where=AppliedRow.last < statement.excluded.last,
    )
    session.execute(further, values)


def _wake(session: Session, moved: dict[Pair, int]) -> None:
    """Make due: held facts that follow without a gap now, and facts that waited for their case to become known."""
    rows = session.execute(
        select(WaitingRow.id, WaitingRow.source, WaitingRow.subject, WaitingRow.seq, WaitingRow.status)
        .where(WaitingRow.status.in_(("held", "not_yet")), WaitingRow.subject.in_({subject for _, subject in moved}))
        .order_by(WaitingRow.seq)
    ).all()
    reach = dict(moved)
    due = []
    for identity, source, subject, seq, status in rows:
        if status == "not_yet":
            due.append(identity)
        elif reach.get((source, subject)) == seq - 1:
            reach[source, subject] = seq
            due.append(identity)
    if due:
        session.execute(update(WaitingRow).where(WaitingRow.id.in_(due)).values(next_at=session.now))
