"""Oversight for programs of the staff."""

from typing import Any

from flask import g
from marshmallow import fields

from services.supervision.detected import detected
from services.supervision.queues import Queue, queue, queues
from services.supervision.read import late, overview
from services.supervision.shares import shares
from services.supervision.watchdog import watch_for
from shared.access import rule as access
from shared.access.rule import staff
from shared.errors import NotFound
from shared.web.i18n import current_language, translate
from shared.web.pages import moment, read_cursor, write_cursor
from shared.web.rest import NEXT, Answer, Doors, PageAsked, declares, means

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
    rung = fields.String(metadata=means("The last rung of the county's ladder that was told.", "提交上一级并督办"))


class LateList(Answer):
    """A page of what is late."""

    items = fields.List(fields.Nested(Late), metadata=means("The longest late first."))
    next = fields.String(allow_none=True, metadata=NEXT)


class Detected(Answer):
    """A case that should be looked at again; it says nothing of anybody's guilt."""

    reference = fields.String(metadata=means("The case.", "QH-7K4M-9T2P-C"))
    mechanism = fields.String(metadata=means("The case's mechanism.", "petitions"))
    unit = fields.String(metadata=means("Whose doing it was.", "water-bureau"))
    detector = fields.String(metadata=means("Which detector found it.", "last_hour"))
    why = fields.String(metadata=means("What it noticed.", "在期限的最后一小时或者当天晚上答复"))
    at = fields.AwareDateTime(metadata=means("Since when it is known.", "2026-11-24T02:00:00+00:00"))


class DetectedList(Answer):
    """A page of what should be looked at again."""

    items = fields.List(fields.Nested(Detected), metadata=means("The newest first."))
    next = fields.String(allow_none=True, metadata=NEXT)


class Share(Answer):
    """How many of a mechanism's cases that ended within a year had one outcome, among those that had another."""

    mechanism = fields.String(metadata=means("The mechanism.", "mediation"))
    part = fields.String(metadata=means("The outcome.", "kept"))
    of = fields.String(metadata=means("Among which: an outcome, or closed for all.", "settled"))
    share = fields.Float(allow_none=True, metadata=means("Per cent; null where a number is small.", 87.5))
    whole = fields.Integer(allow_none=True, metadata=means("How many cases it stands on; null with the share.", 24))


class ShareList(Answer):
    """Every declared share."""

    items = fields.List(fields.Nested(Share), metadata=means("In the order of the mechanisms."))
    next = fields.String(allow_none=True, metadata=NEXT)


class QueueState(Answer):
    """How a service is, and what waits for it; null is what could not be known."""

    service = fields.String(metadata=means("The service.", "routing"))
    light = fields.String(metadata=means("How it is: green, amber or red.", "green"))
    reason = fields.String(metadata=means("Why, in a sentence.", "消息畅通。"))
    meaning = fields.String(metadata=means("What residents notice.", "没有影响，一切正常送达。"))
    ready = fields.Integer(allow_none=True, metadata=means("Facts in its queue that wait to be taken.", 0))
    unacked = fields.Integer(allow_none=True, metadata=means("Facts that were taken and are not finished.", 0))
    consumers = fields.Integer(allow_none=True, metadata=means("Receivers at its queue.", 1))
    came_per_minute = fields.Float(allow_none=True, metadata=means("Facts that come in a minute.", 12.5))
    went_per_minute = fields.Float(allow_none=True, metadata=means("Facts that are finished in a minute.", 12.5))
    oldest_seconds = fields.Float(metadata=means("How long the oldest in its queue has waited, at most.", 0.0))
    empty_in_seconds = fields.Float(allow_none=True, metadata=means("When its queue is empty at these rates.", 90.0))
    unsent = fields.Integer(metadata=means("Facts that it told and that are not sent yet.", 0))
    waiting = fields.Integer(metadata=means("Facts that wait as rows of its own.", 0))
    parked = fields.Integer(metadata=means("Facts that wait for a person.", 0))
    depths = fields.List(fields.Integer(allow_none=True), metadata=means("Facts in its queue, last hour.", [0, 3, 0]))
    seen_at = fields.AwareDateTime(metadata=means("When this was seen.", "2026-11-24T02:00:00+00:00"))
    stale = fields.Boolean(metadata=means("Whether that is too long ago to be relied on.", False))


class TermsWatched(Answer):
    """Terms past their day of which no word from routing is here."""

    overdue = fields.Integer(metadata=means("How many; a word may be on its way.", 0))
    unanswered = fields.Integer(metadata=means("Of these, those that routing owes a word about.", 0))
    oldest = fields.AwareDateTime(
        allow_none=True, metadata=means("When the day of the oldest was over.", "2026-11-23T16:00:00+00:00")
    )
    heard = fields.AwareDateTime(
        allow_none=True, metadata=means("All that routing said is known until.", "2026-11-24T02:00:00+00:00")
    )


class QueueList(Answer):
    """Every service's queue."""

    items = fields.List(fields.Nested(QueueState), metadata=means("In the order of a case's way."))
    terms = fields.Nested(TermsWatched, metadata=means("Whether terms pass without a word."))
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


@oversight.get("/detected")
@oversight.arguments(PageAsked, location="query")
@oversight.response(200, DetectedList)
@access.rule("leader", "head", "auditor", scope="oversight")
def detected_list(asked: dict[str, Any]) -> dict[str, Any]:
    """List what should be looked at again, the newest first."""
    after = read_cursor(asked["cursor"], moment, str) if asked["cursor"] else None
    rows, last = detected(staff(), (after[0], after[1]) if after else None, asked["limit"], now=g.now)
    language = current_language()
    items = [{**vars(row), "why": translate(language, row.why)} for row in rows]
    return {"items": items, "next": write_cursor(*last) if last else None}


@oversight.get("/shares")
@oversight.response(200, ShareList)
@access.rule("leader", "head", "auditor", scope="oversight")
def share_list() -> dict[str, Any]:
    """Give what came of the cases that ended, as the mechanisms declare their indicators."""
    return {"items": shares(staff(), now=g.now), "next": None}


@oversight.get("/queues")
@oversight.response(200, QueueList)
@access.rule("leader", "auditor", "operator", scope="oversight")
def queue_list() -> dict[str, Any]:
    """List every service's queue: how it is, and what residents notice."""
    return {"items": [_state(one) for one in queues(now=g.now)], "terms": watch_for(staff(), now=g.now), "next": None}


@oversight.get("/queues/<service>")
@oversight.response(200, QueueState)
@declares(NotFound)
@access.rule("leader", "auditor", "operator", scope="oversight")
def one_queue(service: str) -> dict[str, Any]:
    """Give one service's queue with its last hour."""
    return _state(queue(service, now=g.now))


def _state(one: Queue) -> dict[str, Any]:
    language = current_language()
    came, went = one.rates or (None, None)
    return {
        "service": one.service,
        "light": one.verdict.light,
        "reason": translate(language, one.verdict.reason, **one.verdict.values),
        "meaning": translate(language, one.verdict.meaning),
        "came_per_minute": came,
        "went_per_minute": went,
        "oldest_seconds": one.waited.total_seconds(),
        "empty_in_seconds": one.drained_in.total_seconds() if one.drained_in else None,
        "depths": list(one.depths),
        "seen_at": one.now.at,
        "stale": one.stale,
        **{name: getattr(one.now, name) for name in ("ready", "unacked", "consumers", "unsent", "waiting", "parked")},
    }
