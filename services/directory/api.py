"""Directory's REST doors: the county's units, and who the caller is."""

from typing import Any

from marshmallow import fields
from sqlalchemy import select

from shared.access import rule as access
from shared.access.rule import staff
from shared.access.tables import UnitRow
from shared.kit.action import query
from shared.kit.session import Session
from shared.web.i18n import current_language
from shared.web.pages import read_cursor, write_cursor
from shared.web.rest import NEXT, Answer, Doors, PageAsked, means

units = Doors("units", __name__, url_prefix="/api/v1", description="Offices of the county")


class Unit(Answer):
    """An office of the county."""

    code = fields.String(metadata=means("For `addressed_to` and `about`.", "water-bureau"))
    name = fields.String(metadata=means("Its name.", "县水利局"))
    level = fields.String(metadata=means("county, township or village.", "county"))
    place = fields.String(allow_none=True, metadata=means("Where it works.", "qh"))
    phone = fields.String(metadata=means("Its telephone; may be empty.", "0000-1234567"))


class Units(Answer):
    """A page of units."""

    items = fields.List(fields.Nested(Unit), metadata=means("The units, in order of their code."))
    next = fields.String(allow_none=True, metadata=NEXT)


class Me(Answer):
    """Who a token stands for, and what it may do."""

    display = fields.String(metadata=means("The person's official name.", "经办人 王某"))
    posts = fields.List(fields.String(), metadata=means("Posts held now.", ["water-officer"]))
    units = fields.List(fields.String(), metadata=means("Their units.", ["water-bureau"]))
    roles = fields.List(fields.String(), metadata=means("Their roles.", ["officer"]))
    scopes = fields.List(fields.String(), metadata=means("What the token was made for.", ["desk.read", "desk"]))


@query
def active_units(session: Session, after: str, limit: int) -> list[UnitRow]:
    """Give units in order of their code, one more than asked for where more follow."""
    statement = select(UnitRow).where(UnitRow.active, UnitRow.code > after).order_by(UnitRow.code)
    return list(session.scalars(statement.limit(limit + 1)))


@units.get("/units")
@units.arguments(PageAsked, location="query")
@units.response(200, Units)
@access.rule("anyone")
def list_units(asked: dict[str, Any]) -> dict[str, Any]:
    """List the units a case may be addressed to."""
    after = read_cursor(asked["cursor"], str)[0] if asked["cursor"] else ""
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
@units.response(200, Me)
@access.rule("staff")
def me() -> dict[str, Any]:
    """Say who the token stands for."""
    member = staff()
    return {
        "display": member.display,
        "posts": list(member.posts),
        "units": list(member.units),
        "roles": sorted(member.roles),
        "scopes": sorted(member.scopes or ()),
    }
