"""What a suggestion and its answer say."""

from lianxin.plugin import Choice, Schema, Text

OUTCOMES = {"adopted": "Adopted", "partly_adopted": "Partly adopted", "not_adopted": "Not adopted"}


class Suggestion(Schema):
    """What the form asks beside title and text."""

    benefit = Text(seen="parties", title="Who would gain from it?", hint="If you know.", max=1_000)


class Decision(Schema):
    """The answer: always with the reasons."""

    outcome = Choice(OUTCOMES, seen="public", title="Outcome")
    reasons = Text(seen="parties", title="Reasons", hint="The person reads this.", required=True, max=5_000)
    summary = Text(
        seen="public",
        title="Summary for the public record",
        hint="No names, numbers or addresses: anybody can read this.",
        required=True,
        max=1_000,
    )
