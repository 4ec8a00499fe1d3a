"""After a no: why, talked over with whoever the petitioner wishes beside him; help that is tied to nothing."""

from lianxin.plugin import STAY, Case, Choice, Day, Schema, Step, Text

HELD = {
    "held": "It took place",
    "declined": "The person did not wish it",
    "unreached": "The person was not reached, though it was tried",
}
BESIDE = {
    "nobody": "Nobody, as the person wished",
    "lawyer": "A lawyer",
    "social_worker": "A social worker",
    "friend": "A friend or relative",
}
HELP = {
    "none": "None is needed, or none is wished",
    "social": "Social relief",
    "judicial": "Judicial relief",
    "legal_aid": "Legal aid",
}
NOT_TIED = "Help is never tied to giving up a petition or a review."


class Talk(Schema):
    """The talk about an opinion that does not support a petition."""

    held = Choice(HELD, seen="parties", title="Did the talk take place?")
    day = Day(seen="parties", title="Date", past=True)
    beside = Choice(BESIDE, seen="parties", title="Who was with the person?")
    summary = Text(seen="parties", title="What was explained, and what the person said", required=True, max=3_000)
    help = Choice(HELP, seen="parties", title="Which help was offered, with consent?", hint=NOT_TIED)
    next = Text(seen="parties", title="Where to turn for it, and who sees to it", max=1_000)


class Care(Schema):
    """Help after the end of the matter."""

    help = Choice(HELP, seen="parties", title="Which help was offered, with consent?", hint=NOT_TIED)
    summary = Text(seen="parties", title="What was done for the person", required=True, max=2_000)


def it_is_not_supported(case: Case) -> bool:
    """The opinion that was signed does not support it."""  # noqa: D401 - the desk shows this line
    return case.outcome == "not_supported"


def a_no_was_talked_over(case: Case) -> bool:
    """An opinion that does not support it was talked over with the person, or that was offered."""  # noqa: D401 - the desk shows this line
    return not it_is_not_supported(case) or case.later("explain", "sign")


def it_ended_without_what_was_asked(case: Case) -> bool:
    """It ended without what was asked for, and no right in it runs any more."""  # noqa: D401 - the desk shows this line
    return case.outcome in ("not_supported", "no_longer_accepted") and not case.running and not case.open_children


TALK = (
    Step(
        *("explain", "signed", STAY, "officer"),
        asks=Talk,
        guard=it_is_not_supported,
        title="Talk the opinion over with the person",
    ),
    Step(
        *("care", "closed", STAY, "officer"),
        asks=Care,
        guard=it_ended_without_what_was_asked,
        tells=True,
        title="Record help after the end",
    ),
)
