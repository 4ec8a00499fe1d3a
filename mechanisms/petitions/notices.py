"""What a petitioner is told in writing (信访工作条例 19, 22, 23, 31, 36): accepted, not accepted, or another road."""

from lianxin.plugin import Proof, Remark, Step, acceptance_served, closing_notices

from . import schemas
from .referral import REFERRED
from .review import NO_LONGER

RECEIPT_TERMS = ("petition.forward", "petition.notice")
OFFICER = "officer"

DRAFTS = (
    Step(
        "divert",
        "registered",
        "closed",
        OFFICER,
        asks=schemas.Diverted,
        basis="信访工作条例 22、30、31",
        title="Lead to another legal road",
    ),
    Step(
        "not accept",
        "registered",
        "closed",
        OFFICER,
        asks=schemas.NotAccepted,
        basis="信访工作条例 19",
        title="Do not accept",
    ),
    NO_LONGER,
)
NOTICES = closing_notices(
    "registered",
    DRAFTS,
    letters={"divert": "diverted", "not accept": "not_accepted", "no longer accept": "no_longer_accepted"},
    outcomes={"divert": "diverted", "not accept": "not_accepted", "no longer accept": "no_longer_accepted"},
    remark=Remark,
    proof=Proof,
    meets=RECEIPT_TERMS,
    ends=REFERRED,
    basis="信访工作条例 22、23",
)


def acceptance(origins: tuple[str, ...]) -> tuple[Step, ...]:
    """Make the service of the notice of acceptance, in the states in which the case is at work."""
    return acceptance_served(
        origins, letter="acceptance", proof=Proof, meets="petition.notice", basis="信访工作条例 23"
    )
