"""The pages of the window: draw a number, see which one is called, call the next one."""

import hashlib

from flask import Blueprint, Response, abort, flash, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from services.intake.counter import OPENERS
from services.intake.reception import NoPlace, by_code, schedule
from services.intake.tickets import Queue, call, draw, draw_booked, line_of, queue_named, queues_here, queues_of
from shared.access import rule as access
from shared.access.rule import NoRight, staff
from shared.kit.action import here_now
from shared.law.local import local_day
from shared.web.i18n import current_language, translate
from shared.web.limits import count_failure, refuse_above
from shared.web.problem import say

EVERY = 5  # seconds between two looks at the display
MOST = 10  # numbers that one connection draws for a window in an hour; at the counter there is no limit
WINDOW = 16  # characters of a window's name

door = Blueprint("tickets", __name__, url_prefix="/window")
staff_door = Blueprint("window", __name__, url_prefix="/counter/window")


def _queue(code: str) -> Queue:
    return queue_named(here_now.get().here, code)


@door.get("")
@access.rule("anyone")
def choose() -> str:
    """List the windows at which numbers are called."""
    queues = queues_here(here_now.get().here)
    if not queues:
        abort(404)
    return render_template("intake/windows.html", queues=[(one, line_of(one, now=g.now)) for one in queues])


@door.get("/<queue>")
@access.rule("anyone")
def show(queue: str) -> str:
    """Show which numbers are called; the page looks again by itself, with a script or without."""
    return _show(_queue(queue), {})


def _show(queue: Queue, errors: dict[str, str], code: str = "") -> str:
    slots = schedule(local_day(g.now), queue.code)
    line = line_of(queue, now=g.now)
    return render_template(
        *("intake/window.html",),
        queue=queue,
        line=line,
        every=EVERY,
        most=MOST,
        slots=slots,
        errors=errors,
        code=code,
    )


@door.get("/<queue>/now")
@access.rule("anyone")
def live(queue: str) -> Response:
    """Give the part of that page which changes, or 304 where it did not."""
    found = _queue(queue)
    response = make_response(render_template("intake/window_now.html", line=line_of(found, now=g.now)))
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:24])
    response.vary.update(("Accept-Language", "Cookie"))
    response.make_conditional(request)
    return response


@door.post("/<queue>/ticket")
@access.rule("anyone")
def take(queue: str) -> Answer:
    """Draw a number, and lead to its page: loading that again draws none.

    Within a limit for each connection and window: a family draws what it needs, and nobody fills the line by a script.
    """
    found = _queue(queue)
    refuse_above(f"ticket-{queue}", MOST, now=g.now)
    place = draw(found, now=g.now)
    count_failure(f"ticket-{queue}", now=g.now)
    return redirect(url_for("tickets.ticket", queue=queue, place=place), 303)


@door.post("/<queue>/booked")
@access.rule("receipt")
def come(queue: str) -> Answer | tuple[str, int]:
    """Draw the number of a place that was booked for today, by its code."""
    found, code = _queue(queue), request.form.get("code", "")
    try:
        number = by_code(lambda: draw_booked(found, code, now=g.now), now=g.now)
    except NoPlace as refusal:
        return _show(found, {"code": " ".join(say(refusal))}, code), refusal.status
    return redirect(url_for("tickets.booked", queue=queue, number=number), 303)


@door.get("/<queue>/booked/<number>")
@access.rule("anyone")
def booked(queue: str, number: str) -> str:
    """Show the number of a booked place of today; how many are before it."""
    found = _queue(queue)
    line = line_of(found, now=g.now)
    if number not in line.booked.values():
        abort(404)
    called = number not in line.first
    return _ticket(found, number, 0 if called else line.first.index(number), called=called)


@door.get("/<queue>/ticket/<int:place>")
@access.rule("anyone")
def ticket(queue: str, place: int) -> str:
    """Show a number of today, to print or to keep on the phone, and how many are before it."""
    found = _queue(queue)
    line = line_of(found, now=g.now)
    if not 0 < place <= line.drawn:
        abort(404)
    ahead = max(0, place - line.called - 1) + len(line.first)
    return _ticket(found, found.number(place), ahead, called=place <= line.called)


def _ticket(queue: Queue, number: str, ahead: int, *, called: bool) -> str:
    day = local_day(g.now)
    return render_template("intake/ticket.html", queue=queue, number=number, ahead=ahead, day=day, called=called)


@staff_door.get("")
@access.rule(*OPENERS)
def mine() -> str:
    """Show the queues at the windows of one's own unit."""
    queues = queues_of(here_now.get().here, staff().units)
    if not queues:
        raise NoRight
    window = request.args.get("window", "")
    return render_template(
        "intake/calling.html", queues=[(one, line_of(one, now=g.now)) for one in queues], window=window
    )


@staff_door.post("/<queue>/ticket")
@access.rule(*OPENERS)
def take_for(queue: str) -> Answer:
    """Draw a number for somebody who stands there: the clerk sees who does, so no limit holds."""
    found = _queue(queue)
    if found.unit not in staff().units:
        raise NoRight
    return redirect(url_for("tickets.ticket", queue=queue, place=draw(found, now=g.now)), 303)


@staff_door.post("/<queue>/call")
@access.rule(*OPENERS)
def next_one(queue: str) -> Answer:
    """Call the next number to a window."""
    found = _queue(queue)
    if found.unit not in staff().units:
        raise NoRight
    window = request.form.get("window", "").strip()[:WINDOW] or "1"
    number = call(found, window, now=g.now)
    said = "%(number)s is called to window %(window)s." if number else "Nobody is waiting."
    flash(translate(current_language(), said, number=number or "", window=window))
    return redirect(url_for("window.mine", window=window), 303)
