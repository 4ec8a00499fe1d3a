"""The look: templates over govuk-frontend-jinja's macros, our stylesheet, a person's type size and scheme.

No inline script or style anywhere: `script-src 'self'; style-src 'self'` is enough.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, Response, request, send_from_directory, url_for
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader

from shared.web.compiled import compiled
from shared.workflow.schedule import shown

HERE = Path(__file__).parent
STATIC = HERE / "static"
COOKIE = "lx_display"
ONE_YEAR = 365 * 24 * 3600
SCHEMES = ("auto", "light", "dark")
TYPES = ("normal", "large")


@dataclass(frozen=True)
class Theme:
    """What a county puts on every page: names, telephone, how to reach a person, and its filing number."""

    county_name: str = ""
    county_name_en: str = ""
    hotline: str = "12345"
    contact: str = ""
    filing: str = ""


@dataclass(frozen=True)
class Display:
    """How a person reads: `type` is normal or large, `scheme` is auto (as the device says), light or dark."""

    type: str = "normal"
    scheme: str = "auto"

    @classmethod
    def of_request(cls) -> "Display":
        """Read `?type=` and `?scheme=`, then the cookie; what is not understood counts as not said."""
        kept_type, _, kept_scheme = request.cookies.get(COOKIE, "").partition(".")
        return cls(
            _first(TYPES, request.args.get("type"), kept_type),
            _first(SCHEMES, request.args.get("scheme"), kept_scheme),
        )

    @property
    def large(self) -> bool:
        """Whether the large type is on."""
        return self.type == "large"


def install_look(app: Flask, *, theme: Theme | None = None, remember: bool = True) -> None:
    """Give the app `lianxin/base.html` and `lianxin/components.html`, `/static`, and the display preferences.

    Make the app with `static_folder=None`; one endpoint is added, `look.static`, which is open to anyone.
    `remember=False` sets no cookie (the sealed channel).
    """
    app.jinja_loader = _loader(app.jinja_loader)
    app.jinja_env.bytecode_cache = compiled
    app.add_url_rule("/static/<digest>/<path:name>", "look.static", _send)
    app.jinja_env.globals.update(static_url=static_url, url_with=url_with, theme=theme or Theme())
    app.jinja_env.filters["in_groups"] = in_groups
    app.jinja_env.filters["schedule"] = shown
    app.context_processor(lambda: {"display": Display.of_request()})
    app.after_request(_remember if remember else _vary)


def _loader(own: BaseLoader | None) -> BaseLoader:
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    return ChoiceLoader([*([own] if own else []), FileSystemLoader(HERE / "templates"), govuk])


def static_url(name: str) -> str:
    """Give the address of one of our static files; it changes with the content: cache it for ever."""
    return url_for("look.static", digest=_digest(name), name=name)


def url_with(**changes: str | None) -> str:
    """Give this page's own address with some of its query changed (`None` removes): keeps the place."""
    query = request.args.to_dict(flat=False)
    query.update({name: [value] for name, value in changes.items() if value is not None})
    kept = [(name, one) for name, many in query.items() if changes.get(name, "") is not None for one in many]
    return request.script_root + request.path + (f"?{urlencode(kept)}" if kept else "")


def in_groups(code: str, size: int = 4) -> str:
    """Write a receipt code as it is read aloud: `1234 5678 9012 3456`."""
    plain = code.replace(" ", "")
    return " ".join(plain[start : start + size] for start in range(0, len(plain), size))


def _first(known: tuple[str, ...], *said: str | None) -> str:
    return next((one for one in said if one in known), known[0])


def _digest(name: str) -> str:
    path = STATIC / name
    return _digest_of(path, path.stat().st_mtime_ns)


@lru_cache
def _digest_of(path: Path, _changed: int) -> str:
    return sha256(path.read_bytes()).hexdigest()[:12]


def _send(digest: str, name: str) -> Response:
    """Send a static file; an outdated address (a page kept over an upgrade) gets it too, not to be kept."""
    response = send_from_directory(STATIC, name)
    if digest == _digest(name):
        response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
    return response


def sent_static(name: str) -> Response:
    """Send one of our static files at an address that never changes: a browser asks each time whether it is new."""
    response = send_from_directory(STATIC, name)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _vary(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.add("Cookie")
    return response


def _remember(response: Response) -> Response:
    asked = {"type", "scheme"} & set(request.args)
    display = Display.of_request()
    kept = f"{display.type}.{display.scheme}"
    if asked and request.cookies.get(COOKIE) != kept:
        response.set_cookie(COOKIE, kept, max_age=ONE_YEAR, secure=request.is_secure, httponly=True, samesite="Lax")
    return _vary(response)
