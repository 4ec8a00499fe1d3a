"""CSRF across services: each app signs its own tokens, so two doors of directory take posts without one.

Both change nothing for the poster's harm: one renews a sign-in the browser already has, one ends it; their cookies
are SameSite=Lax, so another site's form can't bring them.
"""

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
MARK = "posted_from_elsewhere"


def posted_from_elsewhere(view: F) -> F:
    """Mark a door that pages of other services post to."""
    setattr(view, MARK, True)
    return view
