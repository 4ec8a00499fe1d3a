"""Who supervises a case beside the unit that has it: whoever gave it away, or the next one above that may."""

from collections.abc import Iterator
from dataclasses import replace

from services.routing.assign import matter_of
from services.routing.competence.above import directs, way_up
from services.routing.competence.eligible import Eligible
from services.routing.competence.matter import Bars
from services.routing.known import people_for
from services.routing.models import CaseRow
from shared.kit.session import Session
from shared.workflow.declare import Workflow


def keep_somebody_who_ends(session: Session, row: CaseRow, bars: Bars) -> None:
    """Let a case that only its sender ends go on with the next unit above that one, where nobody there may end it.

    That unit directs the one that has the case, and reads it to its end; where there is none the sender stays.
    """
    roles = _who_ends(session.here.mechanisms[row.mechanism].workflow)
    if row.sender is None or not roles:
        return
    matter, county = matter_of(session, row, session.here.mechanisms[row.mechanism]), session.here.county
    eligible = Eligible(matter, county, people_for(session, matter, all_of_them=True), bars)
    later = replace(eligible, people=replace(eligible.people, away=frozenset()))  # who is away comes back
    above = (unit for unit in _above(row.sender, row.unit, eligible) if eligible.somebody(unit, roles))
    if not later.somebody(row.sender, roles) and (found := next(above, None)):
        row.sender, row.co_handlers = found, [*dict.fromkeys((*row.co_handlers, found))]


def _who_ends(workflow: Workflow) -> frozenset[str]:
    ends = (step for step in workflow.steps if any(workflow.states[state] == "closed" for state in step.targets))
    return frozenset(role for step in ends if step.at == "sender" for role in step.roles)


def _above(sender: str, unit: str, eligible: Eligible) -> Iterator[str]:
    county, day = eligible.county, eligible.people.today
    ways = dict.fromkeys((*way_up(sender, county, day), county.petition_office))
    return (one for one in ways if one != unit and directs(one, unit, county, day))
