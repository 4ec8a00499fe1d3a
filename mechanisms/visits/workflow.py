"""The whole procedure, top to bottom: recorded, what was said handled in cases of its own, and what came of it told."""

from lianxin.plugin import Referral, Step, Workflow, any_of

from . import rules, schemas

who_went = any_of("officer", "leader", "head")

VISITS = Workflow(
    states={"due": "triage", "made": "handling", "closed": "closed"},
    steps=(
        Step(
            *("record", "due", "made", who_went),
            asks=schemas.Record,
            fits={"day": rules.was_made},
            meets="visit.record",
            publishes="item",
            title="Record what was heard",
        ),
        Step("refer", "due", "due", "officer", asks=Referral, moves="unit", title="Pass on to another unit"),
        Step(
            *("not made", "due", "closed", "head"),
            asks=schemas.NotMade,
            guard=rules.is_planned,
            publishes="item",
            outcome="not_made",
            title="Say in public why it was not made",
        ),
        Step(
            *("close", "made", "closed", who_went),
            asks=schemas.Result,
            guard=rules.what_was_heard_is_done,
            publishes="item",
            outcome="made",
            title="Tell what came of it",
        ),
    ),
)
