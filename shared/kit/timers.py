"""Timers are rows: planned in the change's own transaction, run when due, gone with their effect's commit."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, bindparam, delete, inspect, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from structlog import get_logger

from shared.db.among import zipped
from shared.failpoints import failpoint
from shared.journal.tables import TimerRow
from shared.kit.action import Timer
from shared.kit.running import Running
from shared.kit.session import Session

RECURRING = "-"
BACK_OFF = timedelta(seconds=5)
LONGEST_BACK_OFF = timedelta(hours=1)

AT_ONCE = 500
FEWEST_TOGETHER = 2

Named = tuple[str, str]  # a timer's name and its subject
_timer = cast("Table", TimerRow.__table__)
CLAIM = (
    select(TimerRow.name, TimerRow.subject)
    .where(TimerRow.name.in_(bindparam("names", expanding=True)), TimerRow.due_at <= bindparam("now"))
    .order_by(TimerRow.due_at)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
CLAIM_ONE = (
    select(_timer.c.subject)
    .where(_timer.c.name == bindparam("one"), _timer.c.subject == bindparam("of"), _timer.c.due_at <= bindparam("now"))
    .with_for_update(skip_locked=True)
)
AGAIN = (
    update(_timer)
    .where(_timer.c.name == bindparam("one"), _timer.c.subject == bindparam("of"))
    .values(due_at=bindparam("next"), tries=0)
)
_gone = zipped("subjects")
FORGET = delete(_timer).where(
    tuple_(_timer.c.name, _timer.c.subject).in_(select(bindparam("one", type_=_timer.c.name.type), _gone.c.w0))
)
NEW = "timers that are planned and not written yet"

log = get_logger()


def plan(session: Session, timer: Timer | str, subject: str, at: datetime, *, first: bool = False) -> None:
    """Plan (or move) the timer of a subject; a moment that has passed is due at once.

    `first`: the subject has none in the database, so many are written together.
    """
    name = timer if isinstance(timer, str) else timer.name
    if first:
        row = _new(session).setdefault((name, subject), TimerRow(name=name, subject=subject, tries=0))
        row.due_at = at
        session.add(row)
        return
    make = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgres_insert
    statement = make(TimerRow).values(name=name, subject=subject, due_at=at, tries=0)
    moved = {"due_at": statement.excluded.due_at, "tries": 0}
    session.execute(statement.on_conflict_do_update(index_elements=["name", "subject"], set_=moved))


def unplan(session: Session, timer: Timer | str, subject: str) -> None:
    """Forget the timer of a subject, if there is one."""
    name = timer if isinstance(timer, str) else timer.name
    session.execute(delete(TimerRow).where(TimerRow.name == name, TimerRow.subject == subject))
    gone = _new(session).pop((name, subject), None)
    if gone is not None:
        session.expunge(gone)


def _new(session: Session) -> dict[Named, TimerRow]:
    rows: dict[Named, TimerRow] = session.info.setdefault(NEW, {})
    return rows


class Timers:
    """Runs what is due: what was planned many in one transaction, what recurs each in its own.

    Where one of many fails, all are rolled back and done again one by one; a failure backs off and blocks no other.
    """

    def __init__(self, running: Running) -> None:
        self._running = running
        self._by_name = {timer.name: timer for timer in running.service.timers}
        rows = TimerRow.__table__.c
        self._due = (
            select(rows.name, rows.subject)
            .where(rows.due_at <= bindparam("now"), rows.name.in_(self._by_name))
            .order_by(rows.due_at)
            .limit(bindparam("limit"))
        )

    def begin(self, now: datetime) -> None:
        """Plan recurring timers that are not planned yet, or further ahead than they recur: the clock was set back."""
        with self._running.transaction(now) as session:
            for timer in self._by_name.values():
                row = session.get(TimerRow, (timer.name, RECURRING))
                if timer.every is not None and (row is None or row.due_at > now + max(timer.every, LONGEST_BACK_OFF)):
                    plan(session, timer, RECURRING, now)

    def step(self, now: datetime, limit: int = AT_ONCE) -> int:
        """Run what is due by `now`; gives how many ran."""
        with self._running.reading() as session:
            due = [(name, subject) for name, subject in session.execute(self._due, {"now": now, "limit": limit})]
        planned = [one for one in due if self._by_name[one[0]].every is None]
        recurring = [one for one in due if one not in planned] if len(planned) < len(due) else []
        return self._together(planned, now) + self._each(recurring, now)

    def _each(self, due: Sequence[Named], now: datetime) -> int:
        return sum(self._run(self._by_name[name], subject, now) for name, subject in due)

    def _together(self, due: Sequence[Named], now: datetime) -> int:
        if len(due) < FEWEST_TOGETHER:
            return self._each(due, now)
        try:
            with self._firing(now) as session:
                names = {name for name, _ in due}
                claimed = session.execute(CLAIM, {"names": names, "now": now, "limit": len(due)}).all()
                for name in names:
                    self._take(session, name, [subject for one, subject in claimed if one == name])
                for name, subject in claimed:
                    self._by_name[name].run(session, subject, now=now)
        except Exception as error:  # noqa: BLE001 - each is done again alone, where its own error is kept
            log.info("timers-apart", error=type(error).__name__, count=len(due))
            return self._each(due, now)
        return len(claimed)

    @contextmanager
    def _firing(self, now: datetime) -> Iterator[Session]:
        with self._running.transaction(now) as session:
            yield session
            failpoint("timers.after_run_before_commit")
        failpoint("timers.after_commit")

    def _take(self, session: Session, name: str, subjects: Sequence[str]) -> None:
        """Forget these timers, and lock at once the rows they read."""
        for one in self._by_name[name].forgotten:
            session.execute(FORGET, {"one": one, "subjects": subjects})
        reads = self._by_name[name].reads
        if reads is not None:
            key = inspect(reads).primary_key[0]
            rows = session.scalars(select(reads).where(key.in_(subjects)).order_by(key).with_for_update()).all()
            session.info[name] = rows  # held until the end: the session alone would let them go

    def _run(self, timer: Timer, subject: str, now: datetime) -> int:
        try:
            with self._firing(now) as session:
                one = {"one": timer.name, "of": subject}
                if session.execute(CLAIM_ONE, {**one, "now": now}).first() is None:
                    return 0
                if timer.every is None:
                    self._take(session, timer.name, [subject])
                else:
                    session.execute(AGAIN, {**one, "next": now + timer.every})
                timer.run(session, subject, now=now)
        except Exception:
            log.exception("timer-failed", timer=timer.name, subject=subject)
            self._back_off(timer, subject, now)
        return 1

    def _back_off(self, timer: Timer, subject: str, now: datetime) -> None:
        with self._running.transaction(now) as session:
            row = session.get(TimerRow, (timer.name, subject))
            if row is not None:
                row.tries += 1
                row.due_at = now + min(BACK_OFF * 2 ** min(row.tries, 12), LONGEST_BACK_OFF)

    def next_due(self) -> datetime | None:
        """Give the moment of the next timer, for a virtual clock that jumps."""
        with self._running.reading() as session:
            return session.scalar(
                select(TimerRow.due_at).where(TimerRow.name.in_(self._by_name)).order_by(TimerRow.due_at).limit(1)
            )
