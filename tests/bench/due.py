"""How soon ten thousand deadlines that are due at one moment are noted as broken, on PostgreSQL, by one worker."""

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from servers import Stand
from sqlalchemy import func, insert, select

from lianxin.deployment import compose
from lianxin.home import Settings
from lianxin.migrate import migrate_all
from services.routing.clocks import due
from services.routing.models import DeadlineRow
from shared.calendar.national import NATION, national
from shared.county.file import load_county, shipped
from shared.journal.tables import JournalRow, SubjectRow, TimerRow
from shared.kit.running import Running
from shared.kit.timers import Timers
from shared.law.term import start_term

COUNT, ROUNDS = 10_000, 3
RULE = "petition.handle"


def measure(stand: Stand, show: Callable[[str], None], count: int = COUNT) -> list[float]:
    """Give for each round the seconds until all that was due is committed, with its fact."""
    url = stand.database("due").replace("postgresql:", "postgresql+psycopg:", 1)
    settings = Settings(home=stand.folder / "due", database=url)
    deployment = compose(load_county(shipped("full")), settings, names=("routing",))
    list(migrate_all(deployment))
    took = []
    for turn in range(ROUNDS):
        show(f"{count} deadlines are due, round {turn + 1} of {ROUNDS}")
        took.append(_fire(deployment.services["routing"], count))
    deployment.close()
    return took


def _fire(running: Running, count: int) -> float:
    now = datetime.now(UTC)
    _plan(running, count, now)
    timers, before, began = Timers(running), _noted(running), time.monotonic()
    while timers.step(now):
        pass
    seconds = time.monotonic() - began
    if _noted(running) - before != count:
        raise SystemExit(f"{_noted(running) - before} of {count} deadlines were noted as broken")
    return seconds


def _plan(running: Running, count: int, now: datetime) -> None:
    """Let terms of as many cases end now."""
    here, begun = running.here, now - timedelta(days=70)
    term = start_term(here.rules[RULE], begun, national(NATION))
    names = [secrets.token_hex(16) for _ in range(count)]
    same = {"rule": RULE, "due": term.due, "due_at": term.due_at, "term": term.to_dict(), "lapses": False}
    rows = [{"instance": one, "case": one, "status": "open", "started_at": begun, **same} for one in names]
    with running.transaction(now) as session:
        session.execute(insert(DeadlineRow), rows)
        session.execute(insert(SubjectRow), [{"subject": one, "last": 3} for one in names])
        session.execute(insert(TimerRow), [{"name": due.name, "subject": one, "due_at": term.due_at} for one in names])


def _noted(running: Running) -> int:
    kind = JournalRow.type == "org.lianxin.deadline.breached.v1"
    with running.reading() as session:
        return session.scalar(select(func.count()).select_from(JournalRow).where(kind)) or 0
