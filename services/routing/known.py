"""What is known of people when a case is routed: read only where the case names somebody or somebody is away."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, literal, null, or_, select, union_all

from services.routing.competence.matter import Matter, People
from services.routing.models import CaseRow, StepRow
from shared.access.tables import AbsenceRow, PersonRow, PostRow, TieRow
from shared.kit.session import Session
from shared.law.local import local_day
from shared.workflow.case import CHARGE
from shared.workflow.declare import STAY

Pairs = Mapping[str, frozenset[str]]
ABSENT = "absent today, and closed posts"


def people_for(
    session: Session, matter: Matter, *, judged: Sequence[CaseRow] = (), all_of_them: bool = False
) -> People:
    """Give what routing has to know of people; `all_of_them` also where the matter names nobody.

    `judged` are the cases whose answers the matter disputes: who decided in one of them is barred, and from a review
    also the leader who had charge of one.
    """
    today = local_day(session.now)
    if ABSENT not in session.info:  # once for a batch of cases: a question for each would also write each by itself
        session.info[ABSENT] = _absent(session)
    absent, closed = session.info[ABSENT]
    about = matter.about_posts or matter.about_units or matter.conflict == "conduct"  # whose words may name anybody
    if not (absent or closed or all_of_them or about or judged):
        return People(today)
    holders = _holders(session)
    acting = {post: _acting(held, absent) for post, held in holders.items()}
    charged = _had_charge(session, judged) if matter.judged_by else frozenset()  # he may take another charge of it
    return People(
        today=today,
        holders=holders,
        acting=acting,
        kin=_ties(session),
        stand_ins=_stand_ins(session),
        away=frozenset((*closed, *(post for post, who in acting.items() if not who))),
        decided=decided_in(session, judged) | charged,
    )


def _absent(session: Session) -> tuple[dict[str, str | None], list[str]]:
    """Give who is away today with the stand-in, and posts that are closed: one question."""
    today = AbsenceRow.in_force(local_day(session.now))
    away = select(literal("away"), AbsenceRow.person, AbsenceRow.stand_in).where(today)
    closed = select(literal("closed"), PostRow.code, null()).where(~PostRow.active)
    rows: Sequence[Any] = session.execute(union_all(away, closed)).all()
    gone = {who: stand_in for what, who, stand_in in rows if what == "away"}
    return gone, [code for what, code, _ in rows if what == "closed"]


def _acting(holders: frozenset[str], absent: Mapping[str, str | None]) -> frozenset[str]:
    """Give who acts in a post: its holders, and for one who is away the stand-in, if that one is there."""
    found = {absent.get(one, one) for one in holders}
    return frozenset(one for one in found if one is not None and one not in absent)


def _holders(session: Session) -> Pairs:
    rows = session.execute(select(PersonRow.id, PersonRow.posts).where(PersonRow.active))
    return _grouped((post, person) for person, posts in rows for post in posts)


def _ties(session: Session) -> Pairs:
    today = local_day(session.now)
    in_force = and_(
        or_(TieRow.since.is_(None), TieRow.since <= today), or_(TieRow.until.is_(None), TieRow.until > today)
    )
    pairs = [(one, other) for one, other in session.execute(select(TieRow.person, TieRow.other).where(in_force))]
    return _grouped([*pairs, *((other, one) for one, other in pairs)])


def _stand_ins(session: Session) -> Pairs:
    """Give who stands in for whom, today or later: who will act in somebody's place is as near as who does."""
    later = or_(AbsenceRow.until.is_(None), AbsenceRow.until > local_day(session.now))
    named = select(AbsenceRow.person, AbsenceRow.stand_in).where(later, AbsenceRow.stand_in.is_not(None))
    return _grouped((person, str(stand_in)) for person, stand_in in session.execute(named))


def _grouped(pairs: Iterable[tuple[str, str]]) -> Pairs:
    found: dict[str, set[str]] = {}
    for one, other in pairs:
        found.setdefault(one, set()).add(other)
    return {one: frozenset(others) for one, others in found.items()}


def decided_in(session: Session, rows: Iterable[CaseRow]) -> frozenset[str]:
    """Give the people of the offices who decided in any of these cases."""
    return frozenset(person for row in rows for person in _decided(session, row))


def _decided(session: Session, row: CaseRow) -> frozenset[str]:
    """Give the people of the offices who drafted, read, signed or decided in a case: its review is not theirs."""
    workflow = session.here.mechanisms[row.mechanism].workflow
    deciding = {
        step.name
        for step in workflow.steps
        if step.outcome or (step.to != STAY and any(workflow.states[state] == "deciding" for state in step.targets))
    }
    taken = select(StepRow.person).where(
        StepRow.case == row.id, StepRow.step.in_(deciding), ~StepRow.person.startswith("receipt:")
    )
    return frozenset(session.scalars(taken))


def _had_charge(session: Session, rows: Sequence[CaseRow]) -> frozenset[str]:
    """Give the leaders who took one of these cases in charge: who saw an answer to its end does not judge it."""
    charges = select(CaseRow).where(CaseRow.parent.in_([row.id for row in rows]), CaseRow.relation == CHARGE)
    return frozenset(person for charge in session.scalars(charges) for person in _in_person(session, charge))


def _in_person(session: Session, row: CaseRow) -> Sequence[str]:
    mechanism = session.here.mechanisms.get(row.mechanism)  # one that was left out has only ended cases
    steps = {name for step in (mechanism.workflow.steps if mechanism else ()) for name in step.only_by}
    return session.scalars(select(StepRow.person).where(StepRow.case == row.id, StepRow.step.in_(steps))).all()
