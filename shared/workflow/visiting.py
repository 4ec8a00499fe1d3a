"""A next visit (下次见面): a repeated or late petition turns into a visit that its petitioner agrees to, or does not.

What he says is his choice. A refusal moves nothing: no state, no term, no outcome.
"""

from typing import Any

from shared.law.local import local_day
from shared.workflow.case import VISIT, Case
from shared.workflow.declare import PLATFORM, STAY, Step, any_of
from shared.workflow.posts import Visitors
from shared.workflow.schema import Choice, Day, Schema, Text

OFFER, AGREE, PHONE, REFUSE, CALL_OFF = (
    *("offer a visit", "agree to the visit", "telephone instead", "no visit", "call the visit off"),
)
OPENS = "visits.next"
MOST = 5
NOTHING = "You need not say. It changes nothing: not your case, not its dates, not how anybody treats you."
HOW = {"person": "In person", "phone": "By phone"}


class Offer(Schema):
    """Who would come, when and where: the person reads all of it before he says anything."""

    party = Visitors(
        least=1,
        most=MOST,
        seen="parties",
        title="Who would come",
        hint="One to five. Nobody the case is about, and no police. The unit of the first one named keeps the record.",
    )
    day = Day(seen="parties", title="Which day is proposed?", ahead=True)
    place = Text(seen="parties", title="Where?", required=True, max=200, long=False)
    why = Text(seen="parties", title="What it is to be about", required=True, max=1_000)


class Agreement(Schema):
    """What the person wishes of it."""

    place = Text(
        seen="handler",
        title="Another place",
        hint="Where you like: at home, at a neighbour's, at an office, in the open.",
        max=200,
        long=False,
    )
    day = Day(seen="handler", title="Another day", required=False, ahead=True)
    time = Text(seen="handler", title="What time suits you?", max=100, long=False)
    companion = Text(
        seen="handler",
        title="Who shall be with you?",
        hint="A relative, a friend, a lawyer: whom you like, or nobody.",
        max=200,
        long=False,
    )


class Call(Schema):
    """How and when the person wishes to be called."""

    number = Text(seen="handler", title="Which number?", required=True, max=40, long=False)
    day = Day(seen="handler", title="Another day", required=False, ahead=True)
    time = Text(seen="handler", title="What time suits you?", max=100, long=False)


class Refusal(Schema):
    """A no; nobody has to say why."""

    why = Text(seen="handler", title="Why not?", hint=NOTHING, max=1_000)


class Came(Schema):
    """What comes back of the visit: the words that were written for the parties."""

    how = Choice(HOW, seen="parties", title="How did you talk?", required=False)
    told = Text(seen="parties", title="What was said and agreed", max=3_000)


def visiting(origins: tuple[str, ...], ends: tuple[str, ...], *, by: str, basis: str) -> tuple[Step, ...]:
    """Make the way of a next visit: offered from `origins`, agreed to or refused by `by`, told of also in `ends`."""
    agreeing: dict[str, Any] = {"guard": a_visit_is_offered, "replies": OFFER, "opens": OPENS, "relation": VISIT}
    coming: dict[str, Any] = {"asks": Came, "tells": True}
    return (
        Step(
            *(OFFER, origins, STAY, any_of("officer", "head")),
            asks=Offer,
            guard=no_visit_is_waiting,
            tells=True,
            basis=basis,
            title="Offer a visit",
        ),
        Step(AGREE, origins, STAY, by, asks=Agreement, title="Agree to the visit", **agreeing),
        Step(PHONE, origins, STAY, by, asks=Call, title="A telephone call instead", **agreeing),
        Step(
            *(REFUSE, origins, STAY, by),
            asks=Refusal,
            guard=a_visit_is_offered,
            replies=OFFER,
            title="No visit, thank you",
        ),
        Step(CALL_OFF, origins, STAY, by, asks=Refusal, guard=a_visit_is_ahead, title="Call the visit off"),
        Step(*("visit made", ends, STAY, PLATFORM), follows=(VISIT, "made"), title="The visit was made", **coming),
        Step(
            *("visit not made", ends, STAY, PLATFORM),
            follows=(VISIT, "not_made"),
            title="The visit was not made",
            **coming,
        ),
    )


def a_visit_is_offered(case: Case) -> bool:
    """A visit is offered, its day lies ahead, and the person has not answered yet."""  # noqa: D401 - the desk shows this line
    last = case.last_of((OFFER, AGREE, PHONE, REFUSE))
    return last is not None and last.step == OFFER and case.now is not None and _day(last.inputs) > _today(case)


def no_visit_is_waiting(case: Case) -> bool:
    """No visit is ahead, and none is offered that the person has not answered."""
    return VISIT not in case.open_children and not a_visit_is_offered(case)


def a_visit_is_ahead(case: Case) -> bool:
    """A visit was agreed to, and was not made yet."""  # noqa: D401 - the desk shows this line
    return VISIT in case.open_children and not _is_over(case)


def _is_over(case: Case) -> bool:
    return any(case.later(one, AGREE, PHONE) for one in ("visit made", "visit not made", CALL_OFF))


def _day(inputs: object) -> str:
    return str(inputs["day"]) if isinstance(inputs, dict) else ""


def _today(case: Case) -> str:
    return local_day(case.now).isoformat() if case.now else ""
