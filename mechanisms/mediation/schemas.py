"""What each step asks. `seen` says who reads a field: `self` its writer and the mediators, never the other side."""

from lianxin.plugin import Choice, Day, Entries, Entry, Flag, PostRef, Schema, Text

SORTS = {
    "neighbours": "Neighbours",
    "family": "Family and inheritance",
    "land": "Land, houses and boundaries",
    "money": "Debts and contracts",
    "harm": "Injury or damage",
    "labour": "Work and wages",
    "property": "Property management",
    "medical": "Medical treatment",
    "other": "Something else",
}
DANGERS = {
    "none": "Nothing speaks of danger",
    "apart": "Better talked to apart: the two sides don't meet in one room",
    "violence": "Violence or threats, in the family or outside",
}
GROUNDS = {
    "danger": "Somebody has to fear the other side",
    "office": "What an office decided or did is the issue",
    "other_road": "The law gives it another road only",
    "no_dispute": "There is no dispute between people",
}
TIES = "Who is related to a party, or gains or loses by the matter."
APART = "Only the mediators read this; the other side never does."


class Mediator(Schema):
    """Somebody who mediates; parties choose by this."""

    post = PostRef(seen="public", title="Post")
    name = Text(seen="public", title="Name", required=True, max=64, long=False)
    about = Text(seen="public", title="What this person knows best", max=100, long=False)


class Dispute(Schema):
    """What the form asks beside title and text; the text goes to the mediators alone."""

    sort = Choice(SORTS, seen="public", title="What sort of dispute?")
    about = Text(
        seen="parties", title="What is in dispute?", hint="The other side reads this.", required=True, max=2_000
    )
    other = Text(
        seen="handler",
        title="Who is the other side, and how can it be reached?",
        hint="Name, address or telephone, so that the committee can invite it.",
        required=True,
        max=500,
    )
    wish = Text(seen="self", title="What do you wish for?", hint=APART, max=2_000)
    fear = Text(seen="self", title="Do you have to fear the other side?", hint=APART, max=1_000)
    court = Text(seen="parties", title="Court and file number, where a court sent you", max=100, long=False)
    office = Flag(seen="parties", title="It is about what an office decided or did")


class Screening(Schema):
    """What the registrar found before anybody is invited."""

    danger = Choice(DANGERS, seen="handler", title="Can the two sides meet without danger?")
    noted = Text(seen="handler", title="What this rests on", required=True, max=1_000)
    tied = Entries("mediators", most=10, seen="handler", title="Mediators who are related to a party", hint=TIES)


class NotMediated(Schema):
    """Why it can't be mediated; the letter tells it."""

    ground = Choice(GROUNDS, seen="parties", title="Why?")
    reasons = Text(seen="parties", title="What the person is told", required=True, max=2_000)


class Consent(Schema):
    """A party's yes; whatever else it says is its own choice."""

    words = Text(seen="parties", title="A word to the other side", max=500)
    hope = Text(seen="self", title="What you hope for", hint=APART, max=1_000)


class Chosen(Schema):
    """Whom a party chooses."""

    mediator = Entry(
        "mediators",
        seen="parties",
        title="Mediator",
        hint="Where the two of you choose differently, both can choose again, or the committee names somebody.",
    )


class ChosenHere(Schema):
    """Whom each side chose, as it said before the committee."""

    mediator = Entry("mediators", seen="parties", title="Whom chose the side that asked for it?")
    theirs = Entry("mediators", seen="parties", title="Whom chose the other side?")
    day = Day(seen="parties", title="On which day?", past=True)
    noted = Text(seen="handler", title="How both said it", required=True, max=500)


class Named(Schema):
    """Whom the committee names, and why the parties did not choose."""

    mediator = Entry("mediators", seen="parties", title="Mediator")
    reasons = Text(seen="parties", title="Why this person", required=True, max=1_000)


class Declined(Schema):
    """Why somebody else should mediate; a party need not say."""

    why = Text(seen="self", title="Why?", hint="You need not say. " + APART, max=1_000)


class Aside(Schema):
    """Why a mediator steps aside."""

    why = Text(seen="handler", title="Why?", required=True, max=1_000)


class Session(Schema):
    """A session: when, where, who helped, what both may read of it."""

    day = Day(seen="parties", title="Date", past=True)
    place = Text(seen="parties", title="Place", required=True, max=100, long=False)
    helpers = Text(seen="parties", title="Who was invited to help, with both sides' consent", max=200, long=False)
    summary = Text(seen="parties", title="What both sides may read of it", required=True, max=3_000)
    noted = Text(seen="handler", title="What one side said to you alone", hint="Neither side reads this.", max=3_000)


class Note(Schema):
    """A note to the mediators alone."""

    reasons = Text(seen="self", title="Your note", hint=APART, required=True, max=2_000)


class Confirmation(Schema):
    """That both sides ask the court to confirm it."""

    court = Text(seen="parties", title="Which court, and when?", required=True, max=200, long=False)


class FollowUp(Schema):
    """How a part of the agreement was kept, as both sides say."""

    kept = Choice({"yes": "Kept", "partly": "Kept in part", "no": "Not kept"}, seen="parties", title="Was it kept?")
    summary = Text(seen="parties", title="What was done, and what happens next", required=True, max=2_000)


class NotKept(Schema):
    """What was not kept."""

    words = Text(seen="parties", title="What was not kept?", required=True, max=2_000)


class Refused(Schema):
    """A party's no; nobody has to say why."""

    why = Text(seen="self", title="Why?", hint="You need not say. " + APART, max=1_000)


class SaidYes(Schema):
    """A yes of both that was given before the office."""

    day = Day(seen="parties", title="On which day?", past=True)
    noted = Text(seen="handler", title="How both said it", required=True, max=500)


class HeardNo(Schema):
    """A no that came by word of mouth."""

    day = Day(seen="parties", title="Date", past=True)
    heard = Text(seen="handler", title="Who said it, and how", required=True, max=500)


class NotCome(Schema):
    """How the other side was asked, beside the letter."""

    summary = Text(
        seen="parties",
        title="How it was tried, beside the letter",
        hint="By telephone, by a visit, through somebody both know. Both may read this.",
        required=True,
        max=1_000,
    )


class Ended(Schema):
    """Why there is no agreement."""

    summary = Text(seen="parties", title="What both sides may read of it", required=True, max=2_000)


class Warned(Schema):
    """A warning, so that a dispute does not turn violent (article 25)."""

    words = Text(seen="parties", title="What both sides are told", required=True, max=1_000)
    noted = Text(seen="handler", title="What this rests on, and who was told", required=True, max=2_000)


class WarnedQuietly(Schema):
    """A warning to the police or another office alone: to tell the parties would put somebody in danger."""

    noted = Text(seen="handler", title="What this rests on, and who was told", required=True, max=2_000)
