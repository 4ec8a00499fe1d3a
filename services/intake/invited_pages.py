"""The page for whoever was invited to a case by letter: reference and code in, a receipt of one's own out."""

import secrets
from typing import Any

from flask import Blueprint, g, render_template, request, url_for

from services.intake.invited import come
from services.intake.qr import picture
from services.intake.schemas import InvitedSchema
from shared.access import rule as access
from shared.errors import Refusal
from shared.web.forms import field_errors
from shared.web.i18n import current_language
from shared.web.problem import say

door = Blueprint("invited", __name__)
REACHED = ("name", "phone", "email", "address")


@door.get("/invited")
@access.rule("anyone")
def ask() -> str:
    """Ask for reference and code of the letter, and how to reach whoever was invited."""
    return _draw({"reference": request.args.get("ref", ""), "key": secrets.token_urlsafe(24)}, {})


def _draw(values: dict[str, Any], errors: dict[str, str]) -> str:
    return render_template("intake/invited.html", values=values, errors=errors)


@door.post("/invited")
@access.rule("receipt")
def join() -> str | tuple[str, int]:
    """Use the code up and show the receipt, this once; sent twice by one press, it is shown twice."""
    typed = {name: request.form.get(name, "").strip() for name in ("reference", "code", "key", *REACHED)}
    contact = {name: typed[name] for name in REACHED if typed[name]}
    language = current_language()
    asked = {"code": typed["code"], "contact": contact, "language": language}
    if wrong := InvitedSchema().validate(asked):
        errors = {name.removeprefix("contact."): said for name, said in field_errors(wrong).items()}
        return _draw(typed, errors), 422
    try:
        receipt = come(typed["reference"], typed["code"], contact, language, now=g.now, key=typed["key"] or "-")
    except Refusal as refusal:
        return _draw(typed, {"": " ".join(say(refusal))}), refusal.status
    address = url_for("case.look_up", ref=receipt["reference"], _external=True)
    return render_template("intake/came.html", receipt=receipt, qr=picture(address), address=address)
