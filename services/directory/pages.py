"""The staff's door: sign in, renew, sign out, personal tokens. What was typed elsewhere is carried through."""

from urllib.parse import urlsplit

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.directory.links import SHORTEST_PASSWORD, LinkOver, ShortPassword, login_of, use_link
from services.directory.signin import (
    LONGEST,
    SessionOver,
    SignedIn,
    WrongSignIn,
    make_token,
    renew,
    revoke_token,
    sign_in,
    sign_out,
    tokens_of,
)
from shared.access import rule as access
from shared.access.actor import SCOPES
from shared.access.rule import staff
from shared.access.signin import COOKIE
from shared.web.csrf import posted_from_elsewhere
from shared.web.i18n import current_language, translate
from shared.web.limits import count_failure, refuse_above
from shared.web.problem import say

SESSION_COOKIE = "lx_session"
MOST_FAILURES = 30
TOKEN_DAYS = 90
KEPT = "kept."

door = Blueprint("staff", __name__, url_prefix="/staff")


def _back() -> str:
    """Give where to go after signing in: an address of ours, or the desk."""
    asked = request.values.get("next", "")
    # Browsers drop tabs and read a backslash as a slash, so neither may hide a second slash.
    plain = asked.isprintable() and "\\" not in asked
    local = plain and asked.startswith("/") and not asked.startswith("//") and not urlsplit(asked).netloc
    return asked if local else "/desk"


@door.get("")
@access.rule("anyone")
def form() -> str:
    """Ask for name and password."""
    return _sign_in_page([])


def _sign_in_page(kept: list[tuple[str, str]], error: str = "") -> str:
    return render_template("directory/sign_in.html", next=_back(), error=error, kept=kept)


def _kept() -> list[tuple[str, str]]:
    """Give what was typed elsewhere, as the sign-in form carries it through."""
    return [(name.removeprefix(KEPT), value) for name, value in request.form.items(multi=True) if name.startswith(KEPT)]


@door.post("")
@access.rule("anyone")
def enter() -> Response:
    """Check name and password; give a session and its cookie, or say what is wrong."""
    refuse_above("sign-in", MOST_FAILURES, now=g.now)
    try:
        signed = sign_in(request.form.get("login", ""), request.form.get("password", ""), now=g.now)
    except WrongSignIn as wrong:
        count_failure("sign-in", now=g.now)
        return make_response(_sign_in_page(_kept(), say(wrong)[0]), wrong.status)
    if kept := _kept():
        page = render_template("directory/send_again.html", next=_back(), kept=kept)
        return _with_cookies(make_response(page), signed)
    return _with_cookies(redirect(_back(), 303), signed)


def _with_cookies(response: Response, signed: SignedIn) -> Response:
    secure = request.is_secure
    lasts = int(LONGEST.total_seconds())
    response.set_cookie(
        SESSION_COOKIE, signed.session, path="/staff", httponly=True, samesite="Lax", secure=secure, max_age=lasts
    )
    response.set_cookie(COOKIE, signed.cookie, httponly=True, samesite="Lax", secure=secure, max_age=lasts)
    return response


@door.get("/link/<secret>")
@access.rule("anyone")
def choose_password(secret: str) -> str:
    """Ask whoever opens a one-time address for a password; only looking uses nothing up."""
    return _password_page(login_of(secret, now=g.now))


def _password_page(login: str, error: str = "") -> str:
    return render_template("directory/choose_password.html", login=login, error=error, shortest=SHORTEST_PASSWORD)


@door.post("/link/<secret>")
@access.rule("anyone")
def set_password(secret: str) -> Response:
    """Set the password and sign in, once."""
    refuse_above("sign-in", MOST_FAILURES, now=g.now)
    try:
        signed = use_link(secret, request.form.get("password", ""), now=g.now)
    except LinkOver:
        count_failure("sign-in", now=g.now)
        raise
    except ShortPassword as short:
        return make_response(_password_page(login_of(secret, now=g.now), say(short)[0]), short.status)
    return _with_cookies(redirect("/desk", 303), signed)


@door.route("/renew", methods=["GET", "POST"])
@posted_from_elsewhere
@access.rule("anyone")
def again() -> Response:
    """Renew the sign-in and send the browser back with what it had typed; else ask for name and password."""
    name = request.cookies.get(SESSION_COOKIE, "")
    try:
        cookie = renew(name, now=g.now)
    except SessionOver:
        return make_response(
            _sign_in_page(list(request.form.items(multi=True))), 401 if request.method == "POST" else 200
        )
    posted = request.method == "POST"
    return _with_cookies(redirect(_back(), 307 if posted else 303), SignedIn(name, cookie))


@door.post("/out")
@posted_from_elsewhere
@access.rule("anyone")
def leave() -> Response:
    """End the session."""
    name = request.cookies.get(SESSION_COOKIE)
    if name:
        sign_out(name, now=g.now)
    response = redirect("/", 303)
    response.delete_cookie(SESSION_COOKIE, path="/staff")
    response.delete_cookie(COOKIE)
    return response


@door.get("/tokens")
@access.rule("staff")
def tokens() -> str:
    """List one's own tokens."""
    return _tokens_page()


def _tokens_page(made: str = "") -> str:
    tokens = tokens_of(staff().person, now=g.now)
    names = {scope: translate(current_language(), words) for scope, words in SCOPES.items()}
    return render_template("directory/tokens.html", tokens=tokens, made=made, names=names, scopes=list(names.items()))


@door.post("/tokens")
@access.rule("staff")
def add_token() -> str:
    """Make a token for what is ticked, by default for reading the desk, and show it once."""
    title = request.form.get("title", "").strip()[:64] or "API"
    scopes = [name for name in SCOPES if name in request.form.getlist("scope")] or ["desk.read"]
    return _tokens_page(make_token(staff().person, title, TOKEN_DAYS, scopes=scopes, now=g.now))


@door.post("/tokens/<name>/end")
@access.rule("staff")
def end_token(name: str) -> Response:
    """End a token."""
    revoke_token(staff().person, name, now=g.now)
    return redirect(url_for("staff.tokens"), 303)
