"""The children of a case: those that came, and those that somebody asked for and that are still on their way."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.workflow.declare import Workflow

ON_ITS_WAY = timedelta(days=1)  # a request that somebody dropped is not waited for longer


class Child(NamedTuple):
    """How a child stands to its parent, in which phase it is, when it was received, and its reference."""

    relation: str | None
    phase: str
    received_at: datetime
    reference: str = ""


def children_of(workflow: Workflow, came: Sequence[Child], taken: Iterable[str], since: datetime) -> Iterator[str]:
    """Give how each child that is not closed stands to a case, and each that a step opened and that is on its way.

    `taken` are the names of steps taken after `since`; what was asked for before that is not waited for.
    """
    yield from (str(child.relation) for child in came if child.phase != "closed")
    steps = (workflow.step(name) for name in taken)
    opened = Counter(step.relation for step in steps if step and step.opens and not step.opens_if)
    yield from map(str, (opened - Counter(child.relation for child in came if child.received_at > since)).elements())
