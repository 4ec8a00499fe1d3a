"""A new case gets one responsible unit, and a reason that can be read."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from services.routing import clocks, family
from services.routing.carry import carried, tell_carried
from services.routing.case import case_of, locked, row_of
from services.routing.competence.choose import choose
from services.routing.competence.matter import Bars, Choice, Matter, People
from services.routing.in_force import by_routes, county_in_force
from services.routing.known import people_for
from services.routing.models import CaseRow
from services.routing.offers import offers_of
from services.routing.outside import leave_the_county
from services.routing.readers import READING, let_read, who_asked
from services.routing.returned import note_text
from services.routing.search.index import index_new
from shared.access.projection import first_access
from shared.county.model import County
from shared.county.structure import EXTERNAL, Conflict
from shared.errors import Refusal
from shared.facts.case import AccessChanged, CaseErased, CaseRouted, CaseSubmitted
from shared.journal.tell import tell
from shared.kit.action import on
from shared.kit.session import Session
from shared.workflow.case import Case
from shared.workflow.mechanism import Mechanism
from shared.workflow.points import BARS, ask


class MechanismMissing(Refusal):
    """Intake took the case, and routing's county file does not name its mechanism: it is parked for a person."""

    code = "mechanism-missing"
    message = "The mechanism %(mechanism)s of this case is not installed here."
    next_action = "Give every service the same county file, then retry the parked fact."


@on(CaseSubmitted, name="assign-new-case")
def assign(session: Session, fact: CaseSubmitted, *, now: datetime) -> None:
    """Give the case to one responsible unit and say why, before anybody may see it. Exactly once for every case."""
    mechanism = session.here.mechanisms.get(fact.mechanism)
    if mechanism is None:
        raise MechanismMissing(mechanism=fact.mechanism)
    version, fact = fact.mechanism_version, carried(session, fact, mechanism)
    if fact.relation in READING:
        locked(session, CaseRow.id == fact.root)  # who reads the cases it is about changes with it
    matter = matter_of(session, fact, mechanism)
    row, choice = _chosen(session, fact, mechanism, matter, now)
    session.add(row)
    index_new(session, row)
    access = access_of(row.id, choice, matter.conflict, (*choice.co_handlers, *who_asked(session, row)))
    first_access(session, access)
    tell(session, access)  # before anything else about the case: who may see it comes first
    running = clocks.adopt(session, row, fact.promises)
    tell(session, _routed(session, row, choice, running))
    if version != row.mechanism_version:
        tell_carried(session, row, version, row.state)
    if row.unit == EXTERNAL:
        leave_the_county(session, row)
    let_read(session, row)
    note_text(session, row)


@on(CaseErased, name="routing-forget-whom")
def forget_whom(session: Session, fact: CaseErased, *, now: datetime) -> None:
    """Forget whom an erased case was about: that is not sealed, so a key that is gone does not hide it."""
    row = locked(session, CaseRow.id == fact.subject)
    if row is not None:
        row.about_units, row.about_posts = [], []


def matter_of(session: Session, case: CaseSubmitted | CaseRow, mechanism: Mechanism) -> Matter:
    """Give what routing looks at: of a case that comes in, or of one that is here."""
    kind = mechanism.kind(case.kind)
    return Matter(
        mechanism=case.mechanism,
        category=case.category,
        place=case.place,
        addressed_to=case.addressed_to,
        unit=getattr(case, "unit", None),
        about_units=tuple(case.about_units),
        about_posts=tuple(case.about_posts),
        conflict=kind.conflict if kind else "none",
        urgent=case.urgent,
        doubts=tuple(getattr(case, "doubts", ())),
        judged_by=tuple(dict.fromkeys(row.unit for row in family.judged(session, case))),
        roles=mechanism.post_roles(mechanism.workflow.steps),
        first=mechanism.first_roles,
        in_person=mechanism.in_person,
    )


def access_of(case: str, choice: Choice, conflict: Conflict, co_handlers: tuple[str, ...]) -> AccessChanged:
    """Give who may see a case by a choice: the unit that leads, those who work with it, who stands in; and who not."""
    bars = choice.bars
    return AccessChanged(
        subject=case,
        units=(choice.unit, *co_handlers),
        posts=choice.posts,
        barred=tuple(sorted({*bars.posts, *bars.people, *bars.units})),
        conflict=conflict,
    )


def _chosen(
    session: Session, fact: CaseSubmitted, mechanism: Mechanism, matter: Matter, now: datetime
) -> tuple[CaseRow, Choice]:
    people = people_for(session, matter, judged=family.at_stake(session, fact))

    def as_it_would_be(choice: Choice) -> Case:
        return case_of(session, row_of(fact, choice, mechanism.workflow, now), (), (), ())

    county, codes = county_in_force(session), family.bars(session, fact)
    known = Bars(codes, codes, codes & county.unit_by_code.keys())
    choice = by_routes(choose_for(mechanism, matter, county, people, as_it_would_be, known), session)
    return row_of(fact, choice, mechanism.workflow, now), choice


def choose_for(
    mechanism: Mechanism, matter: Matter, county: County, people: People, case: Callable[[Choice], Case], known: Bars
) -> Choice:
    """Choose a unit, ask the mechanism whom else to bar, and choose again where it bars somebody or gave no answer.

    `known` is whom the case bars already.
    """
    choice = choose(matter, county, people, known)
    answers = [ask(BARS, bars, case(choice)) for bars in mechanism.bars]
    failed = any(answer.failed for answer in answers)
    more = frozenset(code for answer in answers for code in answer.value)
    if not failed and not more:
        return choice
    doubts = (*matter.doubts, BARS.name) if failed else matter.doubts
    return choose(replace(matter, doubts=doubts), county, people, Bars(known.posts | more, known.people, known.units))


def _routed(session: Session, row: CaseRow, choice: Choice, running: Sequence[str]) -> CaseRouted:
    unit = session.here.county.unit_by_code.get(choice.unit)
    return CaseRouted(
        subject=row.id,
        reference=row.reference,
        unit=choice.unit,
        state=row.state,
        phase=row.phase,
        rule=choice.rule,
        because=choice.because,
        co_handlers=choice.co_handlers,
        level=unit.level if unit else None,
        offers=offers_of(session, row, case_of(session, row, (), running, ())),
        at=session.now,
    )
