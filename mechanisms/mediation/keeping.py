"""After the agreement: confirmed by the court, followed up, kept or not."""

from lianxin.plugin import STAY, Step, any_of, each_of

from . import rules, schemas
from .roles import both, head, mediator

KEEPING = (
    Step(
        *("ask for confirmation", "settled", STAY, each_of(both)),
        asks=schemas.Confirmation,
        guard=rules.may_be_confirmed,
        meets="mediation.confirm",
        basis="人民调解法 33",
        title="Note that both asked the court to confirm it",
    ),
    Step(
        *("follow up", "settled", STAY, any_of(mediator, head)),
        named="mediator",
        asks=schemas.FollowUp,
        guard=rules.a_day_has_come,
        meets="mediation.follow_up",
        basis="人民调解法 31",
        tells=True,
        title="Follow up",
    ),
    Step(
        *("all kept", "settled", "ended", any_of(mediator, head)),
        named="mediator",
        guard=rules.all_was_kept,
        outcome="kept",
        basis="人民调解法 31",
        title="All was kept",
    ),
    Step(
        *("broken", "settled", STAY, any_of(both)),
        asks=schemas.NotKept,
        letter="not_kept",
        basis="人民调解法 31、32",
        title="It was not kept",
    ),
    Step(
        *("not kept", "settled", "ended", any_of(mediator, head)),
        named="mediator",
        asks=schemas.Ended,
        guard=rules.somebody_says_so,
        outcome="not_kept",
        basis="人民调解法 31、32",
        title="Close it as not kept",
    ),
)
