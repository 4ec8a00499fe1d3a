"""What an application, its parts and its decision say."""

from lianxin.plugin import Choice, Day, Entries, Number, Schema, Text, UnitRef, Units

from .rules import NOT_AUTHORISED

WHO = {"self": "For myself or my own business", "agent": "For somebody else, with a written authorisation"}
OUTCOMES = {"granted": "Granted", "refused": "Not granted"}
CONSENT = {"consent": "Consents", "no_consent": "Does not consent"}
DONE = {"done_now": "It is done now", "not_owed": "It can't be done, for the reasons given"}
GROUNDS = {
    "hearing": "A hearing",
    "test": "A test or inspection on the spot",
    "quarantine": "Testing or quarantine in a laboratory",
    "experts": "A review by experts",
    "bidding": "A tender or auction",
}
NO_NAMES = "No names, numbers or addresses: anybody can read this."
READ = "The applicant reads this."


class Application(Schema):
    """What the form asks beside title and text."""

    item = Text(seen="parties", title="Which licence or certificate?", required=True, max=120, long=False)
    matter = Text(
        seen="parties",
        title="Number in the catalogue of matters",
        hint="It is filled in where you began from the catalogue.",
        max=32,
        long=False,
    )
    who = Choice(WHO, seen="parties", title="For whom do you apply?")
    agent = Text(
        seen="handler",
        title="Your name, where you apply for somebody else",
        hint=NOT_AUTHORISED,
        max=64,
        long=False,
    )
    scope = Text(seen="handler", title="What the authorisation covers", max=500)
    authorised_until = Day(
        seen="handler", title="The authorisation holds until", needed_for=("who", ("agent",)), whenever="it lies ahead"
    )


class Part(Schema):
    """By when an office gives its part, and which office asked."""

    due = Day(seen="parties", title="Give the part by", whenever="the office that leads set it")
    asked_by = UnitRef(seen="parties", title="Office that leads")


class Ticket(Schema):
    """A number at the window: nobody's name."""

    queue = Text(seen="public", max=32, long=False)
    ticket = Text(seen="public", required=True, max=8, long=False)
    day = Day(seen="public")
    window = Text(seen="public", max=16, long=False)


class Hour(Schema):
    """An hour at a window that can be booked: at whose queue, where, when, for how many."""

    slot = Text(seen="public", required=True, max=64)
    unit = Text(seen="public", required=True, max=64)
    queue = Text(seen="public", required=True, max=32, long=False)
    where = Text(seen="public", max=120)
    day = Day(seen="public")
    hours = Text(seen="public", max=32)
    capacity = Number(seen="public", least=0, most=500)


class Papers(Schema):
    """Everything that is missing: ticked in the list of the matter's papers, or written."""

    missing = Entries(
        "matters",
        lines="papers_zh",
        most=30,
        seen="parties",
        title="Which papers of this matter are missing?",
        hint="As the catalogue lists them. Only what is ticked or written below is asked for.",
    )
    notice = Text(
        seen="parties",
        title="Everything that is missing, one paper on a line",
        hint="You can ask once. What is not named here can't be asked for later.",
        without="missing",
        max=3_000,
    )


class Supplied(Schema):
    """What was handed in."""

    supplied = Text(seen="parties", title="What is handed in", required=True, max=2_000)


class Offices(Schema):
    """Which offices have a part in it, and by when they give it."""

    offices = Units(most=10, seen="parties", title="Which offices have a part in it?")
    due = Day(seen="parties", title="Give the part by", ahead=True)
    reasons = Text(seen="parties", title="What each of them has to look at", required=True, max=2_000)


class Consent(Schema):
    """What an office says of its part, with written reasons."""

    outcome = Choice(CONSENT, seen="parties", title="Does this office consent?")
    reasons = Text(seen="parties", title="Reasons", hint=READ, required=True, max=3_000)
    legal_basis = Text(seen="parties", title="Legal basis", required=True, max=1_000)


class Excluded(Schema):
    """For what time is left out of the term (article 45)."""

    ground = Choice(GROUNDS, seen="parties", title="What needs the time?")
    notice = Text(seen="parties", title="What is done, where, and how long it takes", required=True, max=2_000)


class Extension(Schema):
    """Why the decision needs more time (article 42)."""

    reasons = Text(seen="parties", title="Why more time is needed", required=True, max=2_000)


class JointExtension(Schema):
    """Who approved more time for several offices, by which paper, and why (article 42)."""

    approved_by = UnitRef(seen="parties", title="Government whose head approved it")
    legal_basis = Text(
        seen="parties",
        title="Approval: number and date",
        hint="The applicant reads this.",
        required=True,
        max=120,
        long=False,
    )
    reasons = Text(seen="parties", title="Why more time is needed", required=True, max=2_000)


class Decision(Schema):
    """The decision; a refusal has its reasons in writing (article 38)."""

    outcome = Choice(OUTCOMES, seen="public", title="Outcome")
    reasons = Text(seen="parties", title="Reasons", hint=READ, required=True, max=5_000)
    legal_basis = Text(seen="parties", title="Legal basis", required=True, max=1_000)
    summary = Text(seen="public", title="Summary for the public record", hint=NO_NAMES, required=True, max=1_000)


class Certificate(Schema):
    """What the certificate says."""

    notice = Text(seen="parties", title="What is permitted, where, and until when", required=True, max=2_000)


class NotDone(Schema):
    """What somebody came for, and what stood in the way."""

    wanted = Text(seen="parties", title="What did you want to get done?", required=True, max=1_000)
    obstacle = Text(seen="parties", title="What did the office say, or ask for?", max=2_000)


class Answered(Schema):
    """What comes of it."""

    outcome = Choice(DONE, seen="parties", title="Outcome")
    reasons = Text(seen="parties", title="What was done, and why", hint=READ, required=True, max=3_000)


class Complaint(Schema):
    """What did not go well."""

    reasons = Text(seen="parties", title="What did not go well?", required=True, max=2_000)


class Called(Schema):
    """What the person said when another desk called."""

    heard = Text(seen="handler", title="What did the person say?", required=True, max=2_000)


class Mended(Schema):
    """What was mended."""

    mended = Text(seen="parties", title="What was mended", required=True, max=2_000)
