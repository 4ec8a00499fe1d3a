"""The whole procedure, top to bottom. A lawyer checks this file against 信访工作条例 35 and 36."""

from dataclasses import replace

from lianxin.plugin import (
    CHAIN,
    STAY,
    Confirmed,
    Deadline,
    Proof,
    Remark,
    Report,
    Step,
    Withdrawal,
    Workflow,
    chain,
    charging,
    consenting,
    from_above,
    hearing,
    no_child_is_open,
    objecting,
    time_to_change_ones_mind_is_over,
    withdrawal,
)

from . import rules, schemas

petitioner = "petitioner"
GUARDS = {"ask for a hearing": rules.may_wish_for_a_hearing, "order a hearing": rules.a_hearing_is_possible}
# Article 36 leaves a hearing's days out of the re-review; a review (article 35) has none.
HEARING = tuple(
    replace(step, guard=GUARDS.get(step.name, step.guard))
    for step in hearing("examined", by=petitioner, letter="hearing", basis="信访工作条例 36", pauses="hearing")
)

UNDER_WAY = ("requested", "examined", "hearing", "drafted", "checked", "signed", "promised")

REVIEWS = Workflow(
    states={
        "requested": "triage",
        "examined": "handling",
        **CHAIN,
        "withdrawing": "waiting",
        "hearing": "handling",
        "closed": "closed",
    },
    steps=(
        Step("take up", "requested", "examined", "officer", basis="信访工作条例 35、36", title="Take the review up"),
        *chain(
            "examined",
            opinion=schemas.Opinion,
            remark=Remark,
            proof=Proof,
            report=Report,
            letter="review_opinion",
            carries_out=schemas.PROMISING,
            by_when="by_when",
            executes="review.execute",
            guard=rules.no_wish_is_open,
            ends=no_child_is_open,
            meets=("petition.review", "petition.re_review"),
            starts=(
                Deadline("petition.object_publication", lapses=True, when=rules.was_heard),
                Deadline("petition.re_review_request", lapses=True, when=rules.is_review),
            ),
            basis="信访工作条例 35、36",
        ),
        Step(
            "ask for a second review",
            ("promised", "closed"),
            STAY,
            petitioner,
            asks=schemas.Request,
            guard=rules.may_ask_for_a_re_review,
            meets="petition.re_review_request",
            opens="reviews.re_review",
            relation="re_review",
            basis="信访工作条例 36",
            title="Ask for a re-review",
        ),
        # The first organ handles the matter anew: what the review said falls, and the petition follows in its turn.
        Step(
            "fall",
            ("promised", "closed"),
            "closed",
            "platform",
            follows=("re_review", "redo"),
            outcome="redo",
            basis="信访工作条例 36",
            title="The re-review lets the matter be handled anew",
        ),
        *HEARING,
        *withdrawal(
            ("requested", "examined", "hearing"),
            by=petitioner,
            why=Withdrawal,
            confirm=Confirmed,
            over=time_to_change_ones_mind_is_over,
        ),
        objecting(by=petitioner),
        *consenting((*UNDER_WAY, "withdrawing"), by=petitioner),
        charging(UNDER_WAY, basis="信访工作条例 18")[0],  # a review was passed on by nobody who could order it
        from_above(UNDER_WAY, basis="信访工作条例 39"),
    ),
)
