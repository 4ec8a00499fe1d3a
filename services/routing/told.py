"""What a taken step tells: to the parties what they may read, to the record what is public, and what follows."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from services.routing.assigned import assigned_by
from services.routing.case import dump, public_of, to_case
from services.routing.copied import copied_to
from services.routing.entries import with_titles
from services.routing.letters import Written, served_fact
from services.routing.models import CaseRow
from services.routing.offers import offers_of
from shared.crypto.private import Private
from shared.facts.case import CaseClosed, CaseStepped
from shared.journal.tell import tell
from shared.kit.session import Session
from shared.law.rule import ASSIGNED
from shared.workflow.declare import Step
from shared.workflow.engine import Moved
from shared.workflow.mechanism import Mechanism


def tell_step(
    session: Session,
    row: CaseRow,
    mechanism: Mechanism,
    moved: Moved,
    by: str,
    given: Mapping[str, Any],
    before: str,
    letter: Written | None,
    turns_to: str | None,
) -> None:
    """Tell that the step was taken, and with it service and closing."""
    after, step, done = to_case(session, row), moved.step, moved.complete
    copied = copied_to(session, row, step, after) if done else None
    told = with_titles(session, mechanism, step, given)
    unsaid = step.name in mechanism.workflow.drafts or not (done or by in mechanism.resident_roles)
    shown = _shown(step, told, letter, drafts=unsaid)
    public = public_of(mechanism, after) if step.publishes and done else {}
    tell(
        session,
        CaseStepped(
            subject=row.id,
            step=step.name,
            by=by,
            unit=row.unit,
            state_from=before,
            state=row.state,
            phase=row.phase,
            at=session.now,
            outcome=row.outcome,
            letter=moved.letter if done else None,
            basis=moved.basis,
            publishes=step.publishes if done else None,
            turns_to=turns_to,
            reports_to=assigned_by(session, row) if done and ASSIGNED.id in step.met else None,
            ground=str(given[step.urges]) if step.urges else None,
            copied_to=copied,
            names=_named(mechanism, row, given) if done else None,
            waits_for=() if done else tuple(sorted({*step.roles} - {*moved.progress[step.name]})),
            shown=Private(dump(shown)) if shown else None,
            public=Private(dump(public)) if public else None,
            offers=offers_of(session, row, after),
        ),
    )
    if step.serves and done:
        tell(session, served_fact(session, row, step, given))
    if moved.phase == "closed" != mechanism.workflow.states[before] and row.outcome:
        tell(session, CaseClosed(subject=row.id, outcome=row.outcome, at=session.now))


def _named(mechanism: Mechanism, row: CaseRow, given: Mapping[str, Any]) -> str | None:
    """Give the post that this step chose and to which a step belongs where the case stands now."""
    fields = (step.named for step in mechanism.workflow.from_state(row.state) if step.named)
    return next((str(given[one]) for one in fields if given.get(one)), None)


def _shown(step: Step, given: Mapping[str, Any], letter: Written | None, *, drafts: bool) -> dict[str, Any]:
    """Give what parties may read of a step: their part of the inputs, and the letter, but for an invitation."""
    fields = step.asks.visible(given, "parties") if step.asks else {}
    # A draft is nobody's answer until it is signed, and one office's half of a step no word of the office.
    shown: dict[str, Any] = {} if drafts or not fields else {"inputs": fields}
    return {**shown, "letter": asdict(letter)} if letter and not step.invites else shown
