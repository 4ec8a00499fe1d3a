"""Pure rules of petitions: which track, and what must have happened before an opinion."""

from lianxin.plugin import Case, a_wish_is_open, held

# Article 31 leaves other roads open and sets no term: no day is named here that no law names.
WHERE_TO_TURN = (
    "If you find that this office should accept it, you may tell the level above it or the petition office, "
    "which see to it that the rules are kept. The legal road named above stays open to you."
)


def to_petition_office(case: Case) -> bool:
    """Addressed to the petition office, or to nobody: article 22."""
    return case.addressed_to in (None, case.petition_office)


def to_an_organ(case: Case) -> bool:
    """Addressed to an organ directly: article 23."""
    return not to_petition_office(case)


def heard(case: Case) -> bool:
    """The petitioner was heard, or left no way to be reached; no wish for a hearing is open."""  # noqa: D401 - the desk shows this line
    return ("hear" in case.done or held(case) or not case.has_contact) and not a_wish_is_open(case)


def others_take_part(case: Case) -> bool:
    """Other units work with the one that leads."""
    return bool(case.co_handlers)
