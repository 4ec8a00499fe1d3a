"""What is asked on the way to an agreement: its text, who each side is, and how it was agreed to."""

from lianxin.plugin import Choice, Day, Schedule, Schema, Text


class Agreement(Schema):
    """What both sides are to agree to; nothing holds before both did."""

    summary = Text(
        seen="parties",
        title="Agreement",
        hint="The parties, the dispute, what each does, how and by when.",
        required=True,
        max=5_000,
    )
    instalments = Schedule(
        seen="parties",
        title="What is done by which day",
        hint="One on a line: the day, a space, what is done. Empty where all is done at once.",
        required=False,
    )


class Changes(Schema):
    """What a party wants otherwise."""

    words = Text(seen="parties", title="What should be otherwise?", required=True, max=2_000)


class Identity(Schema):
    """Whose identity was seen, and how; what stands on the paper is noted nowhere."""

    who = Choice(
        {"both": "Both sides", "applicant": "Who asked for it", "respondent": "The other side"},
        seen="parties",
        title="Who is it?",
    )
    how = Choice(
        {
            "paper": "Identity card, residence permit or passport",
            "household": "Household register, with a witness of the village",
            "online": "Checked online by the public security's service",
        },
        seen="handler",
        title="How did you see it?",
        hint="Write down no number, and copy nothing: that you saw it is enough.",
    )


class SignedHere(Schema):
    """That both sides signed on paper."""

    day = Day(seen="parties", title="On which day?", past=True)


class Sealed(Schema):
    """Since when a written agreement holds."""

    day = Day(
        seen="parties",
        title="On which day was the last signature or the seal put?",
        hint="A written agreement holds from this day on.",
        past=True,
    )


class AgreedOrally(Schema):
    """When both sides agreed by word of mouth before the mediator."""

    day = Day(
        seen="parties",
        title="On which day?",
        hint="An agreement by word of mouth holds from the day on which both agreed. Nobody signs; your record stays.",
        past=True,
    )
