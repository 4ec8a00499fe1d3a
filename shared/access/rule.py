"""Every door declares its rule. The choke point enforces it before the door runs; a door without one stops the start.

Rules: `anyone`; `inside` (a program beside us, never through a proxy); `receipt` (the door itself checks the receipt
with the action that loads the case); `staff` (any post); or roles by name, of which one is enough. Which cases a staff
member may see is decided by `shared.access.cases`, in the query, never in a page.
"""

from collections.abc import Callable
from ipaddress import ip_address
from typing import Any, TypeVar

from flask import Flask, Request, g, request

from shared.access.actor import StaffMember
from shared.errors import NotFound, Refusal, StartError

F = TypeVar("F", bound=Callable[..., Any])
OPEN = frozenset({"anyone", "receipt", "inside"})
FORWARDED = ("Forwarded", "X-Forwarded-For")
SAFE_ENDPOINTS = frozenset({"look.static"})  # the stylesheet: registered by the look, open to anyone


class SignInNeeded(Refusal):
    """Nobody is signed in."""

    code = "sign-in-needed"
    status = 401
    message = "Please sign in first."
    next_action = "Sign in under /staff, or send a personal token that has not ended."


class NoScope(Refusal):
    """The token was made for less than this."""

    code = "no-scope"
    status = 403
    message = "This token was made without the scope “%(scope)s”, which this address needs."
    next_action = "Make a token with that scope under /staff/tokens."


class NoRight(Refusal):
    """Signed in, but this door is not for this role."""

    code = "no-right"
    status = 403
    message = "Your posts do not open this page."
    next_action = "Ask whoever holds the role, or your administrator to give it to your post."


def rule(*allowed: str, scope: str = "") -> Callable[[F], F]:
    """Declare who may use a door: one of OPEN, `staff`, or roles of posts; and the scope a token needs."""

    def mark(view: F) -> F:
        view.access_rule = allowed  # type: ignore[attr-defined]
        view.access_scope = scope  # type: ignore[attr-defined]
        return view

    return mark


def rule_of(app: Flask, endpoint: str) -> tuple[str, ...] | None:
    """Give the rule that a door declares, or None."""
    if endpoint in SAFE_ENDPOINTS:
        return ("anyone",)
    return getattr(app.view_functions[endpoint], "access_rule", None)


def scope_of(view: Any) -> str:
    """Give the scope that a door needs of a token; empty where any token will do."""
    return str(getattr(view, "access_scope", ""))


def install(app: Flask, who: Callable[[], StaffMember | None]) -> None:
    """Put the choke point before every door of an app; `who` reads the caller's sign-in, once for each request."""
    missing = sorted(name for name in app.view_functions if rule_of(app, name) is None)
    if missing:
        raise StartError(*(f"the door {name} declares no access rule: add @access.rule(...)" for name in missing))

    @app.before_request
    def _choke() -> None:
        g.staff = None
        if request.endpoint is None:
            return
        allowed = rule_of(app, request.endpoint) or ()
        if "inside" in allowed and not _from_inside(request):
            raise NotFound
        if OPEN.isdisjoint(allowed):
            g.staff = who()
            _admit(g.staff, allowed, scope_of(app.view_functions[request.endpoint]))


def _from_inside(request: Request) -> bool:
    """Tell whether a program beside us asks: from a private address, and no proxy brought it."""
    try:
        private = ip_address(request.remote_addr or "").is_private
    except ValueError:
        return False
    return private and not any(name in request.headers for name in FORWARDED)


def _admit(staff: StaffMember | None, allowed: tuple[str, ...], scope: str) -> None:
    if staff is None:
        raise SignInNeeded
    if staff.scopes is not None and scope and scope not in staff.scopes:
        raise NoScope(scope=scope)
    if "staff" not in allowed and staff.roles.isdisjoint(allowed):
        raise NoRight


def staff() -> StaffMember:
    """Give the signed-in staff member; only behind a door whose rule asks for one."""
    found: StaffMember = g.staff
    return found


def matrix(apps: dict[str, Flask]) -> list[tuple[str, str, str, str]]:
    """List (service, methods, address, who) of every door, for the reviewed file."""
    rows = []
    for service, app in apps.items():
        for url in app.url_map.iter_rules():
            methods = ",".join(sorted((url.methods or set()) - {"HEAD", "OPTIONS"}))
            rows.append((service, methods, url.rule, ", ".join(rule_of(app, url.endpoint) or ())))
    return sorted(rows)
