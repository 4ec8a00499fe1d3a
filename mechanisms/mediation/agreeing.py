"""From sessions to an agreement: written, with signatures and seal, or by word of mouth and recorded."""

from lianxin.plugin import STAY, Deadline, Step, any_of, chosen, each_of

from . import papers, rules, schemas
from .roles import TERM, both, mediator, mine

HOLDS = (
    Deadline("mediation.confirm", lapses=True, reminds=7, since=chosen("day")),
    Deadline("mediation.follow_up", each=chosen("instalments", "propose")),
)

AGREEING = (
    Step(
        *("meet", "meeting", STAY, mediator),
        only_by=mine,
        asks=schemas.Session,
        basis="人民调解法 20、22",
        tells=True,
        title="Note a session",
    ),
    Step(
        *("see identity", ("meeting", "proposed", "signed"), STAY, mediator),
        only_by=mine,
        asks=papers.Identity,
        title="Note that you saw who somebody is",
    ),
    Step(
        *("propose", "meeting", "proposed", mediator),
        only_by=mine,
        asks=papers.Agreement,
        basis="人民调解法 29",
        title="Write down what both would agree to",
    ),
    Step(
        *("ask for changes", ("proposed", "signed"), "meeting", any_of(both)),
        asks=papers.Changes,
        title="Ask for changes",
    ),
    Step(
        *("sign", "proposed", "signed", each_of(both)),
        guard=rules.its_days_lie_ahead,
        replies="propose",
        basis="人民调解法 28、29",
        title="Agree to it",
    ),
    Step(
        *("signed here", "proposed", "signed", mediator),
        only_by=mine,
        asks=papers.SignedHere,
        fits={"day": rules.not_before_it_was_written},
        guard=rules.may_hold,
        basis="人民调解法 28、29",
        title="Both signed it on paper before me",
    ),
    Step(
        *("seal", "signed", "settled", mediator),
        only_by=mine,
        asks=papers.Sealed,
        fits={"day": rules.not_before_it_was_written},
        guard=rules.may_hold,
        letter="agreement",
        outcome="settled",
        meets=TERM,
        starts=HOLDS,
        basis="人民调解法 28、29、33",
        title="Sign and seal it as the mediator",
    ),
    Step(
        *("agreed orally", "proposed", "settled", mediator),
        only_by=mine,
        asks=papers.AgreedOrally,
        fits={"day": rules.not_before_it_was_written},
        guard=rules.may_hold,
        letter="oral_record",
        outcome="settled",
        meets=TERM,
        starts=HOLDS,
        basis="人民调解法 28、30、33",
        title="Both agreed by word of mouth before me: record it",
    ),
    Step(
        *("end it here", ("meeting", "proposed", "signed"), "ended", mediator),
        only_by=mine,
        asks=schemas.Ended,
        meets=TERM,
        letter="remedies",
        outcome="no_agreement",
        basis="人民调解法 26",
        title="It leads to no agreement",
    ),
)
