"""What a due item and its publication say."""

from lianxin.plugin import Choice, Schema, Text

AUDIENCES = {
    "public": "Everybody",
    "village": "Residents of the village",
    "employees": "Employees of the enterprise",
    "party": "Members of the party organisation",
}


class Item(Schema):
    """Which duty, for which period, by which rule; a resident who asks leaves these empty."""

    duty = Text(seen="public", title="Duty", max=64, long=False)
    period = Text(seen="public", title="Period", max=32, long=False)
    rule = Text(seen="public", title="Rule", max=64, long=False)
    audience = Choice(AUDIENCES, seen="public", title="Audience", required=False)


class Publication(Schema):
    """What will be published, in full."""

    headline = Text(seen="public", title="Headline", required=True, max=120, long=False)
    body = Text(seen="public", title="Text", required=True, max=20_000)


class Check(Schema):
    """What the second pair of eyes found: no secrets, nothing personal."""

    remark = Text(seen="handler", title="Secrecy and privacy check", required=True, max=2_000)


class NotOwed(Schema):
    """Why there is nothing to publish."""

    reason = Text(seen="public", title="Reason", required=True, max=2_000)
