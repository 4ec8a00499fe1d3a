"""The public record for programs: no key, nothing personal."""

import json
from datetime import date
from typing import Any

from marshmallow import fields

from services.disclosure.late import late
from services.disclosure.listed import listed
from services.disclosure.models import ItemRow, RecordRow
from services.disclosure.outside import told_outside
from services.disclosure.read import Narrowed, items, outcome, outcomes
from shared.access import rule as access
from shared.errors import NotFound
from shared.web.i18n import current_language
from shared.web.pages import etagged, read_cursor, write_cursor
from shared.web.rest import NEXT, Answer, Doors, PageAsked, declares, means

LARGEST = 2**31  # of a leaf

events = Doors("events_api", __name__, url_prefix="/api/v1/events", description="What outsiders are told")
public = Doors("public_api", __name__, url_prefix="/api/v1/public", description="The public record")


class OutcomesAsked(PageAsked):
    """What the list is narrowed to."""

    mechanism = fields.String(load_default="", metadata=means("Only this mechanism.", "petitions"))
    township = fields.String(load_default="", metadata=means("Only this township.", "qh-shiqiao"))
    outcome = fields.String(load_default="", metadata=means("Only this outcome.", "supported"))


class Outcome(Answer):
    """How a case ended, without anything personal."""

    id = fields.String(metadata=means("Its id; no case can be found by it.", "5b0c3f2a9d8e7c6b"))
    mechanism = fields.String(metadata=means("The case's mechanism.", "petitions"))
    kind = fields.String(metadata=means("Its kind.", "petition"))
    category = fields.String(allow_none=True, metadata=means("The sort of matter.", "water"))
    township = fields.String(allow_none=True, metadata=means("Where.", "qh-shiqiao"))
    unit = fields.String(metadata=means("The responsible unit.", "water-bureau"))
    outcome = fields.String(allow_none=True, metadata=means("How it ended.", "supported"))
    text = fields.String(metadata=means("The summary for the public.", "水厂更换了滤料，水质已恢复正常。"))
    days = fields.Integer(metadata=means("Days it took.", 21))
    received_on = fields.Date(metadata=means("When it came.", "2026-11-02"))
    closed_on = fields.Date(metadata=means("When it ended.", "2026-11-23"))


class Outcomes(Answer):
    """A page of outcomes."""

    items = fields.List(fields.Nested(Outcome), metadata=means("The newest first."))
    next = fields.String(allow_none=True, metadata=NEXT)


class Affair(Answer):
    """Something an office has to make public."""

    id = fields.String(metadata=means("The item's id.", "3f2a9d8e7c6b5b0c3f2a9d8e7c6b5b0c"))
    duty = fields.String(metadata=means("The duty it comes from.", "village-finance"))
    period = fields.String(metadata=means("For which period.", "2026-10"))
    title = fields.String(metadata=means("What it is.", "村级财务收支（2026年10月）"))
    unit = fields.String(allow_none=True, metadata=means("Who owes it.", "dawa-village"))
    place = fields.String(allow_none=True, metadata=means("Where.", "qh-shiqiao-dawa"))
    due = fields.Date(allow_none=True, metadata=means("By when.", "2026-11-10"))
    status = fields.String(metadata=means("due, missing or published.", "missing"))
    was_late = fields.Boolean(metadata=means("Whether it came after its day.", False))


class Affairs(Answer):
    """The due items."""

    items = fields.List(fields.Nested(Affair), metadata=means("Missing ones first."))
    next = fields.String(allow_none=True, metadata=NEXT)


class LateTerm(Answer):
    """A unit's broken term."""

    unit = fields.String(metadata=means("Who owes it.", "water-bureau"))
    rule = fields.String(metadata=means("The rule's name.", "petition.handle"))
    title = fields.String(metadata=means("What was promised.", "作出书面处理意见"))
    due = fields.Date(metadata=means("By when.", "2027-01-01"))


class LateTerms(Answer):
    """What is late and public."""

    items = fields.List(fields.Nested(LateTerm), metadata=means("The longest late first, 200 at most."))
    next = fields.String(allow_none=True, metadata=NEXT)


@public.get("/late")
@public.response(200, LateTerms)
@access.rule("anyone")
def list_late() -> dict[str, Any]:
    """List broken terms of units that the county's ladder made public; nothing of a case."""
    return {"items": late(current_language()), "next": None}


class Listed(Answer):
    """A matter under special care: nothing of its words, or of whoever petitions."""

    mechanism = fields.String(metadata=means("The mechanism.", "case_responsibility"))
    kind = fields.String(metadata=means("Its kind.", "charge"))
    category = fields.String(allow_none=True, metadata=means("The sort of matter.", "water"))
    township = fields.String(allow_none=True, metadata=means("Where.", "qh-shiqiao"))
    unit = fields.String(metadata=means("Whose leader has charge, or which unit is supervised.", "county-government"))
    since = fields.Date(metadata=means("Since when.", "2026-11-10"))
    ended_on = fields.Date(allow_none=True, metadata=means("When it ended.", "2026-12-20"))
    outcome = fields.String(allow_none=True, metadata=means("How it ended.", "carried_out"))


class ListedMatters(Answer):
    """What leaders have charge of, and what is listed for supervision."""

    items = fields.List(fields.Nested(Listed), metadata=means("What is in hand first, then the newest, 200 at most."))
    next = fields.String(allow_none=True, metadata=NEXT)


@public.get("/charges")
@public.response(200, ListedMatters)
@access.rule("anyone")
def list_charges() -> dict[str, Any]:
    """List what leaders have charge of and what is listed for supervision; nothing of a case."""
    return {"items": listed(), "next": None}


@public.get("/outcomes")
@public.arguments(OutcomesAsked, location="query")
@public.response(200, Outcomes)
@access.rule("anyone")
def list_outcomes(asked: dict[str, Any]) -> dict[str, Any]:
    """List redacted outcomes, the newest first."""
    after = read_cursor(asked["cursor"], date.fromisoformat, str) if asked["cursor"] else None
    narrowed = Narrowed(asked["mechanism"], asked["township"], asked["outcome"])
    rows, last = outcomes(narrowed, (after[0], after[1]) if after else None, asked["limit"])
    return {"items": [_outcome(row) for row in rows], "next": write_cursor(*last) if last else None}


@public.get("/outcomes/<name>")
@public.response(200, Outcome)
@access.rule("anyone")
@declares(NotFound)
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
        "received_on": row.received_on,
        "closed_on": row.closed_on,
    }


@public.get("/affairs")
@public.response(200, Affairs)
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
        "due": row.due,
        "status": row.status,
        "was_late": row.was_late,
    }


class Events(Answer):
    """A page of what outsiders are told."""

    items = fields.List(
        fields.Dict(),
        metadata=means(
            "CloudEvents 1.0, the oldest first, as on the exchange. One may come twice: its `id` tells.",
        ),
    )
    next = fields.String(metadata=means("The cursor from which to go on, now or later; never null.", "WyIxNyJd"))


@events.get("")
@events.arguments(PageAsked, location="query")
@events.response(200, Events)
@access.rule("anyone")
@declares(takes=("If-None-Match",), gives=("ETag",))
def list_events(asked: dict[str, Any]) -> Any:
    """List what outsiders are told of the public record; ask again with `next` for what is new."""
    after = int(read_cursor(asked["cursor"], _number)[0]) if asked["cursor"] else 0
    found = told_outside(after, asked["limit"])
    last = found[-1][0] if found else after
    return etagged({"items": [json.loads(told.to_bytes()) for _, told in found], "next": write_cursor(str(last))})


def _number(text: str) -> int:
    number = int(text)
    if not 0 <= number < LARGEST:
        raise ValueError("no number of a leaf")
    return number
