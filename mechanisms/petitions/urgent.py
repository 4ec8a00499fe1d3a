"""Major and urgent matters (信访工作条例 25): reported upward at once, on a closed list of events, never of people."""

from lianxin.plugin import NOTICE_STATES, STAY, Case, Choice, Schema, Step, Text

GROUNDS = {
    "life": "Danger to life or health",
    "disaster": "Fire, flood, landslide or another disaster",
    "unsafe": "A building, road, bridge or dam is unsafe",
    "pollution": "Water, air or food is unsafe for many",
    "supply": "Water, power or heating is out for many",
    "children": "A child or a helpless person is unprotected",
}


class Urgent(Schema):
    """What happened: the ground goes upward, the rest stays with the case."""

    ground = Choice(GROUNDS, seen="parties", title="On which ground?")
    event = Text(
        seen="handler",
        title="What happens, where, since when",
        hint="About the event only: nobody's name, nothing about who wrote.",
        required=True,
        max=1_000,
    )


# Danger waits for nothing: while it is signed, about to be joined or withdrawn, as at any time before it is closed.
OPEN = (
    *("registered", "objected", "disputed", "accepted", "asked", "hearing", "drafted", "checked", "signed", "promised"),
    *("withdrawing", "joined", *NOTICE_STATES),
)


def not_reported_yet(case: Case) -> bool:
    """It was not reported upward yet."""  # noqa: D401 - the desk shows this line
    return "report upward" not in case.done


URGENT = Step(
    "report upward",
    OPEN,
    STAY,
    "officer",
    asks=Urgent,
    guard=not_reported_yet,
    urges="ground",
    basis="信访工作条例 25",
    title="Report upward at once: urgent",
)
