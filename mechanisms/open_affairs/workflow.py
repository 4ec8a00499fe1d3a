"""A duty is a case whose step publishes: prepared, checked by a second pair of eyes, approved, out."""

from lianxin.plugin import Referral, Remark, Step, Workflow

from . import rules, schemas

officer, reader, head = "officer", "reader", "head"

OPEN_AFFAIRS = Workflow(
    states={
        "due": "triage",
        "prepared": "deciding",
        "checked": "deciding",
        "published": "closed",
        "not_owed": "closed",
    },
    steps=(
        Step("prepare", "due", "prepared", officer, asks=schemas.Publication, title="Prepare the publication"),
        Step("refer", "due", "due", officer, asks=Referral, moves="unit", title="Pass on to the responsible unit"),
        Step("send back", ("prepared", "checked"), "due", reader, asks=Remark, title="Send back"),
        Step("check", "prepared", "checked", reader, asks=schemas.Check, not_by=("prepare",), title="Check"),
        Step(
            "publish",
            "checked",
            "published",
            head,
            not_by=("prepare",),
            meets=rules.DUTY_RULES,
            publishes="item",
            outcome="published",
            title="Approve and publish",
        ),
        Step(
            "decline",
            "due",
            "not_owed",
            head,
            asks=schemas.NotOwed,
            outcome="not_owed",
            title="Say why nothing is owed",
        ),
    ),
)
