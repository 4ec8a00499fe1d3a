"""Passed on to the responsible organ, and what that organ may say (信访工作条例 22 to 24); helpers add theirs."""

from lianxin.plugin import NOTICE_STATES, STAY, Case, Deadline, Schema, Step, Text, assigning, referral

from . import rules

REFERRED = ("petition.object_referral", "petition.verify_objection")


class Part(Schema):
    """What a unit that works with the responsible one found in its own field; that one answers for all."""

    part = Text(seen="handler", title="What this unit found or did", required=True, max=5_000)


def first_forwarded(case: Case) -> bool:
    """Forwarded by the petition office for the first time: the organ tells the petitioner by article 23."""  # noqa: D401 - a procedure's page shows this line
    return rules.to_petition_office(case) and case.done.keys().isdisjoint(("refer", "assign"))


REFERRAL: tuple[Step, ...] = referral(
    "registered",
    rule="petition.object_referral",
    verify="petition.verify_objection",
    starts=(Deadline("petition.notice", when=first_forwarded),),
    meets=("petition.forward",),
    basis=("信访工作条例 22、23", "信访工作条例 23", "信访工作条例 24"),
)
ASSIGNED: tuple[Step, ...] = assigning(
    "registered",
    (
        "registered",
        "objected",
        "disputed",
        "accepted",
        "asked",
        "hearing",
        "drafted",
        "checked",
        "promised",
        *NOTICE_STATES,
    ),
    starts=(Deadline("petition.notice", when=first_forwarded), Deadline("petition.object_referral", lapses=True)),
    meets=("petition.forward",),
    basis="信访工作条例 22",
)
PART = Step(
    "give a part",
    ("registered", "accepted", "asked", "hearing", "drafted", "checked"),
    STAY,
    "officer",
    at="helper",
    asks=Part,
    meets="petition.part",
    tells=False,
    basis="信访工作条例 24",
    title="Give this unit's part",
)
