"""One error shape (RFC 9457) for the API, one page for people; both in the caller's language, both say what to do."""

from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, g, jsonify, redirect, render_template, request
from structlog import get_logger
from werkzeug.exceptions import HTTPException

from shared.access.rule import SignInNeeded
from shared.errors import Refusal
from shared.web.i18n import current_language, translate
from shared.web.mistakes import translate_error

log = get_logger()

TITLES = {
    400: "The request can't be read.",
    404: "There is nothing here under this address, or it is not for you.",
    405: "This address does not take that method.",
    406: "This address has no such format.",
    413: "What you sent is too large.",
    415: "This address does not take that format.",
    422: "Some answers need another look.",
    428: "This change needs the ETag of what you saw.",
    412: "Somebody else changed this in the meantime.",
    429: "That was too often.",
    500: "Something went wrong on our side. What you sent before is safe.",
}
NEXT = {
    400: "Check the form of what you sent: UTF-8 text and JSON.",
    404: "Check the address, the reference and the receipt code.",
    405: "Look the address up under /api/docs.",
    412: "Load it again, compare, and send your change once more.",
    413: "Send less, or smaller files.",
    422: "Mend the fields that are named.",
    428: "Load it first, then send your change with If-Match.",
    429: "Wait a while and try again.",
    500: "Try again in a few minutes, or call the number on the first page.",
}


CODES = {
    400: "bad-request",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "request-too-large",
    415: "wrong-content-type",
}
TOO_LARGE = 413
MOST_DRAINED = 200 * 1024 * 1024
PIECE = 1024 * 1024


def wants_json() -> bool:
    """Tell whether the caller is a program, or a page's script that says so."""
    programs = request.path.startswith(("/api/", "/internal/", "/health/", "/metrics"))
    return programs or request.accept_mimetypes.best == "application/json"


def problem(status: int, code: str, title: str, next_action: str, **more: Any) -> Response:
    """Make the one error shape; `code` is stable, sentences are in the caller's language."""
    body = {
        "type": f"urn:lianxin:problem:{code}",
        "status": status,
        "code": code,
        "title": title,
        "detail": f"{title} {next_action}",
        "next_action": next_action,
        "errors": [],
        "trace": g.get("correlation", ""),
    }
    response = jsonify(body | more)
    response.status_code = status
    response.content_type = "application/problem+json"
    response.headers["Cache-Control"] = "no-store"
    return response


def say(refusal: Refusal) -> tuple[str, str]:
    """Give a refusal's two sentences in the caller's language."""
    language = current_language()
    values = {
        key: translate(language, value) if isinstance(value, str) else value for key, value in refusal.values.items()
    }
    return translate(language, refusal.message, **values), translate(language, refusal.next_action)


def install(app: Flask) -> None:
    """Answer refusals, HTTP errors and bugs."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _bug)


def _refused(refusal: Refusal) -> Response:
    if isinstance(refusal, SignInNeeded) and not wants_json():
        return _sign_in()
    title, detail = say(refusal)
    errors = getattr(refusal, "errors", None)
    if wants_json():
        fields = _field_errors(errors, refusal.field) if errors else _one_field(refusal, title)
        return _with_headers(problem(refusal.status, refusal.code, title, detail, errors=fields), refusal)
    return _with_headers(page(refusal.status, refusal.code, title, detail), refusal)


def _with_headers(response: Response, refusal: Refusal) -> Response:
    if refusal.retry_after is not None:
        response.headers["Retry-After"] = str(refusal.retry_after)
    if isinstance(refusal, SignInNeeded):
        response.headers["WWW-Authenticate"] = 'Bearer realm="lianxin"'
    return response


def _sign_in() -> Response:
    """Send a browser through directory, which renews the sign-in or asks for it; 307 keeps what a form had typed."""
    back = request.full_path.rstrip("?")
    keeps_body = request.method not in {"GET", "HEAD"}
    answer = redirect(f"/staff/renew?{urlencode({'next': back})}", 307 if keeps_body else 303)
    return Response(answer.get_data(), answer.status_code, {"Location": answer.location, "Cache-Control": "no-store"})


def _one_field(refusal: Refusal, title: str) -> list[dict[str, str]]:
    return [{"field": refusal.field, "message": title}] if refusal.field else []


def _field_errors(errors: Any, prefix: str | None) -> list[dict[str, str]]:
    """Flatten marshmallow's messages into field paths with sentences."""
    if isinstance(errors, dict):
        found: list[dict[str, str]] = []
        for key, value in errors.items():
            name = "" if key == "_schema" else str(key)
            found += _field_errors(value, ".".join(filter(None, (prefix, name))))
        return found
    sentences = errors if isinstance(errors, list) else [errors]
    return [{"field": prefix or "", "message": translate_error(current_language(), str(line))} for line in sentences]


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    language = current_language()
    title = translate(language, TITLES.get(status, error.name))
    detail = translate(language, NEXT.get(status, "Check what you sent and try again."))
    code = CODES.get(status, f"http-{status}")
    if status == TOO_LARGE:
        _drain()
    response = problem(status, code, title, detail) if wants_json() else page(status, code, title, detail)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = value
    return response


def _drain() -> None:
    """Read on to the end of what is too large: a browser that is cut off while it sends never shows the answer."""
    source = request.environ["wsgi.input"]
    for _ in range(min(request.content_length or 0, MOST_DRAINED) // PIECE + 1):
        if not source.read(PIECE):
            return


def _bug(error: Exception) -> Response:
    log.error("door-failed", endpoint=request.endpoint, error=type(error).__name__, exc_info=error)
    language = current_language()
    title, detail = translate(language, TITLES[500]), translate(language, NEXT[500])
    return problem(500, "internal", title, detail) if wants_json() else page(500, "internal", title, detail)


def page(status: int, code: str, title: str, detail: str) -> Response:
    """Draw the problem for a person."""
    text = render_template(
        "lianxin/problem.html", title=title, message=detail, code=code, trace=g.get("correlation", "")
    )
    return Response(text, status=status, mimetype="text/html")
