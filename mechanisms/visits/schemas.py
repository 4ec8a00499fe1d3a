"""What a visit's record says: no check-in, no track, no photograph, no list of who was there, nothing of a person."""

from lianxin.plugin import Choice, Day, Flag, Names, Number, Schema, Text

SORTS = {
    "household": "Visit to a household",
    "village": "Visit to a village or community",
    "enterprise": "Visit to an enterprise",
    "reception": "Reception day",
    "invited": "Meeting to which residents were invited",
    "return": "Return visit, to see what came of it",
    "on_site": "On the spot, with the units that decide",
}


class Visit(Schema):
    """What is known beforehand of a visit that no plan named."""

    sort = Choice(SORTS, seen="handler", title="What sort of visit?")


class Planned(Schema):
    """Which plan owes it, for which period, by which rule."""

    duty = Text(seen="public", title="Plan", max=64, long=False)
    period = Text(seen="public", title="Period", max=32, long=False)
    rule = Text(seen="public", title="Rule", max=64, long=False)
    audience = Text(seen="public", title="Audience", max=32, long=False)


class Record(Schema):
    """The record; what the public reads names nobody, and no household."""

    sort = Choice(SORTS, seen="handler", title="What sort of visit?")
    day = Day(seen="handler", title="On which day?", whenever="what a plan owes is opened after the visit")
    heard = Text(
        seen="handler",
        title="What was heard, in general",
        hint="What a person wants handled is taken in as that person's own case, not here.",
        required=True,
        max=5_000,
    )
    headline = Text(
        seen="public",
        title="Line for the public record",
        hint="Which post, which township, when. No names and no household.",
        required=True,
        max=120,
        long=False,
    )
    body = Text(
        seen="public",
        title="For the public: what was talked about",
        hint="No names, and nothing by which somebody is known in the village.",
        required=True,
        max=2_000,
    )


class NextRecord(Schema):
    """The record of a visit to a petitioner: nothing of it is public, and the petitioner reads what was agreed."""

    how = Choice({"person": "In person", "phone": "By phone"}, seen="parties", title="How did you talk?")
    day = Day(seen="handler", title="On which day?", whenever="a call may be made before the day that was agreed")
    told = Text(
        seen="parties",
        title="What was said and agreed",
        hint="The petitioner reads this with the petition.",
        required=True,
        max=3_000,
    )
    heard = Text(seen="handler", title="For colleagues only", max=3_000)


class NotGone(Schema):
    """Why a visit that a petitioner agreed to was not made."""

    told = Text(
        seen="parties", title="Why it was not made", hint="The petitioner reads this.", required=True, max=2_000
    )


class Need(Schema):
    """What somebody needs, and that he agreed to a request: relief, assistance, legal aid."""

    what = Text(
        seen="handler",
        title="What is needed",
        hint="Relief, assistance or legal aid. Only what the request needs; no list of who is poor.",
        required=True,
        max=1_000,
    )
    agreed = Flag(seen="handler", title="The person wants a request made")


class Requested(Schema):
    """Which case the need became."""

    reference = Text(
        seen="handler",
        title="Reference of the request",
        hint="It was taken in at the counter with the reference of this visit.",
        required=True,
        max=24,
        long=False,
    )


class NotWanted(Schema):
    """Why the person wants no request any more."""

    why = Text(seen="handler", title="What the person said", required=True, max=1_000)


class NotMade(Schema):
    """Why a planned visit was not made; the public reads it."""

    headline = Text(seen="public", title="Line for the public record", required=True, max=120, long=False)
    body = Text(seen="public", title="Why it was not made", required=True, max=2_000)


class Slot(Schema):
    """A reception day as it is published: who receives, with which units beside in one room, where, when, how many."""

    slot = Text(seen="public", required=True, max=64)
    unit = Text(seen="public", required=True, max=64)
    post = Text(seen="public", max=64)
    beside = Names(most=10, seen="public")
    where = Text(seen="public", max=120)
    day = Day(seen="public")
    hours = Text(seen="public", max=32)
    capacity = Number(seen="public", least=0, most=500)


class Result(Schema):
    """What came of it."""

    body = Text(seen="public", title="For the public: what came of it", required=True, max=2_000)
    headline = Text(seen="public", title="Line for the public record", required=True, max=120, long=False)
    raised = Number(seen="public", title="How many matters were raised", most=10_000)
    resolved = Number(seen="public", title="How many of them were resolved", most=10_000)
