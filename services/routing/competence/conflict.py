"""The three classes of conflict (LAW F): whom a case bars from reading and handling it.

A report bars the person, the unit and the line; a complaint of conduct the person and the direct superior, and all of a
unit where it names no post there; a disputed decision only who decided or signed, for the unit itself has to answer
(信访工作条例 22, 28, 30).
"""

from collections.abc import Iterable, Iterator

from services.routing.competence.fitting import fitting
from services.routing.competence.matter import Bars, Matter, People
from shared.county.model import County
from shared.county.structure import Post


def bars_of(matter: Matter, county: County, people: People) -> Bars:
    """Give whom this matter bars by its class."""
    named = [county.post_by_code[code] for code in matter.about_posts if code in county.post_by_code]
    if matter.conflict == "report":
        return _report(matter, named, county, people)
    if matter.conflict == "conduct":
        return _conduct(matter, named, county, people)
    if matter.conflict == "decision":
        posts = _codes(named)
        return Bars(posts, people.of(posts) | people.decided)
    return Bars()


def concerned(matter: Matter, county: County) -> tuple[str, ...]:
    """Give the units a case is about: those it names, and those of the posts it names."""
    posts = (county.post_by_code[code].unit for code in matter.about_posts if code in county.post_by_code)
    return tuple(dict.fromkeys((*matter.about_units, *posts)))


def _report(matter: Matter, named: list[Post], county: County, people: People) -> Bars:
    """Bar the unit of whoever is reported as a whole, everybody in it, the line above it, declared kin, stand-ins."""
    units = _with_successors(concerned(matter, county), county, people)
    inside = [post for unit in units for post in county.posts_of_unit.get(unit, ())]
    line = [above for post in (named or inside) for above in line_above(post, county, people)]
    named_people = people.of(_codes(named or inside))
    near = (
        name for person in named_people for name in (*people.kin.get(person, ()), *people.stand_ins.get(person, ()))
    )
    posts = _codes([*inside, *line])
    return Bars(posts, people.of(posts) | frozenset(near), frozenset(units))


def _conduct(matter: Matter, named: list[Post], county: County, people: People) -> Bars:
    """Bar whoever it is about, the direct superior and declared kin; of a unit where no post is named, everybody.

    Words alone may name anybody there, and whoever they name must not be the first to read them.
    """
    units = _with_successors(_unnamed(matter, named, county), county, people)
    inside = [post for unit in units for post in county.posts_of_unit.get(unit, ())]
    superiors = [above for post in named if (above := superior(post, county, people)) is not None]
    about = people.of(_codes([*named, *inside]))
    kin = frozenset(name for person in about for name in people.kin.get(person, ()))
    posts = _codes([*named, *inside, *superiors])
    return Bars(posts, people.of(posts) | kin, frozenset(units))


def _unnamed(matter: Matter, named: list[Post], county: County) -> Iterator[str]:
    """Give the units that a complaint concerns and of which it names no post.

    Where it names nothing by code: the one that it turns to, and the one that its category would choose.
    """
    if matter.about_units or named:
        known = {post.unit for post in named}
        yield from (unit for unit in matter.about_units if unit not in known)
        return
    if matter.addressed_to:
        yield matter.addressed_to
    usual = next(((route, unit) for route, unit in fitting(matter, county) if not route.conflict), None)
    # Who gets what nobody could place sorts it: that this is the petition office says nothing of whom it is about.
    if usual and (usual[0].category or usual[1] not in (county.petition_office, county.fallback)):
        yield usual[1]


def _with_successors(units: Iterable[str], county: County, people: People) -> tuple[str, ...]:
    """Add the units of today to those that were merged or abolished: the people went along."""
    pairs = ((unit, county.standing(unit, people.today)) for unit in units)
    return tuple(dict.fromkeys(one for pair in pairs for one in pair if one is not None))


def _codes(posts: list[Post]) -> frozenset[str]:
    return frozenset(post.code for post in posts)


def superior(post: Post, county: County, people: People) -> Post | None:
    """Give the direct superior: the post it names, else the unit's head; a head's is the head of the unit above."""
    if post.superior is not None:
        return county.post_by_code[post.superior]
    if "head" not in post.roles and (head := _head(post.unit, county)):
        return head
    above = county.above(post.unit, "government", people.today)
    return _head(above, county) if above else None


def _head(unit: str, county: County) -> Post | None:
    return next((post for post in county.posts_of_unit.get(unit, ()) if "head" in post.roles), None)


def line_above(post: Post, county: County, people: People) -> Iterator[Post]:
    """Climb from superior to superior."""
    seen = {post.code}
    above = superior(post, county, people)
    while above is not None and above.code not in seen:
        yield above
        seen.add(above.code)
        above = superior(above, county, people)
