"""Whose posts may look into what a unit did: nobody whom the case bars, and nobody of that unit's own line."""

from services.routing.assign import matter_of
from services.routing.competence.eligible import Eligible
from services.routing.competence.matter import Bars
from services.routing.known import people_for
from services.routing.models import CaseRow
from shared.access.cases import barred_from, line_below
from shared.kit.session import Session


def may_look_into(session: Session, row: CaseRow) -> tuple[str, ...]:
    """Give the posts that somebody fills who is neither barred nor of the line of the unit that the case is about.

    Who also holds a post of that line is of it.
    """
    county, known = session.here.county, frozenset(barred_from(session, row.id))
    matter = matter_of(session, row, session.here.mechanisms[row.mechanism])
    people = people_for(session, matter, all_of_them=True)
    eligible = Eligible(matter, county, people, Bars(known, known, known & county.unit_by_code.keys()))
    line = line_below(session, (row.unit, *row.about_units))
    theirs = {one for post in county.posts if post.unit in line for one in people.holders.get(post.code, ())}
    return tuple(
        post.code
        for post in county.posts
        if post.unit not in line and eligible.fit(post) and theirs.isdisjoint(people.acting.get(post.code, ()))
    )
