"""The resident's pages: the first page, finding one's case, following it, taking the steps that are open."""

import base64
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, stream_with_context, url_for
from nacl.exceptions import CryptoError
from werkzeug.wrappers import Response as Answer

from services.intake.ask import ask_step
from services.intake.catalogue import has_matters
from services.intake.files import open_file
from services.intake.receipts import find_holder, holder
from services.intake.tickets import queues_here
from services.intake.view import CaseView, OpenStep, view
from services.intake.write import offered
from shared.access import rule as access
from shared.access.actor import ReceiptHolder
from shared.crypto.receipt import normalise_receipt, normalise_reference
from shared.errors import Invalid, NotFound, Refusal
from shared.kit.action import here_now
from shared.web.files import ONLY_ITSELF, PAGE_OF_LETTER, disposition
from shared.web.forms import asked, field_errors, read_form
from shared.web.i18n import current_language, translate
from shared.web.problem import say

COOKIE = "lx_case"
KEPT = timedelta(hours=2)
CONTEXT = b"lx_case"

door = Blueprint("case", __name__)


@door.get("/")
@access.rule("anyone")
def home() -> str:
    """Greet: report, look up, read the public record; and the numbers for danger to life."""
    here = here_now.get().here
    return render_template("intake/home.html", kinds=offered(), queues=queues_here(here), matters=has_matters(here))


@door.get("/case")
@access.rule("anyone")
def look_up() -> str:
    """Ask for reference and receipt code; a scanned QR code fills in the reference."""
    return render_template("intake/look_up.html", values={"reference": request.args.get("ref", "")}, errors={})


@door.post("/case")
@access.rule("anyone")
def find() -> Answer | tuple[str, int]:
    """Check the receipt and open the case for two hours on this device."""
    typed = {name: request.form.get(name, "") for name in ("reference", "receipt")}
    try:
        holder(typed["reference"], typed["receipt"], now=g.now)
    except NotFound:
        language = current_language()
        sentence = "Reference and receipt code do not fit together. Look at them again; the code has 16 digits."
        return render_template(
            "intake/look_up.html", values=typed, errors={"reference": translate(language, sentence)}
        ), 404
    reference, receipt = normalise_reference(typed["reference"]), normalise_receipt(typed["receipt"])
    response = redirect(url_for("case.show", reference=reference), 303)
    wrapped = here_now.get().here.keyring.wrap(f"{reference} {receipt}".encode(), CONTEXT)
    response.set_cookie(
        COOKIE,
        base64.urlsafe_b64encode(wrapped).decode(),
        max_age=int(KEPT.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
        path="/case",
    )
    return response


def _who(reference: str) -> ReceiptHolder | None:
    try:
        raw = base64.urlsafe_b64decode(request.cookies.get(COOKIE, ""))
        known, _, receipt = here_now.get().here.keyring.unwrap(raw, CONTEXT).decode().partition(" ")
    except (CryptoError, ValueError, TypeError):
        return None
    if known == normalise_reference(reference):
        return holder(reference, receipt, now=g.now)
    return find_holder(reference, receipt)  # of a case of the same matter; anything else is asked for its receipt


def _ask_again(reference: str) -> Answer:
    return redirect(url_for("case.look_up", ref=reference), 303)


@door.get("/case/<reference>")
@access.rule("receipt")
def show(reference: str) -> str | Answer:
    """Show where the case stands, what is promised, what happened, what can be done."""
    who = _who(reference)
    if who is None:
        return _ask_again(reference)
    seen = view(who, current_language(), now=g.now)
    return render_template("intake/case.html", case=seen, mechanism=here_now.get().here.mechanisms[seen.mechanism])


@door.post("/case/<reference>/leave")
@access.rule("receipt")
def leave(reference: str) -> Answer:
    """Close the case on this device."""
    response = redirect("/", 303)
    response.delete_cookie(COOKIE, path="/case")
    return response


def _open_step(seen: CaseView, name: str) -> OpenStep:
    found = next((step for step in seen.offers if step.step == name.replace("-", " ")), None)
    return found or abort(404)


@door.get("/case/<reference>/do/<step>")
@access.rule("receipt")
def step_form(reference: str, step: str) -> str | Answer:
    """Ask what a step needs."""
    who = _who(reference)
    if who is None:
        return _ask_again(reference)
    seen = view(who, current_language(), now=g.now)
    return _draw(seen, _open_step(seen, step), {}, {})


def _draw(seen: CaseView, step: OpenStep, values: dict[str, Any], errors: dict[str, str]) -> str:
    return render_template(
        "intake/step.html",
        case=seen,
        mechanism=here_now.get().here.mechanisms[seen.mechanism],
        step=step,
        fields=asked(step.form, units=step.units, entries=step.entries),
        values=values,
        errors=errors,
    )


@door.post("/case/<reference>/do/<step>")
@access.rule("receipt")
def take(reference: str, step: str) -> str | Answer | tuple[str, int]:
    """Ask for the step; what was typed is kept on any error."""
    who = _who(reference)
    if who is None:
        return _ask_again(reference)
    seen = view(who, current_language(), now=g.now)
    wanted = _open_step(seen, step)
    typed = read_form(wanted.form, request.form)
    try:
        ask_step(who, wanted.step, typed, to=request.form.get("to", type=int), now=g.now)
    except Invalid as refusal:
        return _draw(seen, wanted, typed, field_errors(refusal.errors)), 422
    except Refusal as refusal:
        return _draw(seen, wanted, typed, {"": " ".join(say(refusal))}), refusal.status
    flash(wanted.title)
    return redirect(url_for("case.show", reference=seen.reference), 303)


@door.get("/case/<reference>/files/<blob>")
@access.rule("receipt")
def file(reference: str, blob: str) -> Response | Answer:
    """Give a file of the case back to who sent it."""
    who = _who(reference)
    if who is None:
        return _ask_again(reference)
    found = open_file(who, blob)
    page = found.type == PAGE_OF_LETTER
    headers = {
        "Content-Disposition": disposition(found.name, inline=page or found.type.startswith("image/")),
        "Content-Security-Policy": ONLY_ITSELF if page else "sandbox",
        "Cache-Control": "private, no-store",
    }
    return Response(stream_with_context(found.chunks), mimetype=found.type, headers=headers)
