"""What a rung of the ladder opens: a directive or a charge, asked of intake, and once more where that was lost."""

from datetime import datetime, timedelta

from sqlalchemy import select

from services.routing.at_hand import AtHand, at_hand, moment_of
from services.routing.children import ON_ITS_WAY
from services.routing.competence.above import directs, told_by
from services.routing.competence.eligible import Eligible
from services.routing.competence.matter import Bars, Matter, People
from services.routing.known import people_for
from services.routing.models import CaseRow, DeadlineRow
from services.routing.requested import request_of
from shared.county.structure import Conflict, Rung
from shared.journal.tell import tell
from shared.kit.action import when_due
from shared.kit.session import Session
from shared.kit.timers import plan
from shared.law.local import local_day
from shared.law.rule import BESIDE
from shared.workflow.case import CHARGE, DIRECTIVE

SOON = timedelta(seconds=1)
PEOPLE = "people whom rungs may tell"
AGAIN = 2  # the attempt that is the last


def conflict_of(session: Session, row: CaseRow) -> Conflict:
    """Give the class of conflict of a case."""
    kind = session.here.mechanisms[row.mechanism].kind(row.kind)
    return kind.conflict if kind else "none"


def who_owes(deadline: DeadlineRow, row: CaseRow) -> str:
    """Give the unit that owes a term: who gave the case away, of a date that it set itself, or who works with it."""
    return str(deadline.term["sender"][0] if deadline.rule in BESIDE else row.unit)


def whom(session: Session, deadline: DeadlineRow, rung: Rung, case: AtHand) -> tuple[str, tuple[str, ...]]:
    """Give the unit and the posts that a rung tells now; neither where it tells the resident."""
    if rung.tells == "resident":
        return "", ()
    barred = frozenset(case.access["barred"])
    eligible = _eligible(session, case.row, conflict_of(session, case.row), barred)
    return told_by(rung, who_owes(deadline, case.row), eligible)


def _eligible(session: Session, row: CaseRow, conflict: Conflict, barred: frozenset[str]) -> Eligible:
    if PEOPLE not in session.info:  # once for all terms of one moment
        session.info[PEOPLE] = people_for(session, Matter(""), all_of_them=True)
    people: People = session.info[PEOPLE]
    county = session.here.county
    bars = Bars(barred, barred, barred & county.unit_by_code.keys())
    return Eligible(Matter(row.mechanism, conflict=conflict), county, people, bars)


def ask_for(session: Session, deadline: DeadlineRow, rung: Rung, case: AtHand, unit: str, attempt: int = 1) -> None:
    """Ask for what a rung opens, unless it is open or on its way; where nothing comes of it in a day, ask once more.

    The request's subject names term, rung and attempt. Of a report nobody learns that there is one.
    """
    if deadline.rule in BESIDE:  # the unit that has the case is not the one that is late
        return
    if conflict_of(session, case.row) == "report" or not _may_open(session, rung, case.row, unit):
        return
    relation = _relation(session, rung)
    if relation in case.children:
        return
    case.children.add(relation)
    subject = f"rung/{deadline.instance}/{rung.code}" + (f"/{attempt}" if attempt > 1 else "")
    place = {"subject": subject, "title": rung.name_zh, "unit": unit or None, "about_units": (case.row.unit,)}
    tell(session, request_of(case.row, str(rung.opens), relation, **place))
    if attempt < AGAIN:
        plan(session, ask_again, f"{deadline.instance}/{rung.code}", session.now + ON_ITS_WAY + SOON)


@when_due(name="ladder-ask-again")
def ask_again(session: Session, subject: str, *, now: datetime) -> None:
    """Ask once more for what a rung opens: a day is over, the term is owed as it was, and nothing came of it.

    A request may have been given up (`lianxin parked drop`) or lost.
    """
    instance, _, code = subject.partition("/")
    deadline = session.get(DeadlineRow, instance, with_for_update=True)
    rung = session.here.county.rung_by_code.get(code)
    if deadline is None or rung is None or rung.told_when != deadline.status or code not in (deadline.rungs or ()):
        return
    case = at_hand(session, deadline)
    if case.row.phase != "closed" and rung.opens and not _came(session, deadline, rung, case.row):
        ask_for(session, deadline, rung, case, whom(session, deadline, rung, case)[0], AGAIN)


def _came(session: Session, deadline: DeadlineRow, rung: Rung, row: CaseRow) -> bool:
    """Tell whether something of this sort came since the rung was due, whatever became of it."""
    mine = CaseRow.parent == row.id, CaseRow.relation == _relation(session, rung)
    since = CaseRow.received_at >= moment_of(rung, deadline)
    return session.scalar(select(CaseRow.id).where(*mine, since).limit(1)) is not None


def _may_open(session: Session, rung: Rung, row: CaseRow, unit: str) -> bool:
    """Tell whether a rung opens a case here: its mechanism is there, and the unit it tells directs the one that owes.

    What supervises is not supervised in its turn.
    """
    here, mechanism = session.here, (rung.opens or "").partition(".")[0]
    above = mechanism in here.mechanisms and directs(unit, row.unit, here.county, local_day(session.now))
    return above and row.relation not in (DIRECTIVE, CHARGE)


def _relation(session: Session, rung: Rung) -> str:
    """Give how the case that a rung opens stands to the one whose term is broken."""
    mechanism, _, kind = str(rung.opens).partition(".")
    declared = session.here.mechanisms.get(mechanism)
    found = declared.kind(kind) if declared else None
    return found.relation if found else ""
