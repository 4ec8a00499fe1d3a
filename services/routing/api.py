"""The desk's REST doors: the same lists, cases and steps for programs with a personal token."""

from typing import Any

from flask import Response, g, jsonify, request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validate

from services.routing.desk import Desk, open_case
from services.routing.step import take_step
from services.routing.worklist import Filters, Item, counts, work
from shared.access import rule as access
from shared.access.rule import staff
from shared.errors import Refusal
from shared.web.i18n import current_language, translate
from shared.web.pages import etagged, read_cursor, write_cursor

desk = Blueprint("desk_api", __name__, url_prefix="/api/v1/desk", description="The desk, for programs of the staff")


class BadTag(Refusal):
    """If-Match must be an ETag that the desk gave."""

    code = "bad-if-match"
    status = 400
    message = "If-Match must repeat the ETag of the case."
    next_action = "Load the case and send the ETag that came with it."


class ListSchema(Schema):
    """What a list is narrowed to."""

    class Meta:
        """Strict at the door."""

        unknown = RAISE

    cursor = fields.String(load_default="", validate=validate.Length(max=200))
    limit = fields.Integer(load_default=25, validate=validate.Range(1, 100))
    phase = fields.String(load_default="")
    mechanism = fields.String(load_default="")
    unit = fields.String(load_default="")
    due = fields.String(load_default="", validate=validate.OneOf(("", "late", "today", "soon")))


class StepSchema(Schema):
    """A step's inputs: the fields that the step asks."""

    class Meta:
        """Strict at the door."""

        unknown = RAISE

    inputs = fields.Dict(keys=fields.String(), load_default=dict)


@desk.get("/today")
@desk.response(200)
@access.rule("staff")
def today() -> dict[str, int]:
    """Count today's work: late, today, soon (three working days), new, waiting, all."""
    return counts(staff(), now=g.now)


@desk.get("/cases")
@desk.arguments(ListSchema, location="query")
@desk.response(200)
@access.rule("staff")
def list_cases(asked: dict[str, Any]) -> dict[str, Any]:
    """List cases the holder may see, what is due first on top; keyset cursor."""
    after = read_cursor(asked["cursor"], 2) if asked["cursor"] else None
    filters = Filters(asked["phase"], asked["mechanism"], asked["unit"], asked["due"])
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
        "received_at": item.received_at.isoformat(),
        "due_at": item.due_at.isoformat() if item.due_at else None,
        "working_days_left": item.days_left,
    }


@desk.get("/cases/<reference>")
@desk.response(200)
@access.rule("staff")
def get_case(reference: str) -> Response:
    """Give a case with its open steps; the ETag is for `If-Match`."""
    shown = open_case(reference, staff(), current_language(), now=g.now)
    return etagged(_case(shown), str(shown.row.revision))


def _case(shown: Desk) -> dict[str, Any]:
    row, language = shown.row, current_language()
    return {
        "reference": row.reference,
        "title": shown.title,
        "text": shown.text,
        "mechanism": row.mechanism,
        "kind": row.kind,
        "unit": row.unit,
        "rule": row.rule,
        "because": [translate(language, line) for line in row.because],
        "remarks": [translate(language, line) for line in shown.remarks],
        "state": row.state,
        "phase": row.phase,
        "outcome": row.outcome,
        "revision": row.revision,
        "offers": [
            {"step": step.name, "title": translate(language, step.label), "fields": _fields(step)}
            for step in shown.offers
        ],
        "deadlines": [
            {
                "rule": clock.rule,
                "title": clock.title,
                "due": clock.due.isoformat(),
                "status": clock.status,
                "working_days_left": clock.days_left,
                "explanation": clock.explanation,
            }
            for clock in shown.clocks
        ],
        "steps": [
            {
                "step": taken.name,
                "by": taken.role,
                "person": taken.person,
                "at": taken.at.isoformat(),
                "inputs": dict(taken.inputs),
            }
            for taken in shown.steps
        ],
        "letters": [{"number": one["number"], "text": one["text"]} for one in shown.letters],
    }


def _fields(step: Any) -> list[dict[str, Any]]:
    asked = step.asks.asked() if step.asks else {}
    return [
        {"name": name, "required": field.required, "options": list(getattr(field, "options", {}))}
        for name, field in asked.items()
    ]


@desk.post("/cases/<reference>/<step>")
@desk.arguments(StepSchema)
@desk.response(200)
@access.rule("staff")
def take(asked: dict[str, Any], reference: str, step: str) -> Response:
    """Take a step. With `If-Match` it is refused (412) where somebody else moved the case in the meantime."""
    revision = take_step(reference, step.replace("-", " "), staff(), asked["inputs"], _revision(), now=g.now)
    response: Response = jsonify({"reference": reference, "revision": revision})
    response.set_etag(str(revision))
    return response


def _revision() -> int | None:
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return None
    plain = given.strip().removeprefix("W/").strip('"')
    if not plain.isdigit():
        raise BadTag
    return int(plain)
