"""A case changes hands: to another unit, to posts that stand in, or to the body outside the county.

Every clock goes on; only where the case leaves the county nobody here can keep a term any more, and it is void.
"""

from dataclasses import asdict

from services.routing.assign import access_of, matter_of
from services.routing.competence.choose import keep_or_pass_on
from services.routing.competence.matter import Bars, Choice
from services.routing.known import people_for
from services.routing.models import CaseRow
from services.routing.outside import leave_the_county
from shared.access.cases import barred_from
from shared.access.projection import write_access
from shared.county.structure import EXTERNAL
from shared.crypto.private import Private
from shared.facts.case import HandedOver
from shared.journal.tell import tell
from shared.kit.session import Session


def candidate(session: Session, row: CaseRow, unit: str, barred: frozenset[str] = frozenset()) -> Choice:
    """Give who takes a case that should go to `unit`, or stay there: that unit, or the next one up that may.

    `barred` are people barred from now on. Raises `NoEligibleUnit`.
    """
    county = session.here.county
    matter = matter_of(session, row, session.here.mechanisms[row.mechanism])
    known = barred | barred_from(session, row.id)
    people = people_for(session, matter, root=row.root, all_of_them=True)
    return keep_or_pass_on(unit, matter, county, people, Bars(known, known, known & county.unit_by_code.keys()))


def give(session: Session, row: CaseRow, choice: Choice, reason: str | None = None) -> None:
    """Give a case to who was chosen. The new set is told before the new unit: nobody sees it too early or too long."""
    before, row.unit = row.unit, choice.unit
    row.explanation = [*row.explanation, *(asdict(line) for line in choice.explanation)]
    row.co_handlers = [one for one in row.co_handlers if one not in (choice.unit, *choice.bars.units)]
    kind = session.here.mechanisms[row.mechanism].kind(row.kind)
    access = access_of(row.id, choice, kind.conflict if kind else "none", tuple(row.co_handlers))
    write_access(session, access)
    tell(session, access)
    if choice.unit == before:
        return
    told = Private(reason) if reason else None
    tell(session, HandedOver(subject=row.id, unit_from=before, unit=row.unit, reason=told, at=session.now))
    if row.unit == EXTERNAL:
        leave_the_county(session, row)
