"""What a petition, its hearing and its opinion say (信访工作条例 32: request, facts, opinion, legal basis)."""

from lianxin.plugin import Choice, Day, Guided, Number, Schema, Text

from .roads import LEGAL_ROAD, to_step

OUTCOMES = {"supported": "Supported", "explained": "Explained", "not_supported": "Not supported"}
PROMISING = ("supported",)  # what these opinions promise is carried out before the case closes
BY_WHEN_HINT = "Needed where it is supported: by then this office has it done. At most two years."
WAYS = {"visit": "In person", "phone": "By phone", "video": "By video", "letter": "In writing"}
WHY_NOT = "Why another road than the questions led to"
WHY_HINT = "The person reads this. Leave it empty where you follow the questions."
NEW_HINT = "Only where a review sent it back and the outcome is the same: how the facts differ from the first answer."
REMEDY_HINT = "The figures come from the law; leave them as they are."


class Petition(Schema):
    """What the form asks beside title and text."""

    request = Text(seen="parties", title="What do you ask for?", hint="In one or two sentences.", max=1_000)
    slot = Text(seen="parties", title="Reception appointment", max=64, long=False)


class Slot(Schema):
    """A reception appointment: who receives, where, when, how many."""

    slot = Text(seen="public", required=True, max=64)
    unit = Text(seen="public", required=True, max=64)
    day = Day(seen="public")
    hours = Text(seen="public", max=32)
    capacity = Number(seen="public", least=0, most=500)


class Hearing(Schema):
    """How the petitioner was heard, and what was said."""

    day = Day(seen="parties", title="Date", past=True)
    way = Choice(WAYS, seen="parties", title="How?")
    summary = Text(seen="parties", title="What the petitioner said", required=True, max=5_000)


class Accepting(Schema):
    """How the questions about the legal road were answered; nobody has to ask them to accept."""

    answers = Guided(
        LEGAL_ROAD, seen="parties", title="Legal road (article 31)", roads=tuple(to_step("accept")), required=False
    )
    instead = Text(seen="parties", title=WHY_NOT, hint=WHY_HINT, max=1_000)


class Diverted(Schema):
    """To which legal road a petition belongs, and what to do there by when."""

    answers = Guided(LEGAL_ROAD, seen="parties", title="How the questions were answered", road="road")
    road = Choice(to_step("divert"), seen="parties", title="Legal road (article 31)")
    instead = Text(seen="parties", title=WHY_NOT, hint=WHY_HINT, max=1_000)
    notice = Text(seen="parties", title="Notice to the petitioner", required=True, max=3_000)
    remedy = Text(
        seen="parties", title="What the person can do, where and by when", hint=REMEDY_HINT, required=True, max=2_000
    )


class NotAccepted(Schema):
    """Why a petition is not accepted a second time."""

    answers = Guided(LEGAL_ROAD, seen="parties", title="How the questions were answered", road="road")
    road = Choice(to_step("not accept"), seen="parties", title="Why it is not accepted")
    instead = Text(seen="parties", title=WHY_NOT, hint=WHY_HINT, max=1_000)
    notice = Text(seen="parties", title="Notice to the petitioner", required=True, max=3_000)
    summary = Text(seen="public", title="Summary for the public record", required=True, max=1_000)


class Extension(Schema):
    """Why a complex matter needs more time (article 34)."""

    reasons = Text(seen="parties", title="Why more time is needed", required=True, max=2_000)


class Opinion(Schema):
    """The handling opinion."""

    outcome = Choice(OUTCOMES, seen="public", title="Outcome")
    facts = Text(seen="parties", title="Facts found", required=True, max=5_000)
    new = Text(seen="handler", title="What is new", hint=NEW_HINT, max=2_000)
    opinion = Text(seen="parties", title="Opinion", required=True, max=5_000)
    legal_basis = Text(seen="parties", title="Legal basis", required=True, max=1_000)
    by_when = Day(
        seen="parties",
        title="Carried out by",
        hint=BY_WHEN_HINT,
        ahead=True,
        needed_for=("outcome", PROMISING),
    )
    summary = Text(
        seen="public",
        title="Summary for the public record",
        hint="No names, numbers or addresses: anybody can read this.",
        required=True,
        max=1_000,
    )
