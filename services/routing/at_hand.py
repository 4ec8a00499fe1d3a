"""What a rung of the ladder looks at: a case with its terms and children, read once for all terms of one moment."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from services.routing.children import ON_ITS_WAY, Child, Opened, children_of
from services.routing.models import CaseRow, DeadlineRow, StepRow
from shared.access.tables import CaseAccessRow
from shared.county.structure import Rung
from shared.kit.session import Session
from shared.law.local import end_of_day

WHOLE = 100  # per cent
CASES = "cases whose terms are at hand"


def moment_of(rung: Rung, deadline: DeadlineRow) -> datetime:
    """Give when a rung is told: with so much of the term left, or so many days after it, or into its pause."""
    if rung.paused is not None and deadline.paused_on is not None:
        return end_of_day(deadline.paused_on + timedelta(days=rung.paused))
    if rung.left is not None:
        return deadline.started_at + (deadline.due_at - deadline.started_at) * (1 - rung.left / WHOLE)
    return deadline.due_at + timedelta(days=rung.late or 0)


@dataclass(frozen=True)
class AtHand:
    """A case with its terms, who sees it and who is barred from it, and how its open children stand to it."""

    row: CaseRow
    access: Mapping[str, set[str]]
    terms: list[DeadlineRow] = field(default_factory=list)
    children: set[str] = field(default_factory=set)


def at_hand(session: Session, deadline: DeadlineRow) -> AtHand:
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
    taken: dict[str, list[Opened]] = defaultdict(list)
    columns = select(CaseRow.parent, CaseRow.relation, CaseRow.phase, CaseRow.received_at)
    for parent, relation, phase, at in session.execute(columns.where(CaseRow.parent.in_(ids))):
        came[parent].append(Child(relation, phase, at))
    steps = select(StepRow.case, StepRow.step).where(StepRow.case.in_(ids), StepRow.complete, StepRow.at > since)
    for parent, step in session.execute(steps):
        taken[parent].append(Opened(step))  # each relation once is enough here
    for case in cases:
        mechanism, of = session.here.mechanisms.get(case.row.mechanism), case.row.id
        if mechanism is not None:  # of one that was left out only ended cases are here
            case.children.update(children_of(mechanism.workflow, came[of], taken[of], since))
