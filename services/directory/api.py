"""Directory's REST doors: the county's units, and who the caller is."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validate
from sqlalchemy import select

from shared.access import rule as access
from shared.access.rule import staff
from shared.access.tables import UnitRow
from shared.kit.action import query
from shared.kit.session import Session
from shared.web.i18n import current_language
from shared.web.pages import read_cursor, write_cursor

units = Blueprint("units", __name__, url_prefix="/api/v1", description="Offices of the county")


class ListSchema(Schema):
    """Where a page begins and how long it is."""

    class Meta:
        """Strict at the door."""

        unknown = RAISE

    cursor = fields.String(load_default="", validate=validate.Length(max=200))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 500))


@query
def active_units(session: Session, after: str, limit: int) -> list[UnitRow]:
    """Give units in order of their code, one more than asked for where more follow."""
    statement = select(UnitRow).where(UnitRow.active, UnitRow.code > after).order_by(UnitRow.code)
    return list(session.scalars(statement.limit(limit + 1)))


@units.get("/units")
@units.arguments(ListSchema, location="query")
@units.response(200)
@access.rule("anyone")
def list_units(asked: dict[str, Any]) -> dict[str, Any]:
    """List the units a case may be addressed to."""
    after = str(read_cursor(asked["cursor"], 1)[0]) if asked["cursor"] else ""
    rows, limit = active_units(after, asked["limit"]), asked["limit"]
    english = current_language() == "en"
    items = [
        {
            "code": row.code,
            "name": row.name_en if english else row.name_zh,
            "level": row.level,
            "place": row.place,
            "phone": row.phone,
        }
        for row in rows[:limit]
    ]
    return {"items": items, "next": write_cursor(rows[limit - 1].code) if len(rows) > limit else None}


@units.get("/staff/me")
@units.response(200)
@access.rule("staff")
def me() -> dict[str, Any]:
    """Say who the token stands for."""
    member = staff()
    return {
        "display": member.display,
        "posts": list(member.posts),
        "units": list(member.units),
        "roles": sorted(member.roles),
    }
