"""CSRF across services: each app signs its own tokens, so two doors of directory take posts without one.

Both change nothing for the poster's harm: one renews a sign-in the browser already has, one ends it; their cookies
are SameSite=Lax, so another site's form can't bring them, and a browser that says
the form is another site's is refused.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import abort, request

F = TypeVar("F", bound=Callable[..., Any])
MARK = "posted_from_elsewhere"


def posted_from_elsewhere(view: F) -> F:
    """Mark a door that pages of other services post to."""

    @wraps(view)
    def door(*args: Any, **kwargs: Any) -> Any:
        if request.method == "POST" and from_another_site():
            abort(403)
        return view(*args, **kwargs)

    setattr(door, MARK, True)
    return door  # type: ignore[return-value]  # the same door, guarded


def from_another_site() -> bool:
    """Tell whether the browser says that another site's page sent this; an old browser says nothing."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "same-site", "none"}
