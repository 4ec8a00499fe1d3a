"""The public address in a letter's QR code: is a letter genuine, and is this copy the one that was issued."""

import hashlib
from collections.abc import Mapping

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from services.routing.paper.mark import read_token
from services.routing.paper.verify import Verified, verify
from shared.access import rule as access
from shared.errors import NotFound
from shared.web.i18n import current_language, translate
from shared.web.limits import count_failure, refuse_above

door = Blueprint("verify", __name__, url_prefix="/verify")
PURPOSE = "verify"
MOST_FAILURES = 60  # an hour and address; a token can't be guessed, this only spares the machine


@door.get("")
@access.rule("anyone")
def ask() -> str | Answer:
    """Ask for the code that stands on a letter, for whoever can't scan it."""
    typed = request.args.get("code", "")
    if not typed:
        return render_template("routing/verify_ask.html")
    return redirect(url_for("verify.show", token=read_token(typed) or "-"), 303)


@door.get("/<token>")
@access.rule("anyone")
def show(token: str) -> str:
    """Show number, unit, kind and date of a letter, and whether its text is the one that was signed."""
    return _page(token, _known(token))


@door.post("/<token>")
@access.rule("anyone")
def compare(token: str) -> str | tuple[str, int]:
    """Compare a file with what was printed from the letter; the file is not kept."""
    letter, sent = _known(token), request.files.get("file")
    if sent is None or not sent.filename:
        return _page(token, letter, errors={"file": translate(current_language(), "Choose the file first.")}), 422
    digest = hashlib.file_digest(sent.stream, "sha256").hexdigest()  # type: ignore[arg-type]  # a file that is read
    return _page(token, letter, same=digest in letter.sums)


def _page(token: str, letter: Verified, same: bool | None = None, errors: Mapping[str, str] | None = None) -> str:
    shown = {"letter": letter, "token": read_token(token), "same": same, "errors": errors or {}}
    return render_template("routing/verify.html", **shown)


def _known(token: str) -> Verified:
    """Give a letter. Wrong, unknown and malformed give one answer, and count against the address that asks."""
    refuse_above(PURPOSE, MOST_FAILURES, now=g.now)
    try:
        return verify(read_token(token) or "-")
    except NotFound:
        count_failure(PURPOSE, now=g.now)
        raise
