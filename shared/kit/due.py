"""What the receiving half of a worker asks in every round: one small question for everything that may be due."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, exists, select

from shared.bus.waiting import RUNS
from shared.journal.tables import PausedRow, TimerRow, WaitingRow
from shared.kit.running import Running


@dataclass(frozen=True)
class Due:
    """Whether facts wait for this moment, whether timers do, and whether a person paused the consumer."""

    waiting: bool = True
    timers: bool = True
    paused: bool = False


class Question:
    """The question, made once for a service."""

    def __init__(self, running: Running) -> None:
        self._running = running
        waiting, timers, pauses = (row.__table__.c for row in (WaitingRow, TimerRow, PausedRow))
        now: BindParameter[datetime] = bindparam("now")
        names = [timer.name for timer in running.service.timers]
        self._statement = select(
            exists().where(waiting.status.in_(RUNS), waiting.next_at <= now),
            exists().where(timers.name.in_(names), timers.due_at <= now),
            exists().where(pauses.what == "consumer"),
        )

    def ask(self, now: datetime) -> Due:
        """Ask the rows."""
        with self._running.database.asking() as connection:
            return Due(*connection.execute(self._statement, {"now": now}).one())
