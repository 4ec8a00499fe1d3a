"""The counter: staff take in what comes by word of mouth, letter or telephone, on one page. The action is `submit`."""

import secrets
from contextlib import closing
from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from services.intake import book, questions
from services.intake.channels import OWN
from services.intake.drafts import Draft
from services.intake.files import upload
from services.intake.qr import picture
from services.intake.receipts import holder
from services.intake.submit import receipt_json, submit
from services.intake.taking import Taking, may_take, taken_here, taken_in, wrong_days
from services.intake.tickets import queues_of
from services.intake.view import view
from shared.access import rule as access
from shared.access.rule import NoRight, staff
from shared.errors import NotFound, Refusal
from shared.kit.action import here_now
from shared.kit.session import Session
from shared.law.local import local_day
from shared.web.forms import asked, errors_by_line, field_errors, read_form
from shared.web.i18n import current_language
from shared.web.once import once
from shared.web.problem import say
from shared.workflow.mechanism import Kind, Mechanism

OPENERS = ("clerk", "registrar", "officer", "leader")
KEY_SIZE = 16
LANGUAGES = ("zh", "en")
BEGUN = ("visit", "to")  # what an address may say beforehand: at which visit it was said, to which unit

door = Blueprint("counter", __name__, url_prefix="/counter")


@door.get("")
@access.rule(*OPENERS)
def choose() -> str:
    """Ask what it is: the kinds that one's posts may take in."""
    kinds = list(taken_here(staff()))
    if not kinds:
        raise NoRight
    queues = queues_of(here_now.get().here, staff().units)
    begun = {name: request.args.get(name, "") for name in BEGUN}
    return render_template("intake/counter.html", kinds=kinds, queues=queues, **begun)


def _kind(mechanism: str, kind: str) -> tuple[Mechanism, Kind]:
    found = here_now.get().here.mechanisms.get(mechanism)
    known = found.kind(kind) if found else None
    if found is None or known is None:
        raise NotFound
    if not may_take(staff(), found, known):
        raise NoRight
    return found, known


@door.get("/<mechanism>/<kind>")
@access.rule(*OPENERS)
def form(mechanism: str, kind: str) -> str:
    """Ask everything on one page."""
    today = local_day(g.now).isoformat()
    visit, to = (request.args.get(name, "") for name in BEGUN)
    here = {"visit": visit, "channel": "visit"} if visit else {}
    here |= {"addressed_to": to, "received_on": today}
    values = {**here, "language": current_language(), "key": secrets.token_hex(KEY_SIZE)}
    return _draw(*_kind(mechanism, kind), values, {})


def _draw(mechanism: Mechanism, kind: Kind, values: dict[str, Any], errors: dict[str, str]) -> str:
    return render_template(
        "intake/counter_form.html",
        mechanism=mechanism,
        kind=kind,
        values=values,
        errors=errors,
        taking=asked(Taking),
        what=asked(questions.What if mechanism.parties else questions.Noted),
        whom=asked(questions.Whom),
        fields=[one for one in asked(kind.details) if one.name != "slot"],
        slots=book.free_slots(mechanism, kind, local_day(g.now)),
    )


@door.post("/<mechanism>/<kind>")
@access.rule(*OPENERS)
def send(mechanism: str, kind: str) -> str | tuple[str, int]:
    """Take the case in and show the slip to print; pressing twice takes it in once."""
    found, known = _kind(mechanism, kind)
    draft, said, errors = _read(Draft(mechanism, kind), found, known)
    values = {**draft.answers, **said, "key": request.form.get("key", "")}
    if errors:
        return _draw(found, known, values, errors), 422
    try:
        draft.files = [{"id": one} for one in _uploaded()]
        reply = _take(draft, found, known, said)
    except Refusal as refusal:
        if refusal.status not in (409, 413, 415, 422):
            raise
        return _draw(found, known, values, {"": " ".join(say(refusal))}), refusal.status
    return _slip(reply, said, known.hears)


def _read(draft: Draft, mechanism: Mechanism, kind: Kind) -> tuple[Draft, dict[str, Any], dict[str, str]]:
    """Give the answers, what was noted of the taking in, and one error for each field.

    What the office records for itself came from nobody: no person is asked for.
    """
    here, sent, errors = here_now.get().here, MultiDict(request.form), {}
    left_out = ("files", "check") if mechanism.parties else ("files", "check", "you")
    for question in questions.questions(kind):
        if question.name not in left_out:
            answers, wrong = questions.read(question, kind, here, sent)
            draft.answers.update(answers)
            errors.update(wrong)
    if not mechanism.parties:
        draft.answers["identity"] = "anonymous"
        today = local_day(g.now).isoformat()
        return draft, {"channel": OWN, "received_on": today, "language": current_language()}, errors
    said = read_form(Taking, sent)
    said["language"] = sent.get("language") if sent.get("language") in LANGUAGES else current_language()
    try:
        loaded = _loaded(said)
    except ValidationError as error:
        return draft, said, errors | errors_by_line(error.messages_dict)
    return draft, said, errors | field_errors(wrong_days(loaded, local_day(g.now)))


def _loaded(said: dict[str, Any]) -> dict[str, Any]:
    if said["channel"] == OWN:
        return {"channel": OWN, "received_on": None, "withheld": False}
    loaded = Taking().load({name: value for name, value in said.items() if name != "language"})
    return {**loaded, "withheld": loaded.get("withheld", False)}


def _uploaded() -> list[str]:
    """Store the scans that were sent along; those of a second press belong to no case and are swept."""
    found = []
    for sent in request.files.getlist("file"):
        if sent.filename:
            with closing(sent):
                found.append(upload(sent.stream, sent.filename, sent.mimetype, now=g.now).blob)
    return found


def _take(draft: Draft, mechanism: Mechanism, kind: Kind, said: dict[str, Any]) -> dict[str, Any]:
    who, today, language = staff(), local_day(g.now), current_language()
    new = questions.whole(draft, kind, said["language"], said["channel"])

    def work(session: Session) -> dict[str, Any]:
        taken = taken_in(session, new, _loaded(said), who, mechanism, today)
        return receipt_json(session, submit.within(session, taken, now=g.now), language)

    return once(work, now=g.now, key=f"{who.person}-{request.form.get('key', '')}")


def _slip(receipt: dict[str, Any], said: dict[str, Any], hears: str) -> str:
    if not receipt["receipt"]:
        return render_template("intake/counter_recorded.html", receipt=receipt, hears=hears)
    case = view(holder(receipt["reference"], receipt["receipt"], now=g.now), current_language(), now=g.now)
    address = url_for("case.look_up", ref=case.reference, _external=True)
    return render_template(
        "intake/slip.html", receipt=receipt, case=case, qr=picture(address), address=address, said=said
    )
