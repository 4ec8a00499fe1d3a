"""Oversight for programs of the staff."""

from typing import Any

from flask import g
from marshmallow import fields

from services.supervision.read import late, overview
from shared.access import rule as access
from shared.access.rule import staff
from shared.web.i18n import current_language
from shared.web.pages import moment, read_cursor, write_cursor
from shared.web.rest import NEXT, Answer, Doors, PageAsked, means

oversight = Doors("oversight_api", __name__, url_prefix="/api/v1/oversight", description="What is late, in figures")


class Figures(Answer):
    """The month in figures."""

    received = fields.Integer(metadata=means("Cases that came.", 42))
    closed = fields.Integer(metadata=means("Cases that ended.", 31))
    running = fields.Integer(metadata=means("Cases that go on.", 77))
    late = fields.Integer(metadata=means("Terms not kept and still owed.", 3))
    kept = fields.Float(allow_none=True, metadata=means("Per cent of terms kept; null under ten.", 96.5))
    ended = fields.Integer(metadata=means("The number of terms it stands on.", 57))


class Late(Answer):
    """A term that an office did not keep and still owes."""

    reference = fields.String(metadata=means("The case.", "QH-7K4M-9T2P-C"))
    unit = fields.String(allow_none=True, metadata=means("Who owes it.", "water-bureau"))
    mechanism = fields.String(metadata=means("The case's mechanism.", "petitions"))
    rule = fields.String(metadata=means("The rule's name.", "petition.handle"))
    title = fields.String(metadata=means("What was promised.", "办结"))
    due = fields.Date(metadata=means("By when.", "2026-11-10"))
    days_late = fields.Integer(metadata=means("Days since then.", 4))


class LateList(Answer):
    """A page of what is late."""

    items = fields.List(fields.Nested(Late), metadata=means("The longest late first."))
    next = fields.String(allow_none=True, metadata=NEXT)


@oversight.get("/figures")
@oversight.response(200, Figures)
@access.rule("leader", "head", "auditor", scope="oversight")
def figures() -> dict[str, Any]:
    """Give the month's figures."""
    return overview(staff(), now=g.now)


@oversight.get("/late")
@oversight.arguments(PageAsked, location="query")
@oversight.response(200, LateList)
@access.rule("leader", "head", "auditor", scope="oversight")
def late_list(asked: dict[str, Any]) -> dict[str, Any]:
    """List what is late, the longest first."""
    after = read_cursor(asked["cursor"], moment, str) if asked["cursor"] else None
    key = (after[0], after[1]) if after else None
    rows, last = late(staff(), current_language(), key, asked["limit"], now=g.now)
    return {"items": rows, "next": write_cursor(*last) if last else None}
