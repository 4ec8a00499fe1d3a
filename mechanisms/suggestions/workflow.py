"""The whole procedure, top to bottom: studied, answered with reasons by two people and a signature, and told."""

from lianxin.plugin import (
    CHAIN,
    JOINED,
    Answer,
    Deadline,
    Proof,
    Question,
    Referral,
    Remark,
    Report,
    Step,
    Withdrawal,
    Workflow,
    chain,
    consenting,
    from_above,
    joining,
    no_child_is_open,
    objecting,
)

from . import schemas

officer, petitioner = "officer", "petitioner"

SUGGESTIONS = Workflow(
    states={"arrived": "triage", "studied": "handling", "asked": "waiting", **CHAIN, **JOINED, "closed": "closed"},
    steps=(
        Step("accept", "arrived", "studied", officer, title="Take it up", basis="信访工作条例 29"),
        Step("refer", "arrived", "arrived", officer, asks=Referral, moves="unit", title="Pass on to another unit"),
        Step("ask", "studied", "asked", officer, asks=Question, pauses="question", title="Ask a question"),
        Step("answer", "asked", "studied", petitioner, asks=Answer, title="Answer"),
        Step("go on", "asked", "studied", officer, asks=Remark, title="Go on without an answer"),
        *chain(
            "studied",
            opinion=schemas.Decision,
            remark=Remark,
            proof=Proof,
            report=Report,
            letter="decision",
            carries_out=schemas.PROMISING,
            by_when="by_when",
            executes="suggestion.execute",
            ends=no_child_is_open,
            meets="suggestion.reply",
            starts=Deadline("petition.object_publication", lapses=True),
            basis="信访工作条例 29",
        ),
        Step(
            "withdraw",
            ("arrived", "studied", "asked"),
            "closed",
            petitioner,
            asks=Withdrawal,
            outcome="withdrawn",
            title="Withdraw",
        ),
        from_above(("promised",), basis="信访工作条例 39"),
        objecting(by=petitioner),
        *consenting(("arrived", "studied", "asked", *CHAIN, *JOINED), by=petitioner),
        *joining(("arrived", "studied"), by=petitioner, meets=("suggestion.reply",), basis="信访工作条例 29"),
    ),
)
