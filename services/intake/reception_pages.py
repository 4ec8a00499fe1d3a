"""The pages of receptions: the public schedule, a place booked on it, and the counter's list for who walks in."""

import secrets
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from services.intake.book import NothingLeft
from services.intake.counter import OPENERS
from services.intake.reception import NoPlace, Slot, give_up_by_code, schedule, take_place
from shared.access import rule as access
from shared.errors import NotFound
from shared.kit.session import Session
from shared.law.local import local_day
from shared.web.once import once
from shared.web.problem import say

door = Blueprint("reception", __name__)
GIVEN_UP = "Your place is given up. Somebody else can have it now."


@door.get("/reception")
@access.rule("anyone")
def days() -> str:
    """Publish who receives when and where, with the places that are left."""
    return _days({})


def _days(errors: dict[str, str], code: str = "") -> str:
    return render_template("intake/reception.html", slots=schedule(local_day(g.now), ""), errors=errors, code=code)


def _slot(register: str, key: str) -> Slot:
    found = (one for one in schedule(local_day(g.now)) if (one.register, one.key) == (register, key))
    slot = next(found, None)
    if slot is None or not slot.by_itself:
        raise NotFound
    return slot


@door.get("/reception/<register>/<key>")
@access.rule("anyone")
def ask(register: str, key: str) -> str:
    """Ask once more before a place is taken; nothing about the person is asked."""
    slot = _slot(register, key)
    return render_template("intake/reception_ask.html", slot=slot, once=secrets.token_urlsafe(24))


@door.post("/reception/<register>/<key>")
@access.rule("anyone")
def take(register: str, key: str) -> str | tuple[str, int]:
    """Take a place and show number and code; pressing twice takes one place."""
    return _take(_slot(register, key), walked_in=False)


def _take(slot: Slot, *, walked_in: bool) -> str | tuple[str, int]:
    def work(session: Session) -> dict[str, Any]:
        return take_place.within(session, slot.register, slot.key, walked_in=walked_in, now=g.now)

    try:
        place = once(work, now=g.now, key=request.form.get("once") or "-")
    except NothingLeft as refusal:
        return _days({"": " ".join(say(refusal))}), refusal.status
    return render_template("intake/reception_place.html", slot=slot, place=place, walked_in=walked_in)


@door.post("/reception/give-up")
@access.rule("receipt")
def leave() -> Answer | tuple[str, int]:
    """Give a place up by its code."""
    code = request.form.get("code", "")
    try:
        give_up_by_code(code, now=g.now)
    except NoPlace as refusal:
        return _days({"code": " ".join(say(refusal))}, code), refusal.status
    flash(GIVEN_UP)
    return redirect(url_for("reception.days"), 303)


@door.get("/counter/reception")
@access.rule(*OPENERS)
def today() -> str:
    """List the receptions ahead for the counter: how many are booked, and a place for who walks in today."""
    slots = [one for one in schedule(local_day(g.now), "") if one.by_itself]
    return render_template("intake/counter_reception.html", slots=slots, once=secrets.token_urlsafe(24))


@door.post("/counter/reception/<register>/<key>")
@access.rule(*OPENERS)
def walk_in(register: str, key: str) -> str | tuple[str, int]:
    """Give a place of today to somebody who walked in, with a slip."""
    return _take(_slot(register, key), walked_in=True)
