"""The whole procedure, top to bottom: recorded, what was said handled in cases of its own, and what came of it told."""

from lianxin.plugin import CALL_OFF, STAY, Deadline, Referral, Step, Workflow, any_of

from . import rules, schemas

who_went = any_of("officer", "leader", "head")

# What somebody needs becomes a request with that person's consent, in the days that the county promises.
NEEDS = (
    Step(
        *("note a need", "made", STAY, who_went),
        asks=schemas.Need,
        guard=rules.no_need_is_open,
        fits={"agreed": rules.is_agreed},
        starts=Deadline("visit.need"),
        title="Note a need that is to become a request",
    ),
    Step(
        *("request taken in", "made", STAY, who_went),
        asks=schemas.Requested,
        guard=rules.a_need_is_open,
        fits={"reference": rules.was_taken_in_there},
        meets="visit.need",
        title="Say that the request is taken in",
    ),
    Step(
        *("not wanted", "made", STAY, who_went),
        asks=schemas.NotWanted,
        guard=rules.a_need_is_open,
        meets="visit.need",
        title="Note that it is not wanted any more",
    ),
)

VISITS = Workflow(
    states={"due": "triage", "made": "handling", "closed": "closed"},
    steps=(
        Step(
            *("record", "due", "made", who_went),
            asks=schemas.Record,
            guard=rules.stands_for_itself,
            fits={"day": rules.was_made},
            meets="visit.record",
            publishes="item",
            offline=True,
            title="Record what was heard",
        ),
        Step(
            *("record the visit", "due", "made", who_went),
            asks=schemas.NextRecord,
            guard=rules.is_next,
            fits={"day": rules.was_made},
            meets="visit.record",
            outcome="made",
            reports=True,
            offline=True,
            title="Record the visit to the petitioner",
        ),
        Step(
            *("no visit", "due", "closed", who_went),
            asks=schemas.NotGone,
            guard=rules.is_next,
            outcome="not_made",
            title="Say to the petitioner why it was not made",
        ),
        Step(
            *("called off", "due", "closed", "platform"),
            guard=rules.is_next,
            follows=("parent", CALL_OFF),
            outcome="called_off",
            title="The petitioner called it off",
        ),
        Step(
            *("end", "made", "closed", who_went),
            guard=rules.may_end,
            outcome="made",
            title="Close the record of the visit",
        ),
        *NEEDS,
        Step(
            *("refer", "due", "due", "officer"),
            asks=Referral,
            guard=rules.stands_for_itself,
            moves="unit",
            title="Pass on to another unit",
        ),
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
            guard=rules.may_be_closed,
            publishes="item",
            outcome="made",
            title="Tell what came of it",
        ),
    ),
)
