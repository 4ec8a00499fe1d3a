"""Oversight for programs of the staff."""

from typing import Any

from flask import g
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validate

from services.supervision.read import late, overview
from shared.access import rule as access
from shared.access.rule import staff
from shared.web.i18n import current_language
from shared.web.pages import read_cursor, write_cursor

oversight = Blueprint("oversight_api", __name__, url_prefix="/api/v1/oversight", description="What is late, in figures")


class ListSchema(Schema):
    """Where a page begins and how long it is."""

    class Meta:
        """Strict at the door."""

        unknown = RAISE

    cursor = fields.String(load_default="", validate=validate.Length(max=200))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


@oversight.get("/figures")
@oversight.response(200)
@access.rule("leader", "head", "auditor")
def figures() -> dict[str, Any]:
    """Give the month's figures."""
    return overview(staff(), now=g.now)


@oversight.get("/late")
@oversight.arguments(ListSchema, location="query")
@oversight.response(200)
@access.rule("leader", "head", "auditor")
def late_list(asked: dict[str, Any]) -> dict[str, Any]:
    """List what is late, the longest first."""
    after = read_cursor(asked["cursor"], 2) if asked["cursor"] else None
    key = (after[0], after[1]) if after else None
    rows, last = late(staff(), current_language(), key, asked["limit"], now=g.now)
    items = [{**vars(row), "due": row.due.isoformat()} for row in rows]
    return {"items": items, "next": write_cursor(*last) if last else None}
