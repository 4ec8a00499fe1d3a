"""Who decides between two units that disagree whose a case is: the nearest one above both (信访工作条例 24)."""

from collections.abc import Iterator
from datetime import date
from itertools import chain

from services.routing.competence.eligible import Eligible
from shared.county.model import County
from shared.county.structure import EdgeKind
from shared.errors import Refusal

CLIMBED: tuple[EdgeKind, ...] = ("government", "sector")  # a village is guided and nobody's subordinate


class NoSuperior(Refusal):
    """Nobody stands above both units, or whoever does may not see the case: it stays where it is, clocks running."""

    code = "no-superior"
    status = 409
    message = "No unit stands above both that may and can decide this."
    next_action = "Settle it between the two units, or name the unit of the joint conference in the county file."


def common_superiors(unit: str, sender: str, county: County, day: date) -> Iterator[str]:
    """Give who stands above both units, the nearest to `unit` first: by government, by sector, the joint conference.

    A sender that stands above the unit decides itself, by its head; the unit that was sent the case never does.
    """
    for kind in CLIMBED:
        theirs = {sender, *_climb(sender, kind, county, day)}
        yield from (above for above in _climb(unit, kind, county, day) if above in theirs)
    if county.joint_conference and county.joint_conference != unit:
        yield county.joint_conference


def _climb(unit: str, kind: EdgeKind, county: County, day: date) -> Iterator[str]:
    above = county.above(unit, kind, day)
    while above is not None:
        yield above
        above = county.above(above, kind, day)


def superior_for(unit: str, sender: str, role: str, eligible: Eligible) -> str:
    """Give the nearest common superior in which somebody may and can act in `role`. Raises `NoSuperior`.

    A unit whose people are not in the county file has somebody; it is asked where no unit that lists its posts can.
    """
    named = common_superiors(unit, sender, eligible.county, eligible.people.today)
    above = [one for one in map(eligible.today, named) if one is not None and one != unit]
    able = [one for one in above if eligible.somebody(one, (role,))]
    listed = (one for one in able if eligible.county.posts_of_unit.get(one))
    found = next(chain(listed, able), None)
    if found is None:
        raise NoSuperior
    return found
