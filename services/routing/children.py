"""The children of a case: those that came, and those that somebody asked for and that are still on their way."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from shared.workflow.declare import Workflow

ON_ITS_WAY = timedelta(days=1)  # a request that somebody dropped is not waited for longer


class Child(NamedTuple):
    """How a child stands to its parent, in which phase it is, when it was received, and its reference."""

    relation: str | None
    phase: str
    received_at: datetime
    reference: str = ""


class Opened(NamedTuple):
    """A step that was taken, and what it said: read only where it opened a case for each of several units."""

    step: str
    inputs: Callable[[], Mapping[str, Any]] = dict


def children_of(workflow: Workflow, came: Sequence[Child], taken: Iterable[Opened], since: datetime) -> Iterator[str]:
    """Give how each child that is not closed stands to a case, and each that a step opened and that is on its way.

    `taken` are the steps taken after `since`; what was asked for before that is not waited for.
    """
    yield from (str(child.relation) for child in came if child.phase != "closed")
    opened: Counter[str | None] = Counter()
    for one in taken:
        step = workflow.step(one.step)
        if step and step.opens and not step.opens_if:
            opened[step.relation] += len(one.inputs().get(step.each, "1")) if step.each else 1
    yield from map(str, (opened - Counter(child.relation for child in came if child.received_at > since)).elements())
