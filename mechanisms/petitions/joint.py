"""Joint petitions (信访工作条例 20): a list that the registrar alone reads, and at most five who speak for all."""

from lianxin.plugin import STAY, Case, Choice, Kind, Names, Schema, Step, Text

MOST_REPRESENTATIVES = 5
HOW = {"person": "In person", "phone": "By phone", "letter": "In writing"}


class JointPetition(Schema):
    """What the form asks beside title and text. The one who sends it gets the receipt."""

    request = Text(seen="parties", title="What do you ask for?", hint="In one or two sentences.", max=1_000)
    representatives = Names(
        most=MOST_REPRESENTATIVES,
        seen="handler",
        required=True,
        title="Who speaks for all of you?",
        hint="One name on each line, at most five. Letters go to them.",
    )
    members = Names(
        most=500,
        seen="sealed",
        required=True,
        title="Everybody who joins in",
        hint="One name on each line. Only the registrar reads this list; it goes to no other office.",
    )


class Leaving(Schema):
    """Who leaves the list, and how he said so; only the registrar reads it."""

    name = Text(seen="sealed", title="Who leaves the list?", required=True, max=64, long=False)
    how = Choice(HOW, seen="sealed", title="How did the person say so?")


def is_joint(case: Case) -> bool:
    """It is a joint petition."""  # noqa: D401 - the desk shows this line
    return case.kind == "joint"


def on_the_list(case: Case, name: str) -> bool:
    """This name is not on the list. Copy it from there as it is written."""  # noqa: D401, D404 - the registrar reads this line
    return name in case.details.get("members", ())


def how_many(case: Case) -> str | None:
    """Say roughly how many joined in: who handles the case learns no more."""
    number = len(case.details.get("members", ())) if is_joint(case) else 0
    if not number:
        return None
    if number < 10:  # noqa: PLR2004 - as public figures
        return "A joint petition of fewer than 10 people."
    return "A joint petition of 10 to 49 people." if number < 50 else "A joint petition of 50 people or more."  # noqa: PLR2004 - same


JOINT = Kind(
    JointPetition,
    title="Submit a joint petition",
    hint="Several people with one demand. At most five speak for all; the list stays with the registrar.",
    conflict="decision",
    identity=("verified", "claimed"),
)
LEAVE = Step(
    "leave the list",
    ("registered", "objected", "disputed", "accepted", "asked", "hearing"),
    STAY,
    "registrar",
    asks=Leaving,
    guard=is_joint,
    fits={"name": on_the_list},
    tells=False,
    title="Take somebody off the list, at their wish",
)
