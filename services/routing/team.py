"""Whose posts may look into what a unit did: nobody whom the case bars, and nobody of that unit's own line."""

from collections.abc import Collection
from typing import Any

from services.routing.assign import matter_of
from services.routing.competence.eligible import Eligible
from services.routing.competence.matter import Bars, People
from services.routing.known import people_for
from services.routing.models import CaseRow
from shared.access.cases import barred_from, line_below
from shared.county.model import County
from shared.county.structure import Post
from shared.kit.session import Session
from shared.workflow.case import Case
from shared.workflow.declare import Step
from shared.workflow.posts import asks_for_posts, asks_for_visitors, chosen_before


def may_look_into(session: Session, row: CaseRow) -> tuple[str, ...]:
    """Give the posts that somebody fills who is neither barred nor of the line of the unit that the case is about.

    Who holds a post of that line too, acts in one, or is kin of who does, is of it; nobody goes for an empty post.
    """
    county, known, eligible = session.here.county, frozenset(barred_from(session, row.id)), _eligible(session, row)
    people = eligible.people
    line = line_below(session, (row.unit, *row.about_units))
    kept_out = _of(line, county, people) | known
    return tuple(post.code for post in county.posts if post.unit not in line and _goes(post, eligible, kept_out))


def may_visit(session: Session, row: CaseRow) -> tuple[str, ...]:
    """Give the posts that may go to the person of a case: nobody it is about, nobody it bars, and no police.

    Who holds a post that it is about, or acts in one, or is kin of who does, goes in no other post either.
    """
    county, eligible = session.here.county, _eligible(session, row)
    police = {unit.code for unit in county.units if unit.police}
    about = {post.code for post in county.posts if post.unit in row.about_units} | {*row.about_posts}
    officers = {post.code for post in county.posts if post.unit in police}
    kept_out = _near(about, eligible.people) | eligible.people.of(frozenset(officers)) | barred_from(session, row.id)
    free = (post for post in county.posts if post.code not in about | officers)
    return tuple(post.code for post in free if _goes(post, eligible, kept_out))


def _eligible(session: Session, row: CaseRow) -> Eligible:
    county, known = session.here.county, frozenset(barred_from(session, row.id))
    matter = matter_of(session, row, session.here.mechanisms[row.mechanism])
    people = people_for(session, matter, all_of_them=True)
    return Eligible(matter, county, people, Bars(known, known, known & county.unit_by_code.keys()))


def may_be_chosen(session: Session, row: CaseRow, case: Case, step: Step) -> tuple[str, ...]:
    """Give the posts that a step lets one choose: those that an earlier step chose, or all that may look into it."""
    if not asks_for_posts(step.asks):
        return ()
    if asks_for_visitors(step.asks):
        return may_visit(session, row)
    return chosen_before(step.asks, case) or may_look_into(session, row)


def _of(line: Collection[str], county: County, people: People) -> frozenset[str]:
    """Give who holds a post of these units, acts in one, or is kin of one of those."""
    return _near({post.code for post in county.posts if post.unit in line}, people)


def _near(posts: Collection[str], people: People) -> frozenset[str]:
    """Give who holds one of these posts, acts in one, or is kin of one of those."""
    theirs = people.of(frozenset(posts)).union(*(people.acting.get(code, ()) for code in posts))
    return theirs.union(*(people.kin.get(one, ()) for one in theirs))


def _goes(post: Post, eligible: Eligible, kept_out: Collection[str]) -> bool:
    """Tell whether somebody is there who acts in a post, and nobody of those is kept out."""
    acting = eligible.people.acting.get(post.code, frozenset())
    return bool(acting) and eligible.fit(post) and acting.isdisjoint(kept_out)


def by_unit(posts: Collection[str], county: County, language: str) -> list[Any]:
    """Give posts as a form offers them, in the order of the county file, each under the name of its unit."""
    found: list[Any] = []
    for unit, held in county.posts_of_unit.items():
        if chosen := [(post.code, post.name(language)) for post in held if post.code in posts]:
            found += [{"divider": county.unit_name(unit, language)}, *chosen]
    return found
