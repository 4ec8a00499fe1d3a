"""Every point at which the platform asks a mechanism: who asks, when, and what an empty answer means.

A callable takes one frozen `Case` and gives a value. Where it raises, the point says what happens. **Closed**: the
careful answer stands in, and a person outside the conflict decides. **Open**: the answer is left out and the case
goes on. Both are logged as `extension-point-failed` with mechanism and point, and counted in `failures`.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from structlog import get_logger

from shared.workflow.case import Case

log = get_logger()

# How often a point of a mechanism failed in this process: readiness names them to the operator.
failures: Counter[tuple[str, str]] = Counter()


@dataclass(frozen=True)
class Point:
    """An extension point: the field of the declaration that holds the callable, and the answer if that raises."""

    name: str
    service: str
    closed: bool
    otherwise: Any


class Answer(NamedTuple):
    """What a mechanism said, or the point's own answer where it `failed`."""

    value: Any
    failed: bool


REFUSES = Point("refuses", "intake", closed=True, otherwise=None)
"""Asked for each submission before it is stored: why it can't be taken here, an English msgid; None takes it in.
Closed: one that raises takes the case in, and routing gives it to a person outside the conflict."""

PROMISES = Point("promises", "intake", closed=False, otherwise=True)
"""Asked of each `Deadline(when=...)` that receipt starts: does the term apply? Open: one that raises applies, for a
promise too many is a nuisance and a promise too few is a broken law."""

BARS = Point("bars", "routing", closed=True, otherwise=())
"""Asked once when a case is routed: codes of posts that may not see it, beside the core's own conflict set; empty
adds none. Closed: one that raises sends the case to a person outside the conflict."""

GUARD = Point("guard", "routing", closed=True, otherwise=False)
"""Asked of each step that is open by its state: may it be taken? Closed: one that raises keeps the step shut."""

FITS = Point("fits", "routing", closed=True, otherwise=False)
"""Asked when a step is taken, of each field that `Step(fits=)` names: can the answer be right for this case? Closed:
one that raises refuses the step."""

STARTS = Point("starts", "routing", closed=False, otherwise=True)
"""Asked of each `Deadline(when=...)` that a step starts: does the term apply? Open, like `promises`."""

REMARKS = Point("remarks", "routing", closed=False, otherwise=None)
"""Asked when the desk shows a case: a line for whoever handles it, an English msgid; None says nothing. Open."""

POINTS = (REFUSES, PROMISES, BARS, GUARD, FITS, STARTS, REMARKS)


def ask(point: Point, call: Callable[[Case], Any], case: Case) -> Answer:
    """Ask a mechanism's callable; whatever it raises becomes the point's own answer."""
    try:
        return Answer(call(case), failed=False)
    except Exception:
        failures[case.mechanism, point.name] += 1
        log.exception("extension-point-failed", mechanism=case.mechanism, extension_point=point.name)
        return Answer(point.otherwise, failed=True)
