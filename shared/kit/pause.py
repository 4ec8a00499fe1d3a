"""Pausing one half of a service's worker: a row that every process of the service honours, until a person resumes.

A paused relay goes on numbering and sends nothing; a paused consumer applies nothing, and timers run on.
"""

from typing import Literal

from sqlalchemy import select

from shared.errors import Refusal
from shared.facts.platform import ServicePaused, ServiceResumed
from shared.journal.tables import PausedRow
from shared.journal.tell import tell
from shared.kit.session import Session

What = Literal["relay", "consumer"]


class AlreadyPaused(Refusal):
    """Somebody else stopped it before, for a reason of his own."""

    code = "already-paused"
    status = 409
    message = "%(what)s of %(service)s was paused by %(by)s: %(reason)s"
    next_action = "Agree with who paused it, then resume it."


class NotPaused(Refusal):
    """There is nothing to resume."""

    code = "not-paused"
    status = 409
    message = "%(what)s of %(service)s is not paused."
    next_action = "Look at the queues again; somebody else may have resumed it."


def pause(session: Session, what: What, *, by: str, reason: str) -> None:
    """Stop a half of this service, durably, and tell who did and why. Raises `AlreadyPaused`."""
    found = session.get(PausedRow, what)
    if found is not None:
        raise AlreadyPaused(what=what, service=session.here.service, by=found.by, reason=found.reason)
    session.add(PausedRow(what=what, by=by, reason=reason, since=session.now))
    tell(session, ServicePaused(subject=session.here.service, what=what, by=by, reason=reason))


def resume(session: Session, what: What, *, by: str, reason: str) -> None:
    """Let a half of this service go on, and tell who did and why. Raises `NotPaused`."""
    found = session.get(PausedRow, what)
    if found is None:
        raise NotPaused(what=what, service=session.here.service)
    session.delete(found)
    tell(session, ServiceResumed(subject=session.here.service, what=what, by=by, reason=reason))


def paused(session: Session) -> list[PausedRow]:
    """Give what is paused in this service: nothing, one half or both."""
    return list(session.scalars(select(PausedRow).order_by(PausedRow.what)))
