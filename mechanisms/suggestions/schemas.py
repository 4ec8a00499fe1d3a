"""What a suggestion and its answer say."""

from lianxin.plugin import Choice, Day, Schema, Text

OUTCOMES = {"adopted": "Adopted", "partly_adopted": "Partly adopted", "not_adopted": "Not adopted"}
PROMISING = ("adopted", "partly_adopted")  # what then has to be carried out


class Suggestion(Schema):
    """What the form asks beside title and text."""

    benefit = Text(seen="parties", title="Who would gain from it?", hint="If you know.", max=1_000)


class Decision(Schema):
    """The answer: always with the reasons."""

    outcome = Choice(OUTCOMES, seen="public", title="Outcome")
    reasons = Text(seen="parties", title="Reasons", hint="The person reads this.", required=True, max=5_000)
    by_when = Day(
        seen="parties",
        title="Carried out by",
        hint="Needed where something is adopted: by then this office has it done. At most two years.",
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
