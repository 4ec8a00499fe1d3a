"""A case changes hands: to another unit, to posts that stand in, back, or to the body outside the county.

Every clock goes on; only where the case leaves the county nobody here can keep a term any more, and it is void.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, NamedTuple

from sqlalchemy import select

from services.routing import assigned, family, helping, readers
from services.routing.assign import access_of, matter_of
from services.routing.charged import posts_in_charge
from services.routing.competence.above import directs
from services.routing.competence.choose import keep_or_pass_on
from services.routing.competence.eligible import Eligible
from services.routing.competence.matter import Bars, Choice
from services.routing.competence.superior import superior_for
from services.routing.known import people_for
from services.routing.models import CaseRow
from services.routing.outside import leave_the_county
from services.routing.roles import awaited, read_along
from services.routing.supervising import keep_somebody_who_ends
from shared.access.cases import barred_from
from shared.access.projection import write_access
from shared.county.structure import EXTERNAL
from shared.crypto.private import Private
from shared.errors import Invalid
from shared.facts.case import HandedOver
from shared.journal.tell import tell
from shared.kit.session import Session
from shared.law.local import local_day
from shared.workflow.declare import SENDER, Step


class Beside(NamedTuple):
    """The units beside the one that leads: which read along, and on whose step the case waits."""

    along: tuple[str, ...]
    awaited: frozenset[str | None]


def beside_of(session: Session, row: CaseRow) -> Beside:
    """Give who stands beside where the case stands now."""
    workflow = session.here.mechanisms[row.mechanism].workflow
    return Beside(read_along(session, row, workflow), awaited(row, workflow))


def candidate(session: Session, row: CaseRow, unit: str, barred: frozenset[str] = frozenset()) -> Choice:
    """Give who takes a case that should go to `unit`, or stay there: that unit, or the next one up that may.

    `barred` are people barred from now on. Raises `NoEligibleUnit`.
    """
    county = session.here.county
    matter = matter_of(session, row, session.here.mechanisms[row.mechanism])
    known = barred | barred_from(session, row.id)
    people = people_for(session, matter, judged=family.judged(session, row), all_of_them=True)
    people = replace(people, away=people.away - posts_in_charge(session, row, unit, known))
    return keep_or_pass_on(unit, matter, county, people, Bars(known, known, known & county.unit_by_code.keys()))


def pass_along(
    session: Session, row: CaseRow, step: Step, given: Mapping[str, Any], hands: int, beside: Beside
) -> str | None:
    """Do what a taken step says about who is responsible: give the case away or back, or ask the common superior.

    `beside` is who stood there before. Gives the unit whose step is next while the case stays, if there is one.
    """
    if step.moves:
        choice, sender = _moved_to(session, row, step, given), row.unit
        if step.assigns:
            row.co_handlers = [*dict.fromkeys((*row.co_handlers, sender))]  # who assigned it reads along
        row.sender = row.unit if step.at == "lead" else None  # what was taken back, or decided, nobody sent
        row.superior = None
        give(session, row, choice, given.get("reason"), hands)
        if step.assigns:
            assigned.assign(session, row, sender, given[step.assigns])
        else:
            assigned.unassign(session, row, step.basis or step.name)
        return row.unit if row.unit == sender else None  # inside the unit nobody else would say so
    if step.assigns:  # a new date from whoever sent it, for the unit that has it
        _must_be_ahead(session, step.assigns, given)
        assigned.unassign(session, row, step.basis or step.name)
        assigned.assign(session, row, row.sender or row.unit, given[step.assigns])
    if step.disputes:
        row.superior = _common_superior(session, row)
    return _show_beside(session, row, beside)


def _moved_to(session: Session, row: CaseRow, step: Step, given: Mapping[str, Any]) -> Choice:
    if step.moves == SENDER:
        return candidate(session, row, row.sender or row.unit)
    unit = str(given[step.moves or ""])
    if unit not in session.here.county.unit_by_code:
        raise Invalid({step.moves or "": ["Choose one from the list."]})
    if step.at == "lead" and unit == row.unit and not step.only_by:
        raise Invalid({step.moves or "": ["This unit has the case already. Choose another one."]})
    if step.assigns and not directs(row.unit, unit, session.here.county, local_day(session.now)):
        raise Invalid({step.moves or "": ["Only a unit that stands under yours can be directed."]})
    if step.assigns:
        _must_be_ahead(session, step.assigns, given)
    choice = candidate(session, row, unit)
    if choice.unit != unit:
        raise Invalid({step.moves or "": ["This unit may not or can't take the case. Choose another one."]})
    return choice


def _must_be_ahead(session: Session, name: str, given: Mapping[str, Any]) -> None:
    if given[name] <= local_day(session.now):
        raise Invalid({name: ["The day must lie ahead."]})


def _common_superior(session: Session, row: CaseRow) -> str:
    """Give who decides between the unit and its sender; whoever the case bars decides nothing. Raises `NoSuperior`."""
    mechanism, county = session.here.mechanisms[row.mechanism], session.here.county
    known = frozenset(barred_from(session, row.id))
    matter = matter_of(session, row, mechanism)
    people = people_for(session, matter, judged=family.judged(session, row), all_of_them=True)
    eligible = Eligible(matter, county, people, Bars(known, known, known & county.unit_by_code.keys()))
    (role,) = {role for step in mechanism.workflow.steps if step.at == "superior" for role in step.roles}
    return superior_for(row.unit, row.sender or row.unit, role, eligible)


def _show_beside(session: Session, row: CaseRow, before: Beside) -> str | None:
    """Show the case to who has a step to take beside the unit that leads, and no longer to who had one."""
    after = beside_of(session, row)
    if after.along != before.along:
        readers.tell_readers(session, row)
        readers.let_read(session, row)
    new = after.awaited - before.awaited - {*row.co_handlers}
    return next((unit for unit in after.along if unit in new), None)


def give(session: Session, row: CaseRow, choice: Choice, reason: str | None = None, hands: int = 0) -> None:
    """Give a case to who was chosen. The new set is told before the new unit: nobody sees it too early or too long."""
    before, row.unit = row.unit, choice.unit
    keep_somebody_who_ends(session, row, choice.bars)
    row.explanation = [*row.explanation, *(asdict(line) for line in choice.explanation)]
    out = [one for one in row.co_handlers if one in (choice.unit, *choice.bars.units)]
    row.co_handlers = [one for one in row.co_handlers if one not in out]
    if out:
        helping.let_off(session, row, "handed over", out)
    kind = session.here.mechanisms[row.mechanism].kind(row.kind)
    access = access_of(row.id, choice, kind.conflict if kind else "none", readers.beside(session, row))
    write_access(session, access)
    tell(session, access)
    bar_from_children(session, row)
    readers.let_read(session, row)
    if choice.unit == before:
        return
    told = Private(reason) if reason else None
    tell(session, HandedOver(subject=row.id, unit_from=before, unit=row.unit, reason=told, hands=hands, at=session.now))
    if row.unit == EXTERNAL:
        leave_the_county(session, row)


def bar(session: Session, row: CaseRow, codes: frozenset[str]) -> None:
    """Bar people from a case from now on: somebody of its unit fills in, or the next unit up that may takes it.

    What only its sender ends goes on with the next unit above that one, where nobody there may any more.
    It stays where it is when it is over or outside the county. Raises `NoEligibleUnit`.
    """
    missing = codes - barred_from(session, row.id)
    if not missing:
        return
    if row.phase == "closed" or row.unit == EXTERNAL:
        readers.tell_readers(session, row, barred=missing)
        bar_from_children(session, row)
    else:
        give(session, row, candidate(session, row, row.unit, missing))


def bar_from_children(session: Session, row: CaseRow) -> None:
    """Bar whom a case bars from its children too, whenever that came: they have its title, and its people."""
    codes = frozenset(barred_from(session, row.id))
    for child in session.scalars(select(CaseRow).where(CaseRow.parent == row.id).order_by(CaseRow.id)).all():
        bar(session, child, codes)
