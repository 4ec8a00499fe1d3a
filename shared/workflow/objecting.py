"""The one step by which a person keeps the outcome of their case off the public record while the time for it runs."""

from shared.workflow.common import Objection, may_object_to_publication
from shared.workflow.declare import STAY, Step


def objecting(*, by: str) -> Step:
    """Let `by` object to publication once the answer is promised or the case closed: then it is withheld."""
    return Step(
        "object to publication",
        ("promised", "closed"),
        STAY,
        by,
        asks=Objection,
        guard=may_object_to_publication,
        publishes="withheld",
        title="Object to publication",
    )
