"""Oversight: the month at a glance, what is late, the history of a case; for leaders, heads and auditors."""

import re
from typing import Any

from flask import Blueprint, g, render_template, request, url_for

from services.supervision.conditions import changes
from services.supervision.detected import detected, number_detected
from services.supervision.queues import queue, queues
from services.supervision.read import by_unit, history, late, overview
from services.supervision.shares import shares
from services.supervision.watchdog import watch_for
from shared.access import rule as access
from shared.access.rule import staff
from shared.crypto.receipt import normalise_reference
from shared.errors import NotFound
from shared.facts.base import Envelope
from shared.kit.action import here_now
from shared.web.i18n import current_language, translate
from shared.web.pages import moment, read_cursor, write_cursor
from shared.workflow.mechanism import Mechanism

oversight = Blueprint("oversight", __name__, url_prefix="/oversight")
PAGE = 50
CASE_ID = re.compile(r"[0-9a-f]{32}")  # facts name a case so

# What a fact means to whoever supervises; English msgids.
EVENTS = {
    "case.submitted": "Received and registered",
    "case.routed": "A unit became responsible",
    "case.access_changed": "Who may see it was decided",
    "case.stepped": "A step was taken",
    "case.carried": "Goes on under a new version of its procedure",
    "case.step_asked": "The resident asked for a step",
    "case.step_refused": "A step was refused",
    "case.served": "A letter reached its reader",
    "case.handed_over": "Passed on to another unit",
    "case.closed": "Closed",
    "case.erased": "Erased",
    "deadline.started": "A term began",
    "deadline.paused": "The term stands still",
    "deadline.resumed": "The term runs again",
    "deadline.extended": "The term was prolonged",
    "deadline.approaching": "The term nears its end",
    "deadline.rung_reached": "Word went up the ladder",
    "deadline.met": "The term was kept",
    "deadline.met_late": "Done after the term",
    "deadline.breached": "The term was broken",
    "deadline.voided": "The term no longer applies",
    "deadline.lapsed": "The resident's own term passed",
    "outcome.published": "The outcome entered the public record",
    "message.sent": "A message was sent",
    "message.failed": "A message could not be sent",
    "message.suppressed": "No message was sent",
}

KINDS = {"deadline.breached": "late", "message.sent": "quiet", "message.suppressed": "quiet"}


@oversight.get("")
@access.rule("leader", "head", "auditor")
def month() -> str:
    """Show the month's figures and who keeps dates."""
    rows = by_unit(staff())
    told = sorted((row for row in rows if row["kept"] is not None), key=lambda row: row["kept"])
    worst = told[0] if len(told) > 1 and told[0]["kept"] < told[-1]["kept"] else None
    rows = [*told, *(row for row in rows if row["kept"] is None)]
    return render_template(
        "supervision/month.html",
        figures=overview(staff(), now=g.now),
        again=number_detected(staff(), now=g.now),
        rows=rows,
        worst=worst,
    )


@oversight.get("/late")
@access.rule("leader", "head", "auditor")
def late_list() -> str:
    """List what is late, the longest first."""
    cursor = request.args.get("cursor", "")
    after = read_cursor(cursor, moment, str) if cursor else None
    key = (after[0], after[1]) if after else None
    rows, last = late(staff(), current_language(), key, PAGE, now=g.now)
    following = url_for("oversight.late_list", cursor=write_cursor(*last)) if last else ""
    return render_template("supervision/late.html", rows=rows, next=following)


@oversight.get("/shares")
@access.rule("leader", "head", "auditor")
def share_chart() -> str:
    """Show what came of the cases that ended, as the mechanisms declare it."""
    mechanisms = here_now.get().here.mechanisms
    return render_template("supervision/shares.html", shares=shares(staff(), now=g.now), mechanisms=mechanisms)


@oversight.get("/detected")
@access.rule("leader", "head", "auditor")
def detected_list() -> str:
    """List what should be looked at again, the newest first."""
    cursor = request.args.get("cursor", "")
    after = read_cursor(cursor, moment, str) if cursor else None
    rows, last = detected(staff(), (after[0], after[1]) if after else None, PAGE, now=g.now)
    following = url_for("oversight.detected_list", cursor=write_cursor(*last)) if last else ""
    mechanisms = here_now.get().here.mechanisms
    return render_template("supervision/detected.html", rows=rows, next=following, mechanisms=mechanisms)


@oversight.get("/queues")
@access.rule("leader", "auditor", "operator")
def all_queues() -> str:
    """Show every service's queue: how it is, and what residents notice; and the terms of which no word came."""
    return render_template("supervision/queues.html", queues=queues(now=g.now), terms=watch_for(staff(), now=g.now))


@oversight.get("/queues/<service>")
@access.rule("leader", "auditor", "operator")
def one_queue(service: str) -> str:
    """Show one service's queue with its last hour, and when it changed."""
    found = queue(service, now=g.now)
    return render_template("supervision/queue.html", queue=found, changes=changes(service))


@oversight.get("/cases/<reference>")
@access.rule("leader", "head", "auditor")
def one(reference: str) -> str:
    """Show the history of a case, by its reference or its id: every fact, without the words of the resident."""
    known = reference if CASE_ID.fullmatch(reference) else normalise_reference(reference)
    if known is None:
        raise NotFound
    case, terms, facts = history(staff(), known)
    here = here_now.get().here
    lines = [_line(fact, here.mechanisms[case.mechanism]) for fact in facts]
    return render_template("supervision/case.html", case=case, terms=terms, lines=lines, title=here.rules.title)


def _line(fact: Envelope, mechanism: Mechanism) -> dict[str, Any]:
    language, here = current_language(), here_now.get().here
    name = fact.type.removeprefix("org.lianxin.").rsplit(".", 1)[0]
    data = fact.data
    step = mechanism.workflow.step(str(data.get("step", "")))
    parts = [
        here.rules.title(str(data["rule"]), language) if name.startswith("deadline.") else "",
        translate(language, step.label) if step else "",
        here.county.unit_name(data.get("unit"), language),
        rung.name(language) if (rung := here.county.rung_by_code.get(str(data.get("rung", "")))) else "",
        data.get("basis") or "",
    ]
    return {
        "at": fact.time,
        "text": translate(language, EVENTS.get(name, name)),
        "note": " · ".join(part for part in parts if part),
        "kind": KINDS.get(name, ""),
    }
