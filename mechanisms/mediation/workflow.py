"""The whole procedure: its states, and its steps in the order of their files. A lawyer checks it against 人民调解法."""

from lianxin.plugin import STAY, Step, Workflow, any_of, each_of

from . import schemas
from .agreeing import AGREEING
from .choosing import CHOOSING
from .inviting import INVITING
from .keeping import KEEPING
from .roles import COME, TERM, both, choosing, head, in_hand, mediator, registrar, talking

WARNINGS = "Preventive warnings in mediations (People's Mediation Law, article 25)"

ANY_TIME = (
    Step("note", talking, STAY, any_of(both), asks=schemas.Note, title="Write to the mediators alone"),
    Step(
        *("refuse", talking, "ended", any_of(both)),
        asks=schemas.Refused,
        meets=(COME, TERM),
        letter="remedies",
        outcome="refused",
        basis="人民调解法 17、23、26",
        title="End the mediation",
    ),
    Step(
        *("note a refusal", talking, "ended", registrar),
        asks=schemas.HeardNo,
        meets=(COME, TERM),
        letter="remedies",
        outcome="refused",
        basis="人民调解法 17、26",
        title="One side refused by word of mouth",
    ),
    Step(
        *("give up", talking, "ended", registrar),
        asks=schemas.Ended,
        meets=(COME, TERM),
        letter="remedies",
        outcome="no_agreement",
        basis="人民调解法 26",
        title="End it without an agreement",
    ),
    Step(
        *("warn", (*talking, "settled"), STAY, each_of(mediator, head)),
        asks=schemas.Warned,
        basis="人民调解法 25",
        counts=WARNINGS,
        tells=True,
        title="Warn, so that it does not turn violent",
    ),
    Step(
        *("warn quietly", (*in_hand, "settled"), STAY, each_of(mediator, head)),
        asks=schemas.WarnedQuietly,
        basis="人民调解法 25",
        counts=WARNINGS,
        tells=False,
        title="Tell the police, and not the parties",
    ),
    Step(
        *("warn early", ("asked", "invited", *choosing), STAY, each_of(registrar, head)),
        asks=schemas.WarnedQuietly,
        basis="人民调解法 25",
        counts=WARNINGS,
        tells=False,
        title="Tell the police, and not the parties",
    ),
)

MEDIATION = Workflow(
    states={
        "asked": "triage",
        "invited": "waiting",
        "agreed": "waiting",
        "unnamed": "handling",
        "named": "handling",
        "meeting": "handling",
        "proposed": "waiting",
        "signed": "handling",
        "settled": "carrying_out",
        "ended": "closed",
    },
    steps=(*INVITING, *CHOOSING, *AGREEING, *KEEPING, *ANY_TIME),
    calls={"unnamed": head},
)
