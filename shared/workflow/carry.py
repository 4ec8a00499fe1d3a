"""Carrying a case of an earlier version of its mechanism into the installed one: pure, the same answer every time."""

import json
import traceback
from collections.abc import Iterator, Mapping
from typing import Any

from shared.errors import Refusal
from shared.workflow.mechanism import Mechanism


class CantCarry(Refusal):
    """A case stays as it was: the installed mechanism can't read it. Nothing of what was said is in the words."""

    code = "cant-carry"
    message = "A case of %(mechanism)s, version %(version)s, can't be carried into version %(installed)s: %(why)s."
    next_action = "Mend `upgrade` of the mechanism, install it and start again; nothing was changed."


def version_problems(mechanism: Mechanism) -> Iterator[str]:
    """Find a version that leaves the cases of earlier ones behind."""
    if mechanism.version > 1 and mechanism.upgrade is None:
        yield f"version {mechanism.version} has no upgrade: cases of earlier ones would stand still; declare upgrade"


def carry(
    mechanism: Mechanism, version: int, kind: str, state: str, details: Mapping[str, Any]
) -> tuple[str, dict[str, Any]]:
    """Give state and details as the installed version has them, by `upgrade`, one version after another.

    Raises `CantCarry` where `upgrade` raises, or gives a state, or a detail, that the installed version doesn't have.
    """
    if version > mechanism.version:
        raise newer(mechanism, version)
    known, given = state, dict(details)
    for number in range(version, mechanism.version):
        known, given = _once(mechanism, version, number, known, given)
    if known not in mechanism.workflow.states:
        became = "is" if known == state else f"became {known}, which is"
        raise _cant(mechanism, version, f"the state {state} {became} none of its states")
    if strange := strangers(mechanism, kind, given):
        raise _cant(mechanism, version, f"the details of {kind} have {', '.join(strange)}, which it does not ask")
    return known, given


def strangers(mechanism: Mechanism, kind: str, details: Mapping[str, Any]) -> list[str]:
    """Give the names in a case's details that nobody could read: no field asks them, or did once (`Schema.was`)."""
    known = mechanism.kind(kind)
    fields = known.details.shown() if known and known.details else {}
    return sorted(set(details) - set(fields))


def newer(mechanism: Mechanism, version: int) -> CantCarry:
    """Give the refusal of a case that a newer version than the installed one has written."""
    return _cant(mechanism, version, "it is newer; install that version, or a later one")


def must_stay(mechanism: Mechanism, version: int, phase: str, state: str) -> None:
    """Raise `CantCarry` where a state would close a case that is open, or open one that is closed: that is a step's."""
    if (phase == "closed") != (mechanism.workflow.states[state] == "closed"):
        raise _cant(mechanism, version, f"its phase is {phase}, and {state} would close or reopen it")


def _once(
    mechanism: Mechanism, version: int, number: int, state: str, details: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    if mechanism.upgrade is None:
        raise _cant(mechanism, version, "it has no `upgrade`")
    try:
        after, given = mechanism.upgrade(number, state, details)
        return str(after), dict(json.loads(json.dumps(dict(given), default=str)))
    except Exception as error:  # noqa: BLE001 - a stranger's code; its words may be a resident's, so its place is told
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{place.filename.rpartition('/')[2]}, line {place.lineno}"
        raise _cant(mechanism, version, f"`upgrade` raised {type(error).__name__} ({where})") from None


def _cant(mechanism: Mechanism, version: int, why: str) -> CantCarry:
    return CantCarry(mechanism=mechanism.name, version=version, installed=mechanism.version, why=why)
