"""What a review's opinion says, and what is asked of whoever wishes for a re-review (信访工作条例 35, 36)."""

from lianxin.plugin import Choice, Day, OfferedUnit, Schema, Text

OUTCOMES = {"upheld": "Upheld", "changed": "Changed", "redo": "To be handled anew"}
PROMISING = ("changed",)  # what then has to be carried out


class Opinion(Schema):
    """The opinion of a review or a re-review."""

    outcome = Choice(OUTCOMES, seen="public", title="Outcome")
    facts = Text(seen="parties", title="Facts found", required=True, max=5_000)
    opinion = Text(
        seen="parties",
        title="Opinion of the review",
        hint="Where the matter has to be handled anew: what was wrong, and what has to be looked into.",
        required=True,
        max=5_000,
    )
    legal_basis = Text(seen="parties", title="Legal basis", required=True, max=1_000)
    by_when = Day(
        seen="parties",
        title="Carried out by",
        hint="Needed where the answer is changed: by then this body has it done. At most two years.",
        ahead=True,
        needed_for=("outcome", PROMISING),
    )
    summary = Text(
        seen="public",
        title="Summary for the public record",
        hint="No names, numbers or addresses: anybody can read this.",
        required=True,
        max=1_000,
    )


class Request(Schema):
    """Why somebody asks for a re-review."""

    reasons = Text(seen="parties", title="What is wrong with the review?", required=True, max=5_000)
    unit = OfferedUnit(
        seen="parties",
        title="Which body shall review it?",
        hint="Each of these may. Without a choice it goes to the first one.",
        required=False,
    )
