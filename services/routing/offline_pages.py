"""Forms that work without a network: what the phone asks when it is back, and the door that takes a record once."""

from typing import Any

from flask import Blueprint, Response, abort, g, request
from flask_wtf.csrf import generate_csrf

from services.routing.desk import Desk, Taken, open_case
from services.routing.step import take_step
from shared.access import rule as access
from shared.access.rule import staff
from shared.kit.action import here_now
from shared.kit.session import Session
from shared.web.forms import in_words, read_form
from shared.web.i18n import current_language, moment_in_words, translate
from shared.web.look import sent_static
from shared.web.once import once
from shared.workflow.declare import Step

door = Blueprint("offline", __name__, url_prefix="/desk")


@door.get("/offline-worker.js")
@access.rule("anyone")
def worker() -> Response:
    """Give the service worker; its address is what lets it keep forms of the desk, and of nothing else."""
    return sent_static("offline-worker.js")


def _opened(reference: str, name: str) -> tuple[Desk, Step]:
    shown = open_case(reference, staff(), current_language(), now=g.now)
    step = here_now.get().here.mechanisms[shown.row.mechanism].workflow.step(name.replace("-", " "))
    return (shown, step) if step is not None and step.offline else abort(404)


@door.get("/cases/<reference>/<step>/offline")
@access.rule("staff")
def stands(reference: str, step: str) -> dict[str, Any]:
    """Say how the case stands for a record that waits on a phone: whether it is open, and what somebody else wrote."""
    shown, declared = _opened(reference, step)
    last = next((one for one in reversed(shown.steps) if one.name == declared.name), None)
    return {
        "csrf": generate_csrf(),
        "person": staff().person,
        "revision": shown.row.revision,
        "open": any(one.name == declared.name for one in shown.offers),
        "theirs": _words(last) if last else "",
    }


def _words(taken: Taken) -> str:
    """Give what was said at a step, as the desk shows it, behind who said it and when."""
    language, county = current_language(), here_now.get().here.county
    asked = taken.step.asks.shown() if taken.step and taken.step.asks else {}
    lines = [f"{taken.person} · {moment_in_words(language, taken.at)}"]
    for name, value in taken.inputs.items():
        if value and name in asked:
            said = in_words(language, asked[name], value, lambda code: county.name_of(code, language))
            lines.append(f"{translate(language, getattr(asked[name], 'title', name))}\n{said}")
    return "\n".join(lines)


@door.post("/cases/<reference>/<step>/offline")
@access.rule("staff")
def send(reference: str, step: str) -> dict[str, Any]:
    """Take a record that waited on a phone: sent twice, by the key that was made when it was begun, it counts once."""
    _, declared = _opened(reference, step)
    me, inputs = staff(), read_form(declared.asks, request.form)
    revision = request.form.get("revision", type=int)

    def work(session: Session) -> dict[str, Any]:
        now = take_step.within(session, reference, declared.name, me, inputs, revision, now=g.now)
        return {"reference": reference, "revision": now}

    return once(work, now=g.now, key=f"{me.person}-{request.form.get('once', '')}")
