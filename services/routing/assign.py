"""A new case gets one responsible unit, and a reason that can be read."""

from collections.abc import Sequence
from datetime import datetime

from services.routing import clocks, rules
from services.routing.case import case_of, offers_of, row_of
from services.routing.models import CaseRow
from shared.access.projection import first_access
from shared.facts.case import AccessChanged, CaseRouted, CaseSubmitted
from shared.journal.tell import tell
from shared.kit.action import on
from shared.kit.session import Session
from shared.workflow.mechanism import Mechanism


@on(CaseSubmitted, name="assign-new-case")
def assign(session: Session, fact: CaseSubmitted, *, now: datetime) -> None:
    """Give the case to one responsible unit and say why, before anybody may see it. Exactly once for every case."""
    mechanism = session.here.mechanisms.get(fact.mechanism)
    if mechanism is None:
        return  # The county removed the mechanism while the fact was on its way; intake offers it no more.
    matter = matter_of(fact, mechanism)
    choice = rules.choose(matter, session.here.county)
    row = row_of(fact, choice, mechanism.workflow, now)
    session.add(row)
    access = AccessChanged(subject=row.id, units=(choice.unit,), barred=choice.barred, conflict=matter.conflict)
    first_access(session, access)
    running = clocks.adopt(session, row, fact.promises)
    tell(session, access, _routed(session, row, choice, running))


def matter_of(fact: CaseSubmitted, mechanism: Mechanism) -> rules.Matter:
    """Give what routing looks at."""
    kind = mechanism.kind(fact.kind)
    return rules.Matter(
        mechanism=fact.mechanism,
        category=fact.category,
        place=fact.place,
        addressed_to=fact.addressed_to,
        unit=fact.unit,
        about_units=fact.about_units,
        about_posts=fact.about_posts,
        conflict=kind.conflict if kind else "none",
    )


def _routed(session: Session, row: CaseRow, choice: rules.Choice, running: Sequence[str]) -> CaseRouted:
    return CaseRouted(
        subject=row.id,
        reference=row.reference,
        unit=choice.unit,
        state=row.state,
        phase=row.phase,
        rule=choice.rule,
        because=choice.because,
        offers=offers_of(session, row, case_of(session, row, (), running, 0)),
        at=session.now,
    )
