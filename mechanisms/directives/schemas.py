"""What a directive demands, what is replied, and what the unit that gave it finds."""

from lianxin.plugin import Day, Posts, Schema, Text, UnitRef, chosen

DATE_HINT = "Your own date; the law's dates run beside it."
END_HINT = "After the reply. When it is over, whoever gave the directive prolongs it once or closes it."


class Demand(Schema):
    """What a directive demands, and by which rule."""

    legal_basis = Text(seen="handler", title="Basis", hint="The article, or the order from above.", required=True)
    reasons = Text(seen="handler", title="What is to be done and reported", required=True, max=3_000)
    ends = Day(seen="handler", title="Ends at the latest on", hint=END_HINT, ahead=True)


class Issue(Schema):
    """To whom, and by when."""

    target = UnitRef(seen="handler", title="Unit that is directed", hint="The unit that has the case.")
    due = Day(seen="handler", title="Reply by", hint=DATE_HINT, ahead=True)


class Reply(Schema):
    """The written reply of the unit that was directed."""

    found = Text(seen="handler", title="What was found", required=True, max=3_000)
    report = Text(seen="handler", title="What was done, and what will be done by when", required=True, max=3_000)


class Against(Schema):
    """Why a unit objects to a directive."""

    against = Text(
        seen="handler",
        title="Why this unit objects",
        hint="Which facts are wrong, or by which rule it can't do what is demanded.",
        required=True,
        max=3_000,
    )


class Finding(Schema):
    """What the unit that gave the directive found, and why it decides so."""

    finding = Text(seen="handler", title="What you found, and why you decide so", required=True, max=2_000)


class Again(Schema):
    """What is missing, and by when."""

    finding = Text(seen="handler", title="What is missing", required=True, max=2_000)
    due = Day(seen="handler", title="Reply by", hint=DATE_HINT, ahead=True)


class Longer(Schema):
    """Why a directive whose last day is over goes on, and until when."""

    finding = Text(seen="handler", title="Why it is prolonged", required=True, max=2_000)
    ends = Day(seen="handler", title="Ends at the latest on", hint="The last time: it is prolonged once.", ahead=True)


class Came(Schema):
    """What came of a directive that ended by its date."""

    finding = Text(seen="handler", title="What came of the directive", required=True, max=2_000)


class Measure(Schema):
    """What was done to urge, and with whom."""

    finding = Text(seen="handler", title="What was done, when, and what was agreed", required=True, max=2_000)


class Team(Schema):
    """Who looks into it on the spot, and until when."""

    was = Measure  # before teams were named by posts

    task = Text(seen="handler", title="What the team looks into", required=True, max=2_000)
    members = Posts(
        least=2,
        most=9,
        seen="handler",
        title="Who goes",
        hint="Two to nine. Nobody of the directed unit or under it, and nobody whom the case bars, is on the list.",
    )
    until = Day(seen="handler", title="Reports by", ahead=True)


class OfTheTeam(Schema):
    """What the inspection team reports."""

    written_by = Posts(
        least=1,
        most=9,
        among=chosen("members", "inspect"),
        seen="handler",
        title="Who of the team wrote it",
    )
    visited_on = Day(seen="handler", title="Day of the visit", past=True)
    found = Text(seen="handler", title="What the team found", required=True, max=5_000)
    advice = Text(seen="handler", title="What has to be done, by whom", required=True, max=3_000)
