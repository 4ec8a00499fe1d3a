"""The whole procedure, top to bottom. A lawyer checks this file against 人民调解法."""

from dataclasses import replace

from lianxin.plugin import STAY, Deadline, Step, Workflow, any_of, chosen, each_of

from . import rules, schemas

applicant, respondent = both = ("applicant", "respondent")
registrar, mediator, head = "registrar", "mediator", "head"
mine = ("take on",)  # who took it on mediates, and nobody else
talking = ("invited", "agreed", "named", "meeting", "proposed")
TERM = "mediation.conclude"

SIGN = Step(
    *("sign", "proposed", "settled", each_of(both)),
    guard=rules.its_days_lie_ahead,
    letter="agreement",
    outcome="settled",
    meets=TERM,
    starts=(
        Deadline("mediation.confirm", lapses=True, reminds=7),
        Deadline("mediation.follow_up", each=chosen("instalments", "propose")),
    ),
    basis="人民调解法 28、29、30、33",
    title="Agree to it",
)
SIGN_HERE = replace(
    SIGN, name="signed here", by=mediator, only_by=mine, asks=schemas.Signing, title="Both agreed before me"
)

MEDIATION = Workflow(
    states={
        "asked": "triage",
        "invited": "waiting",
        "agreed": "waiting",
        "named": "handling",
        "meeting": "handling",
        "proposed": "waiting",
        "settled": "carrying_out",
        "ended": "closed",
    },
    steps=(
        Step(
            *("screen", "asked", "invited", registrar),
            asks=schemas.Screening,
            fits={"danger": rules.safe_to_meet},
            meets="mediation.answer",
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
            *("consent", "invited", "agreed", each_of(both)),
            asks=schemas.Consent,
            starts=Deadline(TERM),
            basis="人民调解法 17",
            title="Agree to talk",
        ),
        Step(
            *("choose", "agreed", "named", each_of(both)),
            asks=schemas.Chosen,
            fits={"mediator": (rules.is_free, rules.same_as_the_other)},
            basis="人民调解法 19、23",
            title="Choose a mediator",
        ),
        Step(
            *("name", ("agreed", "named", "meeting", "proposed"), "named", head),
            asks=schemas.Named,
            fits={"mediator": rules.is_free},
            basis="人民调解法 19",
            title="Name a mediator",
        ),
        Step("take on", "named", "meeting", mediator, named="mediator", basis="人民调解法 19", title="Take it on"),
        Step("step aside", "named", "agreed", mediator, named="mediator", asks=schemas.Aside, title="Step aside"),
        Step(
            *("ask for another", ("named", "meeting", "proposed"), "agreed", any_of(both)),
            asks=schemas.Declined,
            basis="人民调解法 23",
            title="Ask for another mediator",
        ),
        Step(
            *("meet", "meeting", STAY, mediator),
            only_by=mine,
            asks=schemas.Session,
            basis="人民调解法 20、22",
            tells=True,
            title="Note a session",
        ),
        Step("note", talking, STAY, any_of(both), asks=schemas.Note, title="Write to the mediators alone"),
        Step(
            *("propose", "meeting", "proposed", mediator),
            only_by=mine,
            asks=schemas.Agreement,
            basis="人民调解法 29",
            title="Write down what both would agree to",
        ),
        Step("ask for changes", "proposed", "meeting", any_of(both), asks=schemas.Changes, title="Ask for changes"),
        SIGN,
        SIGN_HERE,
        Step(
            *("ask for confirmation", "settled", STAY, any_of(both)),
            asks=schemas.Confirmation,
            guard=rules.may_be_confirmed,
            meets="mediation.confirm",
            basis="人民调解法 33",
            title="Note that both asked the court to confirm it",
        ),
        Step(
            *("follow up", "settled", STAY, mediator),
            asks=schemas.FollowUp,
            meets="mediation.follow_up",
            basis="人民调解法 31",
            tells=True,
            title="Follow up",
        ),
        Step(
            *("all kept", "settled", "ended", mediator),
            guard=rules.all_was_followed_up,
            outcome="kept",
            basis="人民调解法 31",
            title="All was kept",
        ),
        Step(
            *("broken", "settled", "ended", any_of(both)),
            asks=schemas.NotKept,
            letter="not_kept",
            outcome="not_kept",
            basis="人民调解法 32",
            title="It was not kept",
        ),
        Step(
            *("refuse", talking, "ended", any_of(both)),
            asks=schemas.Refused,
            meets=TERM,
            letter="remedies",
            outcome="refused",
            basis="人民调解法 17、23、26",
            title="End the mediation",
        ),
        Step(
            *("note a refusal", talking, "ended", any_of(registrar, mediator)),
            asks=schemas.HeardNo,
            meets=TERM,
            letter="remedies",
            outcome="refused",
            basis="人民调解法 17、26",
            title="One side refused by word of mouth",
        ),
        Step(
            *("give up", talking, "ended", any_of(registrar, mediator)),
            asks=schemas.Ended,
            meets=TERM,
            letter="remedies",
            outcome="no_agreement",
            basis="人民调解法 26",
            title="End it without an agreement",
        ),
        Step(
            *("warn", (*talking, "settled"), STAY, each_of(mediator, head)),
            asks=schemas.Warned,
            basis="人民调解法 25",
            tells=True,
            title="Warn, so that it does not turn violent",
        ),
        Step(
            *("warn quietly", (*talking, "settled"), STAY, each_of(mediator, head)),
            asks=schemas.WarnedQuietly,
            basis="人民调解法 25",
            tells=False,
            title="Tell the police, and not the parties",
        ),
    ),
)
