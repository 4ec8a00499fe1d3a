"""One matter, two cases: the later one is joined with the earlier, with reasons, a notice, and the right to object."""

from datetime import timedelta

from shared.workflow.case import Case
from shared.workflow.declare import Back, Phase, Step
from shared.workflow.schema import CaseRef, Schema, Text

TIME_TO_OBJECT = timedelta(days=7)
JOINED: dict[str, Phase] = {"joined": "handling"}


class Joined(Schema):
    """With which case, and why; the resident reads the reasons, and the reference only who may see that case."""

    earlier = CaseRef(seen="handler", title="Reference of the earlier case", hint="Such as QH-7K4M-9T2P-C.")
    reasons = Text(
        seen="parties",
        title="Why it is the same matter",
        hint="The person reads this. Name nobody else.",
        required=True,
        max=2_000,
    )


class NotTheSame(Schema):
    """Why the resident finds that it is another matter."""

    why = Text(seen="parties", title="What is different this time?", max=2_000)


def joining(
    origins: str | tuple[str, ...], *, by: str, meets: tuple[str, ...] = (), letter: str = "joined", basis: str = ""
) -> tuple[Step, ...]:
    """Make the way in which a case is joined with an earlier one; `by` is the resident, who may object for seven days.

    Nothing is met and nothing ends before that time is over. Who objected is handled by himself: once and for all.
    """
    return (
        Step(
            "join",
            origins,
            "joined",
            "officer",
            asks=Joined,
            guard=nobody_objected_to_joining,
            joins="earlier",
            letter=letter,
            basis=basis or None,
            title="Join with an earlier case",
        ),
        Step("object to joining", "joined", Back("join"), by, asks=NotTheSame, title="Object: it is another matter"),
        Step(
            "close as joined",
            "joined",
            "closed",
            "officer",
            guard=time_to_object_to_joining_is_over,
            meets=meets,
            outcome="merged",
            basis=basis or None,
            title="Close it as joined",
        ),
    )


def nobody_objected_to_joining(case: Case) -> bool:
    """The person did not object to being joined; an objection stands."""  # noqa: D401 - the desk shows this line
    return "object to joining" not in case.done


def time_to_object_to_joining_is_over(case: Case) -> bool:
    """Seven days have passed since the notice, in which the person could object."""
    done = case.done.get("join")
    return done is not None and case.now is not None and case.now - done.at >= TIME_TO_OBJECT
