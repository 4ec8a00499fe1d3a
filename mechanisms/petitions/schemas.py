"""What a petition, its hearing and its opinion say (信访工作条例 32: request, facts, opinion, legal basis)."""

from lianxin.plugin import Choice, Day, Number, Schema, Text

OUTCOMES = {"supported": "Supported", "explained": "Explained", "not_supported": "Not supported"}
WAYS = {"visit": "In person", "phone": "By phone", "video": "By video", "letter": "In writing"}
ROADS = {
    "litigation": "A court, procuratorate or police matter",
    "arbitration": "Arbitration",
    "internal": "An appeal inside a party or public body",
    "review": "Administrative review, ruling, licence or penalty procedure",
    "handled": "Already under way at another office",
}


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

    day = Day(seen="parties", title="Day")
    way = Choice(WAYS, seen="parties", title="How?")
    summary = Text(seen="parties", title="What the petitioner said", required=True, max=5_000)


class NotAccepted(Schema):
    """Why a petition goes another road, and which."""

    road = Choice(ROADS, seen="parties", title="Legal road (article 31)")
    notice = Text(seen="parties", title="Notice to the petitioner", required=True, max=3_000)
    summary = Text(seen="public", title="Summary for the public record", required=True, max=1_000)


class Extension(Schema):
    """Why a complex matter needs more time (article 34)."""

    reasons = Text(seen="parties", title="Why more time is needed", required=True, max=2_000)


class Opinion(Schema):
    """The handling opinion."""

    outcome = Choice(OUTCOMES, seen="public", title="Outcome")
    facts = Text(seen="parties", title="Facts found", required=True, max=5_000)
    opinion = Text(seen="parties", title="Opinion", required=True, max=5_000)
    legal_basis = Text(seen="parties", title="Legal basis", required=True, max=1_000)
    summary = Text(
        seen="public",
        title="Summary for the public record",
        hint="No names, numbers or addresses: anybody can read this.",
        required=True,
        max=1_000,
    )
