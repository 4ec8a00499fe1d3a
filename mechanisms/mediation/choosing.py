"""Who mediates: both choose, or the committee names somebody; and what happens when that one can't."""

from lianxin.plugin import PLATFORM, ByRule, Step, any_of, each_of

from . import rules, schemas
from .roles import both, choosing, head, in_hand, mediator, registrar

CHOOSING = (
    Step(
        *("choose", choosing, ByRule(rules.both_chose_one, "named", "unnamed"), each_of(both)),
        asks=schemas.Chosen,
        basis="人民调解法 19、23",
        title="Choose a mediator",
    ),
    Step(
        *("chosen here", choosing, ByRule(rules.both_said_one, "named", "unnamed"), registrar),
        asks=schemas.ChosenHere,
        basis="人民调解法 19、23",
        title="Both chose before us",
    ),
    Step(
        *("name", choosing, "named", head),
        asks=schemas.Named,
        basis="人民调解法 19",
        title="Name a mediator",
    ),
    Step("take on", "named", "meeting", mediator, named="mediator", basis="人民调解法 19", title="Take it on"),
    Step(
        *("step aside", in_hand, "unnamed", mediator),
        named="mediator",
        bars="mediator",
        asks=schemas.Aside,
        title="Step aside",
    ),
    Step(
        *("ask for another", in_hand, "unnamed", any_of(both)),
        bars="mediator",
        asks=schemas.Declined,
        basis="人民调解法 23",
        title="Ask for another mediator",
    ),
    Step(
        *("name another", in_hand, "named", head),
        asks=schemas.Named,
        basis="人民调解法 19",
        title="Name another mediator",
    ),
    Step(
        *("mediator gone", (*choosing, *in_hand), "unnamed", PLATFORM),
        when_gone="mediator",
        tells=True,
        title="The mediator who was chosen can't do it any more: choose anew, or the committee names somebody",
    ),
)
