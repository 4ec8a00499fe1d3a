"""Several roles that take one step: each of them, or any of them."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Quorum:
    """Several roles do one step: each of them, or any of them."""

    roles: tuple[str, ...]
    all: bool


def each_of(*roles: str | tuple[str, ...]) -> Quorum:
    """Ask for the step of every role; the case moves with the last."""
    return Quorum(_flat(roles), all=True)


def any_of(*roles: str | tuple[str, ...]) -> Quorum:
    """Ask for the step of one of the roles."""
    return Quorum(_flat(roles), all=False)


def _flat(roles: Iterable[str | tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(name for role in roles for name in ((role,) if isinstance(role, str) else role))
