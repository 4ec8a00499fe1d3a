"""From the request to a yes of both: who is invited, who comes, and who doesn't."""

from lianxin.plugin import STAY, Deadline, Step, each_of

from . import rules, schemas
from .roles import COME, TERM, applicant, both, choosing, in_hand, registrar, respondent

INVITED = Deadline(COME, reminds=7)

INVITING = (
    Step(
        *("screen", "asked", "invited", registrar),
        asks=schemas.Screening,
        fits={"danger": rules.safe_to_meet},
        meets="mediation.answer",
        starts=INVITED,
        bars="tied",
        invites=respondent,
        letter="invitation",
        basis="人民调解法 17、18",
        title="Invite the other side",
    ),
    Step(
        *("not mediate", "asked", "ended", registrar),
        asks=schemas.NotMediated,
        meets="mediation.answer",
        letter="not_mediated",
        outcome="not_mediated",
        title="This can't be mediated",
    ),
    Step("withdraw", "asked", "ended", applicant, asks=schemas.Refused, outcome="withdrawn", title="Withdraw"),
    Step(
        *("invite again", "invited", STAY, registrar),
        invites=respondent,
        letter="invitation",
        basis="人民调解法 17",
        title="Invite again",
    ),
    Step(
        *("invite anew", (*choosing, *in_hand), "invited", registrar),
        meets=TERM,
        starts=INVITED,
        invites=respondent,
        letter="invitation",
        basis="人民调解法 17",
        title="Somebody else came, or the receipt is lost: invite anew",
    ),
    Step(
        *("consented here", "invited", "agreed", registrar),
        asks=schemas.SaidYes,
        meets=COME,
        starts=Deadline(TERM),
        basis="人民调解法 17",
        title="Both agreed to talk before us",
    ),
    Step(
        *("consent", "invited", "agreed", each_of(both)),
        asks=schemas.Consent,
        meets=COME,
        starts=Deadline(TERM),
        basis="人民调解法 17",
        title="Agree to talk",
    ),
    Step(
        *("not come", "invited", "ended", registrar),
        asks=schemas.NotCome,
        guard=rules.there_was_time_to_come,
        meets=COME,
        letter="not_come",
        outcome="not_come",
        basis="人民调解法 17",
        title="No answer came: end it, without prejudice to anybody",
    ),
)
