"""How many of the visits went where nobody was for longest, beside what the county set. Of no unit, and of nobody."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, tuple_

from services.routing.models import CaseRow
from services.routing.unvisited import sorts_of_visits, villages_of
from shared.access.actor import StaffMember
from shared.county.model import County
from shared.kit.action import query
from shared.kit.session import Session

YEAR = timedelta(days=365)
PART = 4  # the quarter of the villages where nobody was for longest
NEVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Share:
    """What a year planned and made, how many went to the villages longest unvisited, and the share that is set."""

    planned: int
    made: int
    there: int
    wanted: int

    @property
    def percent(self) -> int:
        """Give the share that was reached, of those that were made."""
        return 100 * self.there // self.made if self.made else 0


@query
def share_of_visits(session: Session, staff: StaffMember, *, now: datetime) -> Share | None:
    """Count the visits to the villages of the reader's area in the last year; None where the county set no share."""
    county = session.here.county
    sorts = sorts_of_visits(session.here)
    if not county.visit_share or not sorts:
        return None
    villages = {one.code for one in villages_of(county, staff)}
    rows = session.execute(
        select(CaseRow.place, CaseRow.received_at, CaseRow.relation, CaseRow.phase, CaseRow.outcome)
        .where(tuple_(CaseRow.mechanism, CaseRow.kind).in_(sorts), CaseRow.place.in_(around(county, villages)))
        .order_by(CaseRow.received_at, CaseRow.id)
    ).all()
    since = now - YEAR
    went = ((place, at) for place, at, _, phase, outcome in rows if phase != "triage" and outcome in (None, "made"))
    made = [(place, at) for place, at in went if place is not None and place in villages]
    planned = sum(relation == "duty" and at > since for _, at, relation, _, _ in rows)
    of_the_year = sum(at > since for _, at in made)
    return Share(planned, of_the_year, went_there(made, villages, since), county.visit_share)


def around(county: County, villages: Iterable[str]) -> set[str]:
    """Give villages, and the places around them: a plan may name the township."""
    return {place for code in villages for place in county.way_up(code)}


def went_there(visits: Iterable[tuple[str, datetime]], villages: Collection[str], since: datetime) -> int:
    """Count the visits after a day that went to one of the villages where, just then, nobody had been for longest.

    `visits` are in order of time. A village that nobody ever visited comes before all others.
    """
    last: dict[str, datetime] = {}
    found = 0
    for place, at in visits:
        waited = sorted(villages, key=lambda code: (last.get(code, NEVER), code))
        longest = {*waited[: -(-len(waited) // PART)], *(code for code in waited if code not in last)}
        found += at > since and place in longest
        last[place] = at
    return found
