"""What may follow an answer (信访工作条例 35, 36): a review is asked for, sends it back, or ends it at last."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from lianxin.plugin import STAY, Case, CaseRef, Choice, Deadline, Done, Guided, OfferedUnit, Schema, Step, Text

from .roads import LEGAL_ROAD, to_step
from .schemas import WHY_HINT, WHY_NOT

FINAL = {
    "re_reviewed": "A re-review decided on the same facts and reasons",
    "outside": "A body outside the county re-reviewed the same facts and reasons",
}


class Request(Schema):
    """Why somebody asks for a review; the body above reads it."""

    reasons = Text(
        seen="parties",
        title="What is wrong with the answer?",
        hint="Say it in your words. What you sent before need not be sent again.",
        required=True,
        max=5_000,
    )
    unit = OfferedUnit(
        seen="parties",
        title="Which body shall review it?",
        hint="Each of these may. Without a choice it goes to the first one.",
        required=False,
    )


class NoLonger(Schema):
    """Which decision stands, and why the same facts and reasons are not accepted any more."""

    earlier = CaseRef(seen="handler", title="Reference of the petition that a re-review has decided")
    answers = Guided(
        LEGAL_ROAD,
        seen="parties",
        title="Legal road (article 31)",
        roads=tuple(to_step("no longer accept")),
        required=False,
    )
    instead = Text(seen="parties", title=WHY_NOT, hint=WHY_HINT, max=1_000)
    ground = Choice(FINAL, seen="parties", title="Why is it no longer accepted?")
    notice = Text(seen="parties", title="Notice to the petitioner", required=True, max=3_000)
    summary = Text(seen="public", title="Summary for the public record", required=True, max=1_000)


def may_ask_for_a_review(case: Case) -> bool:
    """The time to ask for a review is running."""  # noqa: D401 - the desk shows this line
    return "petition.review_request" in case.running


def not_the_same_again(case: Case) -> bool:
    """After a review, the same outcome needs other facts, and “What is new” filled in: send it back for both."""
    *before, after = _last_drafts(case.history)
    return all(_differs(after, one) for one in before if one and after)


def _last_drafts(history: Sequence[Done]) -> list[Mapping[str, Any]]:
    """Give what was said in the last draft before each time it was sent back, and in the last one since; or nothing."""
    drafts: list[Mapping[str, Any]] = [{}]
    for done in history:
        if done.step == "redo":
            drafts.append({})
        elif done.step == "draft":
            drafts[-1] = done.inputs
    return drafts


def _differs(after: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Tell whether an answer has another outcome than an earlier one, or other facts and says what is new."""
    if before.get("outcome") != after.get("outcome"):
        return True
    facts = _bare(before.get("facts"))
    return _bare(after.get("facts")) != facts and _bare(after.get("new")) not in ("", facts, _bare(before.get("new")))


def _bare(said: str | None) -> str:
    """Give the letters and digits alone: a blank, a full stop or another width of a letter says nothing new."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", said or "").casefold() if letter.isalnum())


ASK_FOR_REVIEW = Step(
    "ask for review",
    ("promised", "closed"),
    STAY,
    "petitioner",
    asks=Request,
    guard=may_ask_for_a_review,
    meets="petition.review_request",
    opens="reviews.review",
    relation="review",
    basis="信访工作条例 35",
    title="Ask for a review",
)
# The article gives the new handling no term of its own: it is handled as the law says of any accepted petition.
REDO = Step(
    "redo",
    ("promised", "closed"),
    "accepted",
    "platform",
    follows=("review", "redo"),
    starts=Deadline("petition.handle"),
    basis="信访工作条例 35",
    title="To be handled anew: the review sends it back",
)
# The way out for what a re-review decided: no other road is named, for there is none.
NO_LONGER = Step(
    "no longer accept",
    "registered",
    "closed",
    "officer",
    asks=NoLonger,
    joins="earlier",
    final=True,
    basis="信访工作条例 36",
    title="Say that it is no longer accepted",
)
