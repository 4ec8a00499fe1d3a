"""The public record for programs: no key, nothing personal."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validate

from services.disclosure.models import ItemRow, RecordRow
from services.disclosure.read import Narrowed, items, outcome, outcomes
from shared.access import rule as access
from shared.web.pages import read_cursor, write_cursor

public = Blueprint("public_api", __name__, url_prefix="/api/v1/public", description="The public record")


class ListSchema(Schema):
    """What the list is narrowed to."""

    class Meta:
        """Strict at the door."""

        unknown = RAISE

    cursor = fields.String(load_default="", validate=validate.Length(max=200))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    mechanism = fields.String(load_default="")
    township = fields.String(load_default="")
    outcome = fields.String(load_default="")


@public.get("/outcomes")
@public.arguments(ListSchema, location="query")
@public.response(200)
@access.rule("anyone")
def list_outcomes(asked: dict[str, Any]) -> dict[str, Any]:
    """List redacted outcomes, the newest first."""
    after = read_cursor(asked["cursor"], 2) if asked["cursor"] else None
    narrowed = Narrowed(asked["mechanism"], asked["township"], asked["outcome"])
    rows, last = outcomes(narrowed, (after[0], after[1]) if after else None, asked["limit"])
    return {"items": [_outcome(row) for row in rows], "next": write_cursor(*last) if last else None}


@public.get("/outcomes/<name>")
@public.response(200)
@access.rule("anyone")
def get_outcome(name: str) -> dict[str, Any]:
    """Give one outcome."""
    return _outcome(outcome(name))


def _outcome(row: RecordRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "mechanism": row.mechanism,
        "kind": row.kind,
        "category": row.category,
        "township": row.township,
        "unit": row.unit,
        "outcome": row.outcome,
        "text": row.text,
        "days": row.days,
        "received_on": row.received_on.isoformat(),
        "closed_on": row.closed_on.isoformat(),
    }


@public.get("/affairs")
@public.response(200)
@access.rule("anyone")
def list_items() -> dict[str, Any]:
    """List due items: missing, due, published."""
    return {"items": [_item(row) for row in items()], "next": None}


def _item(row: ItemRow) -> dict[str, Any]:
    return {
        "id": row.case,
        "duty": row.duty,
        "period": row.period,
        "title": row.title,
        "unit": row.unit,
        "place": row.place,
        "due": row.due.isoformat() if row.due else None,
        "status": row.status,
        "was_late": row.was_late,
    }
