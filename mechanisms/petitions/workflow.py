"""The whole procedure, top to bottom. A lawyer checks this file against 信访工作条例."""

from lianxin.plugin import (
    CHAIN,
    DISPUTED,
    JOINED,
    NOTICE_STATES,
    STAY,
    Answer,
    Confirmed,
    Deadline,
    Proof,
    Question,
    Remark,
    Report,
    Step,
    Withdrawal,
    Workflow,
    chain,
    charging,
    charging_from_above,
    consenting,
    directing,
    from_above,
    joining,
    no_child_is_open,
    objecting,
    time_to_change_ones_mind_is_over,
    told_at_once,
    visiting,
    withdrawal,
)

from . import rules, schemas
from .hearing import HEARING
from .joint import LEAVE
from .notices import NOTICES, RECEIPT_TERMS, acceptance
from .referral import ASSIGNED, PART, REFERRAL, REFERRED
from .review import ASK_FOR_REVIEW, REDO, not_the_same_again
from .talk import TALK, a_no_was_talked_over
from .urgent import URGENT

registrar, officer, petitioner = "registrar", "officer", "petitioner"
untaken = ("registered", *DISPUTED, *NOTICE_STATES)
taken_up = ("accepted", "hearing", "drafted", "checked", "signed", "promised")

PETITIONS = Workflow(
    states={
        "registered": "triage",
        **DISPUTED,
        "accepted": "handling",
        "asked": "waiting",
        **CHAIN,
        "withdrawing": "waiting",
        "hearing": "handling",
        **JOINED,
        **NOTICE_STATES,
        "closed": "closed",
    },
    steps=(
        Step(
            "accept",
            ("registered", *DISPUTED),  # also while units negotiate: whoever has it may take it up at any time
            "accepted",
            officer,
            asks=schemas.Accepting,
            meets=(*RECEIPT_TERMS, *REFERRED),
            meets_if={"petition.notice": told_at_once},  # who left an address is told when the notice is served
            starts=(Deadline("petition.handle"), Deadline("petition.part", helpers=True, when=rules.others_take_part)),
            letter="acceptance",
            basis="信访工作条例 22、23、34",
            title="Accept",
        ),
        *REFERRAL,
        *ASSIGNED,
        PART,
        *NOTICES,
        *acceptance((*taken_up, "asked")),
        Step("hear", "accepted", "accepted", officer, asks=schemas.Hearing, title="Record what the petitioner said"),
        Step("ask", "accepted", "asked", officer, asks=Question, pauses="question", title="Ask a question"),
        Step("answer", "asked", "accepted", petitioner, asks=Answer, title="Answer"),
        Step("go on", "asked", "accepted", officer, asks=Remark, title="Go on without an answer"),
        Step(
            "extend",
            ("accepted", "hearing", "drafted", "checked", "signed"),  # its term runs until the answer is served
            STAY,
            "head",
            asks=schemas.Extension,
            extends="petition.handle",
            letter="extension",
            basis="信访工作条例 34",
            title="Approve more time, once",
        ),
        *chain(
            "accepted",
            opinion=schemas.Opinion,
            remark=Remark,
            proof=Proof,
            report=Report,
            letter="opinion",
            carries_out=schemas.PROMISING,
            by_when="by_when",
            guard=rules.heard,
            agree=not_the_same_again,
            served=a_no_was_talked_over,
            ends=no_child_is_open,
            meets=("petition.handle", "petition.notice"),  # an opinion tells of the acceptance too
            starts=(
                Deadline("petition.object_publication", lapses=True),
                Deadline("petition.review_request", lapses=True),
            ),
            basis="信访工作条例 32、34",
        ),
        *withdrawal(
            ("registered", *DISPUTED, "accepted", "asked", "hearing"),
            by=petitioner,
            why=Withdrawal,
            confirm=Confirmed,
            over=time_to_change_ones_mind_is_over,
        ),
        objecting(by=petitioner),
        *consenting((*untaken, *taken_up, "asked", "withdrawing", *JOINED), by=petitioner),
        *joining("registered", by=petitioner, meets=RECEIPT_TERMS, basis="信访工作条例 19"),
        *charging((*taken_up, "closed"), basis="信访工作条例 18"),
        directing(taken_up, untaken=untaken, owes=("petition.notice",), basis="信访工作条例 39"),
        from_above((*untaken, *taken_up), basis="信访工作条例 39"),
        charging_from_above((*untaken, *taken_up), basis="信访工作条例 18"),
        ASK_FOR_REVIEW,
        REDO,
        *HEARING,
        URGENT,
        LEAVE,
        *TALK,
        *visiting(
            (*untaken, *taken_up, "asked"),
            (*untaken, *taken_up, "asked", "withdrawing", *JOINED, "closed"),
            by=petitioner,
            basis="信访工作条例 18",
        ),
    ),
)
