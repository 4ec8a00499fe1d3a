"""One Flask app for each service: languages, look, errors, sign-in, CSRF, and the choke point before every door."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from time import perf_counter
from typing import Any

from flask import Flask, Response, abort, g, render_template, request
from flask_smorest import Api
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException

from shared.access import rule as access
from shared.access.actor import StaffMember
from shared.access.signin import from_program, token_of, who_is
from shared.kit.running import Running
from shared.law.local import local_day
from shared.log import begin
from shared.metrics import REQUESTS
from shared.web import forms, i18n, look, problem
from shared.web.body import NulInAddress
from shared.web.csrf import MARK, from_another_site
from shared.web.openapi import spec_settings

MB = 1024 * 1024
SHORTEST_ID, LONGEST_ID = 8, 64
LARGEST_REQUEST = 25 * MB
LARGEST_FORM_FIELDS = 2 * MB
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
FORM = "application/x-www-form-urlencoded"
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), payment=()",
}


def make_app(running: Running, *, settings: Mapping[str, Any] | None = None) -> Flask:
    """Make a service's app; a door without an access rule stops the start."""
    service, here = running.service, running.here
    app = Flask(service.name, static_folder=None, template_folder=str(service.folder / "templates"))
    app.config.update(_settings(running), **(settings or {}))
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    catalogs = [service.folder / "locale", *(m.folder / "locale" for m in here.mechanisms.values())]
    i18n.install(app, catalogs=catalogs, default=here.county.language)
    theme = here.county.theme
    look.install_look(
        app, theme=look.Theme(here.county.name_zh, here.county.name_en, theme.hotline, theme.contact, theme.filing)
    )
    _enter_and_leave(app, running)  # before CSRF, so that its refusals have a language, a trace and a limit too
    csrf = CSRFProtect(app)
    for blueprint in service.doors:
        app.register_blueprint(blueprint)
    for view in app.view_functions.values():
        if getattr(view, MARK, False):
            csrf.exempt(view)
    if service.api:
        api = Api(app)
        for blueprint in service.api:
            csrf.exempt(blueprint)  # the API takes no cookies, so nobody can borrow one
            api.register_blueprint(blueprint)
    problem.install(app)
    app.register_error_handler(CSRFError, _form_too_old)
    access.install(app, lambda: _who(running))
    app.extensions["running"] = running
    return app


def _settings(running: Running) -> dict[str, Any]:
    service = running.service.name
    return {
        "SECRET_KEY": running.here.keyring.derive("flask"),
        "SESSION_COOKIE_NAME": f"lx_{service}",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": bool(running.here.settings.get("https")),
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=24),
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST,
        "MAX_FORM_MEMORY_SIZE": LARGEST_FORM_FIELDS,
        "WTF_CSRF_TIME_LIMIT": 24 * 3600,
        **spec_settings(),
    }


def _enter_and_leave(app: Flask, running: Running) -> None:
    """Run each request inside its service, with its own correlation id, and protect each answer."""
    call = app.wsgi_app

    def inside(environ: Any, start: Any) -> Any:
        with running.inside():
            return call(environ, start)

    app.wsgi_app = inside  # type: ignore[assignment,method-assign]  # the documented way to wrap a Flask app

    @app.before_request
    def _begin() -> None:
        g.began = perf_counter()
        g.correlation = _correlation(request.headers.get("X-Correlation-ID", ""))
        g.now = running.clock.now()
        begin(g.correlation)
        if "\0" in request.path or any("\0" in value for value in request.args.values()):
            raise NulInAddress
        if request.mimetype == FORM and (request.content_length or 0) > LARGEST_FORM_FIELDS:
            abort(413)  # werkzeug's own limit is for forms with files only

    @app.after_request
    def _protect(response: Response) -> Response:
        for name, value in SECURITY.items():
            response.headers.setdefault(name, value)
        response.headers["X-Correlation-ID"] = g.get("correlation", "")
        if response.mimetype in {"text/html", "application/json"}:
            response.headers.setdefault("Cache-Control", "no-store")
        _count(app.name, response)
        return response

    app.context_processor(lambda: _common(running))


def _count(service: str, response: Response) -> None:
    """Count an answer by the template of its address: an address itself may name a case."""
    route = request.url_rule.rule if request.url_rule else "-"
    method = request.method if request.method in METHODS else "-"
    took = perf_counter() - g.get("began", perf_counter())
    REQUESTS.labels(service, method, route, response.status_code).observe(took)


def _correlation(given: str) -> str:
    """Take over a caller's id where it can't do harm in a log, else make one."""
    harmless = given.isascii() and given.isprintable() and SHORTEST_ID <= len(given) <= LONGEST_ID
    return given if harmless else secrets.token_hex(8)


def _common(running: Running) -> dict[str, Any]:
    """Give what every page may use."""
    here = running.here
    language = i18n.current_language()

    def name_of(code: str) -> str:
        return here.county.name_of(code, language)

    def unit_name(code: str | None) -> str:
        return here.county.unit_name(code, language)

    return {
        "county": here.county,
        "has": here.county.running,
        "language": language,
        "today": local_day(g.get("now") or running.clock.now()),
        "staff": g.get("staff"),
        "unit_name": unit_name,
        "answers_of": lambda schema, inputs: forms.answers_in_words(language, schema, inputs, name_of),
        "in_words": lambda one, value: forms.in_words(language, one, value, name_of),
        "named": lambda units, posts, text: here.county.named(units, posts, text, language),
        "place_name": lambda code: here.county.words_of_place(code, language),
        "trace": g.get("correlation", ""),
    }


def _who(running: Running) -> StaffMember | None:
    token = token_of(request)
    return who_is(token, program=from_program(request), now=running.clock.now()) if token else None


def _form_too_old(error: HTTPException) -> Response:
    """Say that a form was open too long, and show what was typed with a button that sends it once more.

    Only where the form is our own: what another site sends under our name is not offered for a second try.
    """
    language = i18n.current_language()
    title = i18n.translate(language, "This form was open for too long.")
    if from_another_site() or request.files or "password" in request.form:
        detail = i18n.translate(
            language, "Go back: what you typed is still there. Load the page again and send it once more."
        )
        return problem.page(error.code or 400, "form-too-old", title, detail)
    kept = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    page = render_template("lianxin/send_again.html", title=title, kept=kept)
    return Response(page, error.code or 400, mimetype="text/html")
