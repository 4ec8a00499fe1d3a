"""The desk's REST doors: the same lists, cases and steps for programs with a personal token."""

import re
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from flask import Response, g, jsonify, request, stream_with_context

from services.routing import schemas
from services.routing.archive.download import download
from services.routing.archive.pack import NotClosedYet
from services.routing.competence.matter import NoEligibleUnit
from services.routing.competence.superior import NoSuperior
from services.routing.days import NotReceivedYet
from services.routing.desk import Clock, Desk, Taken, open_case, open_file
from services.routing.explained import kept_in_words
from services.routing.extension import TooLateToExtend
from services.routing.recuse import recuse
from services.routing.step import ChangedMeanwhile, take_step
from services.routing.worklist import Item, counts, seeking, work
from shared.access import rule as access
from shared.access.rule import staff
from shared.crypto.receipt import normalise_reference
from shared.errors import Invalid, NotFound, Refusal
from shared.kit.action import here_now
from shared.kit.session import Session
from shared.law.term import NoExtension
from shared.web.files import disposition
from shared.web.forms import asked as fields_of
from shared.web.i18n import current_language, translate
from shared.web.once import BadKey, KeyWithOtherBody, once
from shared.web.pages import etagged, moment, read_cursor, write_cursor
from shared.web.rest import Doors, declares
from shared.workflow.declare import Step
from shared.workflow.engine import NotMet, NotOffered, NotYourStep
from shared.workflow.entries import Choices

desk = Doors("desk_api", __name__, url_prefix="/api/v1/desk", description="The desk, for programs of the staff")


# The revision, and whatever follows the point: it tells languages apart and is no part of the case.
TAG = re.compile(r'(?:W/)?"(\d{1,9})(?:\.[0-9a-f]*)?"', re.ASCII)


class BadTag(Refusal):
    """If-Match must be an ETag that the desk gave."""

    code = "bad-if-match"
    status = 400
    message = "If-Match must repeat the ETag of the case."
    next_action = "Load the case and send the ETag that came with it."


@desk.get("/today")
@desk.response(200, schemas.Today)
@access.rule("staff", scope="desk.read")
def today() -> dict[str, int]:
    """Count today's work: late, today, soon (three working days), new, waiting, all; each up to 1,000, no further."""
    return counts(staff(), now=g.now)


@desk.get("/cases")
@desk.arguments(schemas.WorkAsked, location="query")
@desk.response(200, schemas.DeskList)
@access.rule("staff", scope="desk.read")
def list_cases(asked: dict[str, Any]) -> dict[str, Any]:
    """List cases the holder may see, what is due first on top; with `q` those that say it, the newest first.

    Pages follow each other by a keyset cursor. A page of a search may be short, or empty, although more follow.
    """
    after = read_cursor(asked["cursor"], moment, str) if asked["cursor"] else None
    narrowed = {name: asked[name] for name in ("phase", "mechanism", "unit", "due")}
    filters = replace(seeking(asked["q"].strip()), **narrowed)
    if filters.reference == "-":
        raise Invalid({"q": ["Write two characters or more."]})
    page = work(staff(), filters, (after[0], after[1]) if after else None, asked["limit"], now=g.now)
    return {"items": [_item(item) for item in page.items], "next": write_cursor(*page.after) if page.after else None}


def _item(item: Item) -> dict[str, Any]:
    return {
        "reference": item.reference,
        "title": item.title,
        "mechanism": item.mechanism,
        "kind": item.kind,
        "unit": item.unit,
        "place": item.place,
        "phase": item.phase,
        "state": item.state,
        "received_at": item.received_at,
        "due_at": item.due_at,
        "working_days_left": item.days_left,
        "urgent": item.urgent,
        "excerpt": "".join(piece for piece, _ in item.excerpt),
    }


@desk.get("/cases/<reference>")
@desk.response(200, schemas.DeskCase)
@access.rule("staff", scope="desk.read")
@declares(NotFound, takes=("If-None-Match",), gives=("ETag",))
def get_case(reference: str) -> Response:
    """Give a case with its open steps; the ETag is for `If-Match`."""
    shown = open_case(_known(reference), staff(), current_language(), now=g.now)
    return etagged(_case(shown), str(shown.row.revision))


def _known(reference: str) -> str:
    """Give a reference as it is kept; what can't be one is found nowhere."""
    return normalise_reference(reference) or "-"


def _case(shown: Desk) -> dict[str, Any]:
    row, language = shown.row, current_language()
    return {
        "reference": row.reference,
        "title": shown.title,
        "text": shown.text,
        "about": shown.about,
        "contact": dict(shown.contact),
        "details": dict(shown.details),
        "parties": [{**asdict(one), "title": translate(language, one.title)} for one in shown.parties],
        "files": [{name: one[name] for name in ("blob", "name", "type", "size")} for one in shown.files],
        "mechanism": row.mechanism,
        "kind": row.kind,
        "unit": row.unit,
        "rule": row.rule,
        "because": [translate(language, line) for line in row.because],
        "considered": kept_in_words(row.explanation, here_now.get().here, language),
        "handed_over": shown.handed_over,
        "co_handlers": row.co_handlers,
        "relatives": [{**asdict(one), "kind": translate(language, one.kind)} for one in shown.relatives],
        "remarks": [translate(language, line) for line in shown.remarks],
        "state": row.state,
        "phase": row.phase,
        "outcome": row.outcome,
        "revision": row.revision,
        "offers": [
            {
                "step": step.name,
                "title": translate(language, step.label),
                "fields": _fields(step, shown.posts[step.name], shown.entries[step.name]),
            }
            for step in shown.offers
        ],
        "deadlines": [_clock(clock) for clock in shown.clocks],
        "steps": [_taken(taken) for taken in shown.steps],
        "letters": [_letter(one) for one in shown.letters],
    }


def _clock(clock: Clock) -> dict[str, Any]:
    same = {name: getattr(clock, name) for name in ("rule", "title", "status", "explanation")}
    return {**same, "due": clock.due.isoformat(), "working_days_left": clock.days_left}


def _taken(taken: Taken) -> dict[str, Any]:
    same = {"step": taken.name, "by": taken.role, "person": taken.person}
    return {**same, "at": taken.at.isoformat(), "inputs": dict(taken.inputs)}


def _letter(one: dict[str, Any]) -> dict[str, Any]:
    files = [{name: file[name] for name in ("blob", "type", "size")} for file in one["files"]]
    return {**{name: one[name] for name in ("number", "text", "courtesy")}, "files": files}


def _fields(step: Step, posts: Iterable[str], entries: Choices) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "title": one.label,
            "type": one.draw,
            "required": one.required,
            "max": one.max or None,
            "options": [value for value, _ in one.options],
        }
        for one in fields_of(step.asks, posts=[(code, code) for code in posts], entries=entries)
    ]


@desk.get("/cases/<reference>/files/<blob>")
@desk.response(200)
@access.rule("staff", scope="desk.read")
@declares(NotFound, file=True)
def get_file(reference: str, blob: str) -> Response:
    """Give a file of a case."""
    kind, name, chunks = open_file(_known(reference), blob, staff())
    headers = {"Content-Disposition": disposition(name), "Cache-Control": "private, no-store"}
    return Response(stream_with_context(chunks), mimetype=kind, headers=headers)


@desk.post("/cases/<reference>/archive")
@desk.response(200)
@access.rule("staff", scope="desk")
@declares(NotFound, NotClosedYet, file="application/zip")
def archive(reference: str) -> Response:
    """Give a closed case as one ZIP: pages, JSON, letters, files, journal, sums. That it was taken is noted."""
    return download(_known(reference), staff(), now=g.now)


@desk.post("/cases/<reference>/recuse")
@desk.arguments(schemas.RecuseSchema)
@desk.response(200, schemas.SteppedAside)
@access.rule("staff", scope="desk")
@declares(NotFound, NoEligibleUnit, KeyWithOtherBody, BadKey, takes=("Idempotency-Key",))
def step_aside(asked: dict[str, Any], reference: str) -> dict[str, str]:
    """Step aside: the holder is involved, sees the case no longer, and somebody else goes on with it."""
    known, me = _known(reference), staff()

    def work(session: Session) -> dict[str, Any]:
        recuse.within(session, known, me, asked["reason"], now=g.now)
        return {"reference": known}

    return once(work, now=g.now)


@desk.post("/cases/<reference>/<step>")
@desk.arguments(schemas.DeskStepSchema)
@desk.response(200, schemas.Moved)
@access.rule("staff", scope="desk")
@declares(
    NotFound,
    NotOffered,
    NotYourStep,
    NotMet,
    NotReceivedYet,
    NoExtension,
    TooLateToExtend,
    NoSuperior,
    ChangedMeanwhile,
    BadTag,
    KeyWithOtherBody,
    BadKey,
    takes=("If-Match", "Idempotency-Key"),
    gives=("ETag",),
)
def take(asked: dict[str, Any], reference: str, step: str) -> Response:
    """Take a step. With `If-Match` it is refused (412) where somebody else moved the case in the meantime."""
    known, name, me, seen = _known(reference), step.replace("-", " "), staff(), _revision()

    def work(session: Session) -> dict[str, Any]:
        revision = take_step.within(session, known, name, me, asked["inputs"], seen, now=g.now)
        return {"reference": known, "revision": revision}

    reply = once(work, now=g.now)
    response: Response = jsonify(reply)
    response.set_etag(str(reply["revision"]))
    return response


def _revision() -> int | None:
    given = request.headers.get("If-Match", "*").strip()
    if given == "*":
        return None
    found = TAG.fullmatch(given)
    if found is None:
        raise BadTag
    return int(found[1])
