"""The desk for what could not be got done, and what follows a bad rating: another desk calls, and it is mended."""

from lianxin.plugin import STAY, Case, Phase, Proof, Remark, Step, chosen

from . import rules, schemas

ANSWER, CALL, MEND = "window.not_done", "window.call_back", "window.mend"
NOT_DONE_STATES: dict[str, Phase] = {
    "looking": "handling",
    "proposed": "deciding",
    "told": "deciding",
    "called": "handling",
}


def ended_without_a_rating(case: Case) -> bool:
    """It ended, and was not rated yet."""  # noqa: D401 - the desk shows this line
    return rules.is_application(case) and case.done.keys().isdisjoint(("rate well", "rate badly"))


NOT_DONE = (
    Step("look into", "received", "looking", "officer", guard=rules.is_not_done, title="Look into what was not done"),
    Step("propose", "looking", "proposed", "officer", asks=schemas.Answered, title="Draft what comes of it"),
    Step("return proposal", "proposed", "looking", "head", asks=Remark, title="Send the proposal back"),
    Step(
        *("answer", "proposed", "told", "head"),
        not_by=("propose",),
        letter="not_done",
        outcome=chosen("outcome", "propose"),
        title="Sign the answer",
    ),
    Step(
        *("serve answer", "told", "closed", "officer"),
        asks=Proof,
        serves=True,
        notices=("not_done",),
        meets=ANSWER,
        title="Serve the answer with proof",
    ),
)
RATING = (
    Step("rate well", "closed", STAY, "applicant", guard=ended_without_a_rating, title="It went well"),
    # What has ended stays so: a bad rating is a case of its own, for the desk that calls and the office that mends.
    Step(
        *("rate badly", "closed", STAY, "applicant"),
        asks=schemas.Complaint,
        guard=ended_without_a_rating,
        opens="service_window.rating",
        relation="rating",
        title="It did not go well",
    ),
    Step(
        *("call back", "received", "called", "callback"),
        asks=schemas.Called,
        guard=rules.is_rating,
        meets=CALL,
        title="Call the person back about a bad rating",
    ),
    Step(
        *("mend", "called", "closed", "officer"),
        asks=schemas.Mended,
        meets=MEND,
        outcome="settled",
        title="Note what was mended",
    ),
)
