"""How a letter reaches its reader: tried, noted when it came back, proven; a resident's own term runs from that day."""

from datetime import date

from shared.law.local import local_day
from shared.workflow.case import Case
from shared.workflow.declare import STAY, Fits, Guard, Step
from shared.workflow.schema import Choice, Day, Schema, Text

METHODS = {
    "hand": "Handed over in person",
    "post": "By registered post",
    "electronic": "Electronically, with consent",
    "notice": "By public notice",
}
NOTICE = "notice"
TRIED = {method: title for method, title in METHODS.items() if method != NOTICE}


class Proof(Schema):
    """How and when a letter reached its reader, and what proves it."""

    method = Choice(METHODS, seen="parties", title="How was it served?")
    received_on = Day(seen="parties", title="Day it was received", past=True)
    proof = Text(
        seen="handler",
        title="Proof",
        hint="Receipt number, signature, who was present, or where and how long the notice hung.",
        required=True,
        max=500,
        long=False,
    )


class Undelivered(Schema):
    """A letter that did not reach its reader: which way was tried, on which day, and what happened."""

    method = Choice(TRIED, seen="parties", title="Which way was tried?")
    tried_on = Day(seen="parties", title="Day it was tried", past=True)
    happened = Text(
        seen="handler",
        title="Why it did not arrive",
        hint="For example: moved away, not at home, sent back.",
        required=True,
        max=500,
        long=False,
    )


def tried_since(*signed: str) -> Fits:
    """Make the rule that a try lies between the day on which the letter was issued by one of these steps, and today."""

    def tried_since_it_was_signed(case: Case, day: date) -> bool:
        """The day must lie between the day of signing and today."""  # noqa: D401 - the form shows this line
        issued = case.last_of(signed)
        return issued is not None and case.now is not None and local_day(issued.at) <= day <= local_day(case.now)

    return tried_since_it_was_signed


def last_resort(*signed: str, undelivered: str) -> Fits:
    """Make the rule that a public notice serves only what came back since one of these steps issued it."""

    def notice_comes_last(case: Case, method: str) -> bool:
        """A public notice serves only what could not be delivered. Note first which other way was tried."""  # noqa: D401 - the form shows this line
        if method != NOTICE or not case.has_contact:
            return True
        return case.later(undelivered, *signed)

    return notice_comes_last


def undelivered_letter(name: str, origins: str | tuple[str, ...], *signed: str, guard: Guard | None = None) -> Step:
    """Make the note that a letter, issued by one of the steps `signed`, came back."""
    return Step(
        name,
        origins,
        STAY,
        "officer",
        asks=Undelivered,
        guard=guard,
        fits={"tried_on": tried_since(*signed)},
        title="Note that it could not be delivered",
    )
