"""More time for a term: once, before its last day is over, by the law that its case began under."""

import secrets

from services.routing.clocks import begin, end, refresh, stop, terms_of
from services.routing.counted import longer
from services.routing.models import CaseRow
from shared.errors import Refusal
from shared.facts.deadline import DeadlineExtended
from shared.kit.session import Session
from shared.law.local import local_day
from shared.law.term import NoExtension, Term
from shared.workflow.declare import Step

LATE = ("breached", "met_late")
ASKED = ("open", "paused", "met", "extended", *LATE)


class TooLateToExtend(Refusal):
    """The term's last day is over: there is nothing left to prolong."""

    code = "extension-too-late"
    status = 409
    message = "The last day of this term is over: more time can only be given before that."
    next_action = "Finish as soon as you can, and say in the answer why it is late."


def may_extend(session: Session, row: CaseRow, step: Step) -> None:
    """Raise `TooLateToExtend` where a step would prolong a broken term, `NoExtension` for one that was prolonged.

    Only the newest term is asked: where a review sent the case back, what became of the first one is over.
    """
    terms = [one for one in terms_of(session, row, *ASKED) if one.rule == step.extends]
    newest = max(terms, key=lambda one: (one.started_at, one.ended_at or session.now), default=None)
    if newest and newest.status == "extended":
        raise NoExtension
    if newest and newest.status in LATE:
        raise TooLateToExtend


def extend(session: Session, row: CaseRow, step: Step, by: str) -> None:
    """Prolong the running term that a step names: it ends, and its successor counts from the day after its due day."""
    for deadline in terms_of(session, row, "open"):
        more = session.here.rules.extension_of(deadline.rule)
        if deadline.rule != step.extends or more is None:
            continue
        rule = session.here.rules.on(more.id, local_day(row.received_at))
        term, successor = longer(session, Term.from_dict(deadline.term), rule), secrets.token_hex(8)
        told = {"successor": successor, "due": term.due, "due_at": term.due_at, "basis": step.basis or "", "by": by}
        stop(session, deadline)
        end(session, deadline, "extended", DeadlineExtended, **told)
        begin(session, row, successor, term, lapses=False)
    refresh(session, row)
