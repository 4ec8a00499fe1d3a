"""A new case gets one responsible unit, and a reason that can be read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.routing import clocks, rules
from services.routing.case import case_of, offers_of, row_of
from services.routing.models import CaseRow
from shared.access.projection import first_access
from shared.errors import Refusal
from shared.facts.case import AccessChanged, CaseRouted, CaseSubmitted
from shared.journal.tell import tell
from shared.kit.action import on
from shared.kit.session import Session
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
    matter = matter_of(fact, mechanism)
    row, choice = _chosen(session, fact, mechanism, matter, now)
    session.add(row)
    access = AccessChanged(subject=row.id, units=(choice.unit,), barred=choice.barred, conflict=matter.conflict)
    first_access(session, access)
    tell(session, access)  # before anything else about the case: who may see it comes first
    running = clocks.adopt(session, row, fact.promises)
    tell(session, _routed(session, row, choice, running))


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
        doubts=fact.doubts,
    )


def _chosen(
    session: Session, fact: CaseSubmitted, mechanism: Mechanism, matter: rules.Matter, now: datetime
) -> tuple[CaseRow, rules.Choice]:
    """Choose a unit, ask the mechanism whom else to bar, and choose again where that gave no answer."""
    choice = rules.choose(matter, session.here.county)
    row = row_of(fact, choice, mechanism.workflow, now)
    answers = [ask(BARS, bars, case_of(session, row, (), (), 0)) for bars in mechanism.bars]
    if any(answer.failed for answer in answers):
        choice = rules.choose(replace(matter, doubts=(*matter.doubts, BARS.name)), session.here.county)
        row = row_of(fact, choice, mechanism.workflow, now)
    more = {code for answer in answers for code in answer.value}
    return row, replace(choice, barred=tuple(sorted({*choice.barred, *more})))


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
