"""The ladder of an office's term: a reminder while time is left, then word ever higher once it is broken.

And word that it has stood still for long, in each pause anew.

Its rungs are data of the county. What was told is marked on the term's own row, so no restart, pause, outage or new
count tells a rung twice; what fell due while nobody was awake is told late, in order.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from services.routing.children import ON_ITS_WAY, Child, children_of
from services.routing.competence.above import directs, told_by
from services.routing.competence.eligible import Eligible
from services.routing.competence.matter import Bars, Matter, People
from services.routing.known import people_for
from services.routing.models import CaseRow, DeadlineRow, StepRow
from services.routing.readers import let_supervise
from services.routing.requested import request_of
from shared.access.tables import CaseAccessRow
from shared.county.structure import Conflict, Rung
from shared.facts.case import CaseRequested
from shared.facts.deadline import DeadlineApproaching, RungReached
from shared.journal.tell import tell
from shared.kit.action import when_due
from shared.kit.session import Session
from shared.kit.timers import plan, unplan
from shared.law.local import end_of_day, local_day
from shared.law.rule import GIVEN
from shared.workflow.case import CHARGE, DIRECTIVE
from shared.workflow.mechanism import Mechanism

SOON = timedelta(seconds=1)
WHOLE = 100  # per cent
PEOPLE = "people whom rungs may tell"
CASES = "cases whose terms are at hand"


@when_due(name="deadline-approaching", reads=DeadlineRow)
def climb(session: Session, subject: str, *, now: datetime) -> None:
    """Tell the rungs of a term that are due. The timer keeps its first name: older releases planned rows by it."""
    deadline = session.get(DeadlineRow, subject)
    if deadline is not None:
        climb_to(session, deadline, now, first=True)


def climb_to(session: Session, deadline: DeadlineRow, at: datetime, *, first: bool = False) -> None:
    """Tell what is due by `at`, in order, and plan what comes next; nothing of a case that ended.

    `first`: its timer was taken and is no more.
    """
    over = deadline.status == "open" and deadline.due_at <= at  # its own timer will say so; a reminder comes too late
    case = _at_hand(session, deadline)
    if over or case.row.phase == "closed":
        return
    if deadline.status == "breached" and deadline.rule not in GIVEN:
        let_supervise(session, case.row, case.access)
    for rung in _ahead(session, deadline):
        if moment_of(rung, deadline) > at:
            break
        _tell(session, deadline, rung, case)
    plan_next(session, deadline, first=first)


def plan_next(session: Session, deadline: DeadlineRow, *, first: bool = False) -> None:
    """Plan the next rung of a term that runs, stands still or is broken; nothing where there is none."""
    rung = next(_ahead(session, deadline), None)
    if rung is not None:
        at = max(moment_of(rung, deadline), session.now + SOON)
        plan(session, climb, deadline.instance, at, first=first)


def forget(session: Session, deadline: DeadlineRow) -> None:
    """Climb no further for now: the term stands still, or has ended."""
    unplan(session, climb, deadline.instance)


def run_on(session: Session, deadline: DeadlineRow) -> None:
    """Leave the rungs of a pause behind: the next pause has its own."""
    forget(session, deadline)
    deadline.rungs = [code for code in deadline.rungs or () if not _of_a_pause(session, code)]


def _of_a_pause(session: Session, code: str) -> bool:
    rung = session.here.county.rung_by_code.get(code)
    return rung is not None and rung.paused is not None


def plan_at_start(session: Session, *, now: datetime) -> None:
    """Plan the rungs of what stands still since before this county, or this release, had any."""
    if any(rung.paused is not None for rung in session.here.county.ladder):
        for deadline in session.scalars(select(DeadlineRow).where(DeadlineRow.status == "paused")).all():
            plan_next(session, deadline)


def moment_of(rung: Rung, deadline: DeadlineRow) -> datetime:
    """Give when a rung is told: with so much of the term left, or so many days after it, or into its pause."""
    if rung.paused is not None and deadline.paused_on is not None:
        return end_of_day(deadline.paused_on + timedelta(days=rung.paused))
    if rung.left is not None:
        return deadline.started_at + (deadline.due_at - deadline.started_at) * (1 - rung.left / WHOLE)
    return deadline.due_at + timedelta(days=rung.late or 0)


def _ahead(session: Session, deadline: DeadlineRow) -> Iterator[Rung]:
    """Give the rungs still to come, of those for a term that stands as this one does; never one below."""
    ladder, told = session.here.county.ladder, set(deadline.rungs or ())
    if deadline.lapses:
        return
    reached = max((number for number, rung in enumerate(ladder, 1) if rung.code in told), default=0)
    for rung in ladder[reached:]:
        if rung.told_when == deadline.status:
            yield rung


@dataclass(frozen=True)
class AtHand:
    """A case with its terms, who sees it and who is barred from it, and how its open children stand to it."""

    row: CaseRow
    access: Mapping[str, set[str]]
    terms: list[DeadlineRow] = field(default_factory=list)
    children: set[str] = field(default_factory=set)


def _at_hand(session: Session, deadline: DeadlineRow) -> AtHand:
    """Give a term's case; who asks first of many terms of one moment reads it for all."""
    known: dict[str, AtHand] = session.info.setdefault(CASES, {})
    if deadline.case not in known:
        wanted = {one.case for one in session.identity_map.values() if isinstance(one, DeadlineRow)} - known.keys()
        for row in session.scalars(select(CaseRow).where(CaseRow.id.in_(wanted))):
            known[row.id] = AtHand(row, {"unit": set(), "post": set(), "barred": set()})
        access = select(CaseAccessRow.case, CaseAccessRow.what, CaseAccessRow.code)
        for case, what, code in session.execute(access.where(CaseAccessRow.case.in_(wanted))):
            known[case].access[what].add(code)
        for term in session.scalars(select(DeadlineRow).where(DeadlineRow.case.in_(wanted))):
            known[term.case].terms.append(term)
        _read_children(session, [known[case] for case in wanted])
    return known[deadline.case]


def _read_children(session: Session, cases: list[AtHand]) -> None:
    """Read how the open children of cases stand to them, and those that a step asked for a moment ago."""
    ids, since = [case.row.id for case in cases], session.now - ON_ITS_WAY
    came: dict[str | None, list[Child]] = defaultdict(list)
    taken: dict[str, list[str]] = defaultdict(list)
    columns = select(CaseRow.parent, CaseRow.relation, CaseRow.phase, CaseRow.received_at)
    for parent, relation, phase, at in session.execute(columns.where(CaseRow.parent.in_(ids))):
        came[parent].append(Child(relation, phase, at))
    steps = select(StepRow.case, StepRow.step).where(StepRow.case.in_(ids), StepRow.complete, StepRow.at > since)
    for parent, step in session.execute(steps):
        taken[parent].append(step)
    for case in cases:
        mechanism, of = session.here.mechanisms.get(case.row.mechanism), case.row.id
        if mechanism is not None:  # of one that was left out only ended cases are here
            case.children.update(children_of(mechanism.workflow, came[of], taken[of], since))


def _tell(session: Session, deadline: DeadlineRow, rung: Rung, case: AtHand) -> None:
    row, here, first = case.row, session.here, all(rung.code not in (one.rungs or ()) for one in case.terms)
    deadline.rungs = [*(deadline.rungs or ()), rung.code]
    kind = here.mechanisms[row.mechanism].kind(row.kind)
    conflict = kind.conflict if kind else "none"
    owes = deadline.term["sender"][0] if deadline.rule in GIVEN else row.unit
    nobody: tuple[str, tuple[str, ...]] = ("", ())
    barred = frozenset(case.access["barred"])
    unit, posts = nobody if rung.tells == "resident" else told_by(rung, owes, _eligible(session, row, conflict, barred))
    said: dict[str, Any] = {"subject": row.id, "instance": deadline.instance, "rule": deadline.rule, "at": session.now}
    if rung.left is not None:
        tell(session, DeadlineApproaching(**said, due=deadline.due, left=rung.left))
    said |= {"rung": rung.code, "basis": rung.basis, "owes": owes, "unit": unit, "posts": posts}
    published = here.rules.under(deadline.rule, deadline.term["pack"]).publish
    public = rung.public and conflict != "report" and published
    tell(session, RungReached(**said, due=deadline.due, public=public))
    if first and conflict != "report" and _may_open(session, rung, row, unit):  # of a report nobody learns there is one
        relation = _relation(here.mechanisms, rung)
        if relation not in case.children:
            case.children.add(relation)
            tell(session, _request(deadline, row, rung, unit, relation))


def _eligible(session: Session, row: CaseRow, conflict: Conflict, barred: frozenset[str]) -> Eligible:
    if PEOPLE not in session.info:  # once for all terms of one moment
        session.info[PEOPLE] = people_for(session, Matter(""), all_of_them=True)
    people: People = session.info[PEOPLE]
    county = session.here.county
    bars = Bars(barred, barred, barred & county.unit_by_code.keys())
    return Eligible(Matter(row.mechanism, conflict=conflict), county, people, bars)


def _may_open(session: Session, rung: Rung, row: CaseRow, unit: str) -> bool:
    """Tell whether a rung opens a case here: its mechanism is there, and the unit it tells directs the one that owes.

    What supervises is not supervised in its turn.
    """
    here, mechanism = session.here, (rung.opens or "").partition(".")[0]
    above = mechanism in here.mechanisms and directs(unit, row.unit, here.county, local_day(session.now))
    return above and row.relation not in (DIRECTIVE, CHARGE)


def _relation(mechanisms: Mapping[str, Mechanism], rung: Rung) -> str:
    """Give how the case that a rung opens stands to the one whose term is broken."""
    mechanism, _, kind = str(rung.opens).partition(".")
    found = mechanisms[mechanism].kind(kind)
    return found.relation if found else ""


def _request(deadline: DeadlineRow, row: CaseRow, rung: Rung, unit: str, relation: str) -> CaseRequested:
    """Ask for what a rung opens, at the unit that it tells, about the unit that owes the term."""
    return request_of(
        row,
        str(rung.opens),
        relation,
        subject=f"rung/{deadline.instance}/{rung.code}",
        title=rung.name_zh,
        unit=unit or None,
        about_units=(row.unit,),
    )
