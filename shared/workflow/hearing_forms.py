"""What is asked, ordered and recorded at a hearing (信访工作条例 31 (6)): forms that any procedure may use."""

from shared.workflow.schema import Choice, Day, Schema, Text

FINDINGS = {"confirmed": "The facts are as the petitioner says", "partly": "Partly so", "other": "Otherwise"}


class Wish(Schema):
    """Why the petitioner wishes to be heard with others present."""

    why = Text(seen="parties", title="What should be cleared up at the hearing?", max=2_000)


class Order(Schema):
    """Why, when, where, with whom: the petitioner gets it as a letter."""

    reasons = Text(seen="parties", title="Why a hearing is held", required=True, max=2_000)
    day = Day(seen="parties", title="Day of the hearing", ahead=True)
    hours = Text(seen="parties", title="Hours", hint="Such as 09:00 to 11:00.", required=True, max=32, long=False)
    room = Text(seen="parties", title="Where it is held", required=True, max=200, long=False)
    participants = Text(
        seen="parties", title="Who takes part", hint="Offices, experts, representatives.", required=True, max=1_000
    )


class Record(Schema):
    """What was said and found; the opinion rests on it."""

    day = Day(seen="parties", title="Date", past=True)
    present = Text(seen="handler", title="Who was present", required=True, max=2_000)
    record = Text(seen="parties", title="What was said", required=True, max=5_000)
    findings = Choice(FINDINGS, seen="parties", title="What the hearing found")


class Reasons(Schema):
    """Why no hearing is held."""

    reasons = Text(seen="parties", title="Reasons", hint="The petitioner reads this.", required=True, max=2_000)
