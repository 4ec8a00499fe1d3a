"""Where nobody in the county may judge a case, it ends here and goes to the body outside that the county file names."""

from services.routing import clocks, joined
from services.routing.models import CaseRow
from shared.county.structure import EXTERNAL
from shared.facts.case import CaseClosed, CaseStepped
from shared.journal.tell import tell
from shared.kit.session import Session

PASSED_OUTSIDE = "passed on outside the county"  # no step of a mechanism: the platform takes it
OUTCOME = "referred_out"


def leave_the_county(session: Session, row: CaseRow) -> None:
    """End a case here that the body outside the county takes: nobody inside reads or moves it from now on."""
    workflow, before = session.here.mechanisms[row.mechanism].workflow, row.state
    row.state = next(state for state, phase in workflow.states.items() if phase == "closed")
    row.phase, row.outcome, row.changed_at = "closed", OUTCOME, session.now
    clocks.void(session, row, EXTERNAL)
    tell(
        session,
        CaseStepped(
            subject=row.id,
            step=PASSED_OUTSIDE,
            by="platform",
            unit=EXTERNAL,
            state_from=before,
            state=row.state,
            phase=row.phase,
            at=session.now,
            outcome=OUTCOME,
        ),
        CaseClosed(subject=row.id, outcome=OUTCOME, at=session.now),
    )
    joined.tell_joined(session, row, "unanswered")
