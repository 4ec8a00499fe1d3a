"""How soon ten thousand deadlines that are due at one moment are noted as broken, on PostgreSQL, by one worker."""

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from servers import Stand
from sqlalchemy import func, insert, select

from lianxin.deployment import compose
from lianxin.home import Settings
from lianxin.migrate import migrate_all
from services.routing.clocks import due
from services.routing.models import CaseRow, DeadlineRow
from shared.calendar.national import NATION, national
from shared.county.file import load_county, shipped
from shared.crypto.private import Sealed
from shared.journal.tables import JournalRow, SubjectRow, TimerRow
from shared.kit.running import Running
from shared.kit.timers import Timers
from shared.law.term import start_term

COUNT, ROUNDS, AT_MOST = 10_000, 3, 120.0
RULE, UNITS = "petition.handle", 12


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
    now = _plan(running, count, datetime.now(UTC) - timedelta(days=70))
    timers, before, began = Timers(running), _noted(running), time.monotonic()
    while timers.step(now):
        if time.monotonic() - began > AT_MOST:  # a timer that fails is tried again, and again
            raise SystemExit(f"{count} deadlines are not noted as broken after {AT_MOST:.0f} s; the log says why")
    seconds = time.monotonic() - began
    if _noted(running) - before != count:
        raise SystemExit(f"{_noted(running) - before} of {count} deadlines were noted as broken")
    return seconds


def _plan(running: Running, count: int, begun: datetime) -> datetime:
    """Let terms of as many cases end at one moment; gives it."""
    term = start_term(running.here.rules[RULE], begun, national(NATION))
    names = [secrets.token_hex(16) for _ in range(count)]
    same = {"rule": RULE, "due": term.due, "due_at": term.due_at, "term": term.to_dict(), "lapses": False}
    rows = [{"instance": one, "case": one, "status": "open", "started_at": begun, **same} for one in names]
    cases = [_case(one, turn, begun, term.due_at) for turn, one in enumerate(names)]
    with running.transaction(begun) as session:
        session.execute(insert(CaseRow), cases)
        session.execute(insert(DeadlineRow), rows)
        session.execute(insert(SubjectRow), [{"subject": one, "last": 3} for one in names])
        session.execute(insert(TimerRow), [{"name": due.name, "subject": one, "due_at": term.due_at} for one in names])
    return term.due_at


def _case(name: str, turn: int, begun: datetime, due_at: datetime) -> dict[str, Any]:
    """Give a petition that a unit is handling; nobody reads its words here."""
    words = Sealed(case=name, token=secrets.token_hex(64))
    said = {"title": words, "text": words, "files": [], "about_units": [], "about_posts": []}
    way = {"rule": "bench", "because": [], "explanation": [], "unit": f"unit-{turn % UNITS}", "co_handlers": []}
    kind = {"mechanism": "petitions", "mechanism_version": 1, "kind": "petition", "channel": "web"}
    stands = {"state": "accepted", "phase": "handling", "progress": {}, "next_due": due_at, "changed_at": begun}
    who = {"identity": "claimed", "language": "zh", "urgent": False}
    return {"id": name, "reference": name[:24], "received_at": begun, **said, **way, **kind, **stands, **who}


def _noted(running: Running) -> int:
    kind = JournalRow.type == "org.lianxin.deadline.breached.v1"
    with running.reading() as session:
        return session.scalar(select(func.count()).select_from(JournalRow).where(kind)) or 0
