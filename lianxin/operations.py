"""What every service offers its operators at a door of its own: parked facts, and the switch of its worker.

It is the service's own door, under its own access check and told in its own journal, because nobody else may change
its rows; and it answers while the bus doesn't.
"""

from dataclasses import replace
from typing import Any, Literal

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from shared.access import rule as access
from shared.access.cases import may_know
from shared.access.rule import staff
from shared.bus import parked as bus
from shared.errors import NotFound
from shared.journal.tables import WaitingRow
from shared.kit import pause as pausing
from shared.kit.action import action, here_now, query
from shared.kit.figures import HALVES
from shared.kit.service import Service, Warned
from shared.kit.session import Session
from shared.web.i18n import current_language, translate

PAGE = 50
SHORTEST, LONGEST = 5, 300  # characters of a reason
SEES = ("leader", "auditor", "operator")

parked_in, paused_in = query(bus.parked), query(pausing.paused)
pause_half, resume_half = action(pausing.pause), action(pausing.resume)
DECISIONS = {"retry": action(bus.retry), "drop": action(bus.drop)}


def with_operations(service: Service) -> Service:
    """Give a service with its operators' door, mounted under the page that shows its queue."""
    door = Blueprint("operations", __name__, url_prefix=f"/oversight/queues/{service.name}/parked")
    door.add_url_rule("", view_func=listed)
    door.add_url_rule("/<fact>/<decision>", view_func=ask)
    door.add_url_rule("/<fact>/<decision>", view_func=decide, methods=["POST"])
    door.add_url_rule("/switch/<half>", view_func=ask_switch)
    door.add_url_rule("/switch/<half>", view_func=switch, methods=["POST"])
    return replace(service, mounts=(*service.mounts, str(door.url_prefix)), doors=(*service.doors, door))


@access.rule(*SEES)
def listed() -> str:
    """Show what is parked, but for cases from which the reader is barred, what is paused, what to look at."""
    rows = parked_in(PAGE + 1, request.args.get("after", ""), may_know(staff(), WaitingRow.subject))
    following = url_for("operations.listed", after=rows[PAGE - 1].id) if len(rows) > PAGE else ""
    pauses = {one.what: one for one in paused_in()}
    return render_template(
        "lianxin/parked.html",
        service=here_now.get().name,
        rows=rows[:PAGE],
        next=following,
        pauses=pauses,
        warned=[translate(current_language(), text, **values) for text, values in warned_of()],
    )


@access.rule("operator")
def ask(fact: str, decision: str) -> str:
    """Ask why, before a parked fact is tried again or given up."""
    return _ask(decision, row=_one(fact, decision))


@access.rule("operator")
def decide(fact: str, decision: str) -> str | Response:
    """Do it, and tell who and why."""
    row = _one(fact, decision)
    if (reason := _reason()) is None:
        return _ask(decision, row=row, bad=True)
    DECISIONS[decision](fact, by=_by(), reason=reason)
    return redirect(url_for("operations.listed"), 303)


@access.rule("operator")
def ask_switch(half: str) -> str:
    """Ask why, before a half of the worker is stopped or goes on."""
    return _ask(_switch(half), half=half)


@access.rule("operator")
def switch(half: Literal["relay", "consumer"]) -> str | Response:
    """Stop it or let it go on, as the page that was sent says."""
    decision = _switch(half)
    if (reason := _reason()) is None:
        return _ask(decision, half=half, bad=True)
    turn = pause_half if request.form.get("decision") == "pause" else resume_half
    turn(half, by=_by(), reason=reason)
    return redirect(url_for("operations.listed"), 303)


@query
def warned_of(session: Session) -> list[Warned]:
    """Give what the service says that somebody should look at."""
    return here_now.get().service.warnings(session)


@query
def parked_one(session: Session, fact: str) -> WaitingRow:
    """Give a parked fact. Raises `NotParked`."""
    known = (WaitingRow.status == "parked", may_know(staff(), WaitingRow.subject))
    row = session.scalars(select(WaitingRow).where(WaitingRow.id == fact, *known)).one_or_none()
    if row is None:
        raise bus.NotParked(fact=fact, service=session.here.service)
    return row


def _one(fact: str, decision: str) -> WaitingRow:
    if decision not in DECISIONS:
        raise NotFound
    return parked_one(fact)


def _switch(half: str) -> str:
    """Give what the switch of a half would do now."""
    if half not in HALVES:
        raise NotFound
    return "resume" if half in {one.what for one in paused_in()} else "pause"


def _reason() -> str | None:
    given = request.form.get("reason", "").strip()
    return given if SHORTEST <= len(given) <= LONGEST else None


def _by() -> str:
    return f"{staff().display} {staff().person}"


def _ask(decision: str, *, bad: bool = False, **about: Any) -> str:
    service, given = here_now.get().name, request.form.get("reason", "")
    return render_template(
        "lianxin/decide.html", service=service, decision=decision, bad=bad, given=given, most=LONGEST, **about
    )
