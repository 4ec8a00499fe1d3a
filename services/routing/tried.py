"""Trying other rules on cases that came: who would have become responsible by them. Nothing is written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import load_only

from services.routing import family
from services.routing.assign import choose_for, matter_of
from services.routing.case import case_of
from services.routing.competence.choose import CHOSEN, OPENED_FOR, choose
from services.routing.competence.matter import Bars, Choice, Matter, NoEligibleUnit, People
from services.routing.in_force import county_in_force, gone_in_force
from services.routing.known import people_for
from services.routing.models import CaseRow
from shared.county.model import County
from shared.county.structure import Conflict
from shared.errors import NotYet
from shared.kit.session import Session
from shared.workflow.case import Case
from shared.workflow.mechanism import Mechanism

AT_ONCE = 500
NO_MORE = "The county file doesn't have this unit any more."
# What a choice looks at. No word that a person wrote is read, but where a mechanism bars by what a form says.
LOOKED_AT = (
    *(CaseRow.id, CaseRow.reference, CaseRow.received_at, CaseRow.mechanism, CaseRow.kind, CaseRow.category),
    *(CaseRow.place, CaseRow.addressed_to, CaseRow.about_units, CaseRow.about_posts, CaseRow.urgent),
    *(CaseRow.root, CaseRow.relation, CaseRow.parent, CaseRow.unit, CaseRow.rule),
)


@dataclass(frozen=True)
class Tried:
    """A case, by the rules in force and by the others; None where nobody could take it."""

    reference: str
    before: Choice | None
    after: Choice | None

    @property
    def moves(self) -> bool:
        """Tell whether another unit would be responsible."""
        return unit_of(self.before) != unit_of(self.after)


def unit_of(choice: Choice | None) -> str | None:
    """Give the unit of a choice, if there is one."""
    return choice.unit if choice else None


def classes_of(mechanisms: Mapping[str, Mechanism]) -> dict[str, frozenset[Conflict]]:
    """Give the classes of conflict of each mechanism's kinds: no case of it is of another one."""
    return {
        name: frozenset(kind.conflict for one in mechanism.kinds if (kind := mechanism.kind(one)) is not None)
        for name, mechanism in mechanisms.items()
    }


def how_many(session: Session, since: datetime) -> int:
    """Count the cases that would be tried."""
    return session.scalar(select(func.count()).select_from(CaseRow).where(CaseRow.received_at >= since)) or 0


def tried(session: Session, other: County, since: datetime) -> Iterator[Tried]:
    """Try the rules of another county file beside those in force, on every case received since, the oldest first.

    Both choices are made as of today: with the people who are there now, so that only the rules differ. A case of a
    unit that routes in force name and the county file doesn't have is where it is: a choice anew would hide the move.
    """
    gone = gone_in_force(session, session.here.county)
    everybody, in_force = people_for(session, Matter(""), all_of_them=True), county_in_force(session)
    for row in _cases(session, since):
        mechanism = session.here.mechanisms.get(row.mechanism)
        if mechanism is None:
            continue  # no longer installed: nobody knows what its steps need
        asked = row.unit if row.rule in {OPENED_FOR, CHOSEN} else None  # else its unit is what routing chose
        matter = replace(matter_of(session, row, mechanism), unit=asked)
        judged = family.judged(session, row)
        people = people_for(session, matter, judged=judged) if judged else everybody
        came = _as_it_came(session, row, mechanism) if mechanism.bars else None
        before = (
            Choice(row.unit, row.rule, (NO_MORE,))
            if row.unit in gone
            else _choice(mechanism, came, people, _known_to(matter, in_force), in_force)
        )
        yield Tried(row.reference, before, _choice(mechanism, came, people, _known_to(matter, other), other))


def _cases(session: Session, since: datetime) -> Iterator[CaseRow]:
    asked = select(CaseRow).options(load_only(*LOOKED_AT)).order_by(CaseRow.received_at, CaseRow.id).limit(AT_ONCE)
    after = (since, "")
    while rows := session.scalars(asked.where(tuple_(CaseRow.received_at, CaseRow.id) > after)).all():
        yield from rows
        after = (rows[-1].received_at, rows[-1].id)
        session.expunge_all()


def _as_it_came(session: Session, row: CaseRow, mechanism: Mechanism) -> Case | None:
    """Give the case as a mechanism that bars was asked about it; None where it was erased and nobody can be asked."""
    try:
        case = case_of(session, row, (), (), ())
    except NotYet:
        return None
    return replace(case, state=mechanism.workflow.start, outcome=None)


def _choice(mechanism: Mechanism, came: Case | None, people: People, matter: Matter, county: County) -> Choice | None:
    try:
        if came is None:
            return choose(matter, county, people)
        return choose_for(mechanism, matter, county, people, lambda choice: replace(came, unit=choice.unit), Bars())
    except NoEligibleUnit:
        return None


def _known_to(matter: Matter, county: County) -> Matter:
    """Leave out what the other county file doesn't know any more, as routing would have to."""
    units, posts = county.unit_by_code, county.post_by_code
    return replace(
        matter,
        addressed_to=matter.addressed_to if matter.addressed_to in units else None,
        unit=matter.unit if matter.unit in units else None,
        judged_by=tuple(code for code in matter.judged_by if code in units),
        about_units=tuple(code for code in matter.about_units if code in units),
        about_posts=tuple(code for code in matter.about_posts if code in posts),
    )
