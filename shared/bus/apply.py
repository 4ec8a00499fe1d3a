"""The gate: applies facts in order, each handler once, inside one transaction and with few statements for a batch."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import literal, select, union_all, update

from shared.db.among import among, zipped
from shared.facts.base import Envelope, read_fact
from shared.journal.tables import AppliedRow, MarkRow, ReceivedRow, WaitingRow
from shared.kit.service import Service
from shared.kit.session import Session
from shared.log import story

HELD_FOR = timedelta(days=36_500)  # a held row waits for its gap, not for time

Pair = tuple[str, str]

_applied, _mark, _waiting = (row.__table__.c for row in (AppliedRow, MarkRow, WaitingRow))
# What a batch has to know: how far each pair has come, what each handler has done, what waits as a row. One row is
# looked up for each: the first plans are made while these tables are empty, and must be good when they are not.
_pair, _deed, _fact = zipped("sources", "subjects"), zipped("handlers", "done"), zipped("facts")
_last = select(_applied.last).where(_applied.source == _pair.c.w0, _applied.subject == _pair.c.w1).scalar_subquery()
_done = select(_mark.fact).where(_mark.handler == _deed.c.w0, _mark.fact == _deed.c.w1).scalar_subquery()
_kept = select(_waiting.id).where(_waiting.id == _fact.c.w0).scalar_subquery()
_about = select(_waiting.id).where(_waiting.subject == _pair.c.w1).limit(1).scalar_subquery()
# Where nothing is found no row comes back: of most facts nothing is, and to read a row costs more than to look for it.
KNOWN = union_all(
    select(literal("applied").label("what"), _pair.c.w0, _pair.c.w1, _last.label("last")).where(_last.is_not(None)),
    select(literal("mark"), _deed.c.w0, _done, literal(0)).where(_done.is_not(None)),
    select(literal("waiting"), _kept, literal(""), literal(0)).select_from(_fact).where(_kept.is_not(None)),
    select(literal("waiting"), _about, literal(""), literal(0)).select_from(_pair).where(_about.is_not(None)),
)
WAKEABLE = (
    select(_waiting.id, _waiting.source, _waiting.subject, _waiting.seq, _waiting.status)
    .where(_waiting.status.in_(("held", "not_yet")), among(_waiting.subject, "subjects"))
    .order_by(_waiting.seq)
)
# Never back: in the moment in which one worker takes over from another, both may come this far.
FURTHER = "ON CONFLICT (source, subject) DO UPDATE SET last = excluded.last WHERE applied.last < excluded.last"
KEPT_ALREADY = "ON CONFLICT DO NOTHING"


class Gate:
    """Loads once what a batch needs to know, applies it, writes once what changed."""

    def __init__(self, session: Session, service: Service, facts: Sequence[Envelope]) -> None:
        self._session = session
        self._service = service
        self._last: dict[Pair, int] = dict.fromkeys(((fact.source, fact.subject) for fact in facts), 0)
        self._marks: set[tuple[str, str]] = set()
        self._rows: set[str] = set()
        self._load(facts)
        self._before = dict(self._last)
        self._new_marks: list[dict[str, Any]] = []
        self._received: dict[str, dict[str, Any]] = {}

    def _load(self, facts: Sequence[Envelope]) -> None:
        handlers = self._service.handlers
        deeds = [(handler.name, fact.id) for fact in facts for handler in handlers.get(fact.type, ())]
        asked = {
            "sources": [source for source, _ in self._last],
            "subjects": [subject for _, subject in self._last],
            "handlers": [handler for handler, _ in deeds],
            "done": [fact for _, fact in deeds],
            "facts": [fact.id for fact in facts],
        }
        for what, first, second, number in self._session.execute(KNOWN, asked).all():
            if what == "applied":
                self._last[first, second] = number
            elif what == "mark":
                self._marks.add((first, second))
            else:
                self._rows.add(first)

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

    def is_new(self, fact: Envelope) -> bool:
        """Tell whether the fact had not been applied before this batch."""
        return fact.seq > self._before[fact.source, fact.subject]

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
        self._session.write(ReceivedRow, *self._received.values(), conflict=KEPT_ALREADY)
        moved = {pair: last for pair, last in sorted(self._last.items()) if last != self._before[pair]}
        if moved:
            rows = ({"source": source, "subject": subject, "last": last} for (source, subject), last in moved.items())
            self._session.write(AppliedRow, *rows, conflict=FURTHER)
            if self._rows:
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


def _wake(session: Session, moved: dict[Pair, int]) -> None:
    """Make due: held facts that follow without a gap now, and facts that waited for their case to become known."""
    rows = session.execute(WAKEABLE, {"subjects": {subject for _, subject in moved}}).all()
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
