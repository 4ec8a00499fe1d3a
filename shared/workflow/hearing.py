"""A hearing: asked for or ordered, told in a letter, held, recorded; what was said there goes into the decision."""

from shared.workflow.case import Case
from shared.workflow.declare import STAY, Step
from shared.workflow.hearing_forms import Order, Reasons, Record, Wish
from shared.workflow.schema import Schema


def hearing(
    start: str,
    *,
    by: str,
    wish: type[Schema] = Wish,
    order: type[Schema] = Order,
    record: type[Schema] = Record,
    reasons: type[Schema] = Reasons,
    letter: str,
    basis: str,
    state: str = "hearing",
    pauses: str | None = None,
) -> tuple[Step, ...]:
    """Make the way of a hearing out of the state `start` and back to it; `by` is the resident who may ask for one.

    `pauses` names the typed pause where the law leaves the hearing's days out (a re-review); elsewhere the term
    runs on. A hearing that was asked for is ordered, or declined with reasons: no decision is drafted in silence.
    """
    return (
        Step("ask for a hearing", start, STAY, by, asks=wish, guard=no_wish_is_open, title="Ask for a hearing"),
        Step(
            "decline the hearing",
            start,
            STAY,
            "officer",
            asks=reasons,
            guard=a_wish_is_open,
            basis=basis,
            title="Decline the hearing, with reasons",
        ),
        Step(
            "order a hearing",
            start,
            state,
            "officer",
            asks=order,
            letter=letter,
            pauses=pauses,
            basis=basis,
            title="Order a hearing",
        ),
        Step("call off the hearing", state, start, "officer", asks=reasons, title="Call the hearing off"),
        Step("hold the hearing", state, start, "officer", asks=record, basis=basis, title="Record the hearing"),
    )


def a_wish_is_open(case: Case) -> bool:
    """The resident asked for a hearing, and it was neither held nor declined since."""  # noqa: D401 - the desk shows this line
    ends, asked = ("hold the hearing", "decline the hearing"), "ask for a hearing"
    return asked in case.done and not any(case.later(end, asked) for end in ends)


def no_wish_is_open(case: Case) -> bool:
    """No wish for a hearing is waiting for the office."""
    return not a_wish_is_open(case)


def held(case: Case) -> bool:
    """Tell whether a hearing was held."""
    return "hold the hearing" in case.done
