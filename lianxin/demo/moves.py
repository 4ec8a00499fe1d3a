"""One move of a demo case."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Move:
    """A step of a role of the unit, or of the resident; `today` names inputs with that day, `later` with one ahead.

    `plan` is what is agreed to by a day ahead, a line of `instalments`; `heads` names inputs that hold the post of the
    unit's head.
    """

    step: str
    role: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    today: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    plan: Mapping[str, str] | None = None
    heads: tuple[str, ...] = ()
