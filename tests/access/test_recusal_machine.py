"""Recusal over random offices: people with several posts, kin, absences, stand-ins, officers who step aside.

A machine lets a case live; after each event a reading of its own, which shares no line with the engine, says who may
not have it, who sees it all the same, and whether somebody above was left out on its way to the body outside.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from services.routing.competence import choose as choosing
from services.routing.competence import conflict, eligible
from services.routing.competence.matter import Bars, Choice, Matter, People
from shared.county.model import County
from shared.county.structure import EXTERNAL
from tests.routing.makers import TODAY, a_county, edges, named, office

CLASSES = ("report", "conduct", "decision")
ROLES = ("officer", "reader", "head")
SOME = st.sets(st.integers(0, 99), max_size=2)


@dataclass
class Office:
    """An organisation as plain sets: units under units, posts in units, people on posts; who is near, who is away.

    `stands`: whom somebody named to act in his place, today or on a later day.
    """

    units: list[str]
    above: dict[str, str]
    cadre: dict[str, str]
    posts: dict[str, tuple[str, str]]
    holds: dict[str, set[str]]
    kin: set[frozenset[str]] = field(default_factory=set)
    away: set[str] = field(default_factory=set)
    stands: dict[str, str] = field(default_factory=dict)
    decided: set[str] = field(default_factory=set)

    def on(self, post: str) -> set[str]:
        """Give who holds a post."""
        return {who for who, held in self.holds.items() if post in held}

    def near(self, people: set[str]) -> set[str]:
        """Give the declared kin of these people."""
        return {other for pair in self.kin for one in pair for other in pair - {one} if one in people}

    def bears(self, who: str) -> set[str]:
        """Give the posts in which somebody acts today: his own, and those of whom he stands in for."""
        return self.holds[who].union(*(self.holds[one] for one in self.away if self.stands.get(one) == who))

    def acting(self, post: str) -> set[str]:
        """Give who is there to act in a post."""
        return {who for who in self.holds if post in self.bears(who)} - self.away

    @cached_property
    def county(self) -> County:
        """Give it as a county file has it."""
        return a_county(
            units=[office(unit) for unit in self.units],
            posts=[named(post, unit=unit, roles=[role]) for post, (unit, role) in self.posts.items()],
            edges=[
                *(edge for lower, upper in self.above.items() for edge in edges("government", upper, lower)),
                *(edge for lower, upper in self.cadre.items() for edge in edges("cadre_authority", upper, lower)),
            ],
            routes=[],
            petition_office=self.units[0],
            fallback=self.units[0],
        )

    def people(self) -> People:
        """Give what directory knows of it."""
        holders = {post: frozenset(self.on(post)) for post in self.posts}
        acting = {post: frozenset(self.acting(post)) for post in self.posts}
        stand_ins = {who: frozenset({other}) for who, other in self.stands.items()}
        everybody = {who: frozenset(self.near({who})) for who in self.holds}
        gone = frozenset(post for post, who in acting.items() if not who)
        return People(TODAY, holders, acting, everybody, stand_ins, gone, frozenset(self.decided))


@st.composite
def offices(draw: st.DrawFn) -> Office:
    """Make two to six units, each but the first under an earlier one, one to three posts in each, and people."""
    units = [f"u{number}" for number in range(draw(st.integers(2, 6)))]
    above = {unit: units[draw(st.integers(0, place))] for place, unit in enumerate(units[1:])}
    cadre = {unit: units[draw(st.integers(0, place))] for place, unit in enumerate(units[1:]) if draw(st.booleans())}
    posts = {}
    for unit in units:
        for role in draw(st.sets(st.sampled_from(ROLES), min_size=1)) | {"officer"}:
            posts[f"{unit}-{role}"] = (unit, role)
    holds: dict[str, set[str]] = {}
    for post in posts:
        holds.setdefault(f"p{draw(st.integers(0, len(posts)))}", set()).add(post)
    return Office(units, above, cadre, posts, holds)


def head_of(office: Office, unit: str) -> str | None:
    """Give the post of a unit's head."""
    return next((post for post, place in office.posts.items() if place == (unit, "head")), None)


def superior(office: Office, post: str) -> str | None:
    """Give the direct superior: the unit's head, and of a head the head of the unit above."""
    unit, role = office.posts[post]
    if role != "head" and (head := head_of(office, unit)):
        return head
    return head_of(office, office.above[unit]) if unit in office.above else None


def line(office: Office, post: str) -> set[str]:
    """Give all superiors up to the top, as far as each has one."""
    found: set[str] = set()
    while (upper := superior(office, post)) is not None:
        found.add(upper)
        post = upper
    return found


def must_not(
    office: Office, conflict: str, posts: set[str], units: set[str], addressed: str
) -> tuple[set[str], set[str], set[str]]:
    """Give posts, people and units that LAW F bars by class; read from its table, not from the engine."""
    if conflict == "report":
        whole = units | {office.posts[post][0] for post in posts}
        inside = {post for post, (unit, _) in office.posts.items() if unit in whole}
        barred = inside.union(*(line(office, post) for post in posts or inside))
        people = set().union(*(office.on(post) for post in barred))
        reported = set().union(*(office.on(post) for post in posts or inside))
        in_their_place = {office.stands[one] for one in reported & office.stands.keys()}
        return barred, people | office.near(reported) | in_their_place, whole
    people = set().union(*(office.on(post) for post in posts))
    if conflict == "conduct":
        barred = posts | {upper for post in posts if (upper := superior(office, post))}
        unnamed = units - {office.posts[post][0] for post in posts}
        unnamed = unnamed if posts or units else {addressed}  # words alone: anybody there may be meant
        inside = {post for post, (unit, _) in office.posts.items() if unit in unnamed}
        people |= set().union(*(office.on(post) for post in inside))
        barred |= inside
        return barred, set().union(*(office.on(post) for post in barred)) | office.near(people), unnamed
    return posts, people | office.decided, set()


class Recusal(RuleBasedStateMachine):
    """A case among people who turn out to be involved."""

    @initialize(office=offices(), conflict=st.sampled_from(CLASSES), posts=SOME, units=SOME, to=st.integers(0, 99))
    def submit(self, office: Office, conflict: str, posts: set[int], units: set[int], to: int) -> None:
        """Let a case come in about some posts and units, addressed to one."""
        every = list(office.posts)
        self.office, self.conflict = office, conflict
        self.about = {every[number % len(every)] for number in posts}
        self.units = {office.units[number % len(office.units)] for number in units}
        self.left: set[str] = set()
        self.ever: set[str] = set()
        self.addressed = office.units[to % len(office.units)]
        named = self.units | {office.posts[post][0] for post in self.about}
        self.asked = (named or {office.units[0]}) if conflict == "report" else {self.addressed}
        self.never_itself = conflict == "report"  # a report that comes in begins above whom it is about
        self._take(choosing.choose(self._matter(), office.county, office.people()))

    def _matter(self) -> Matter:
        return Matter(
            mechanism="petitions",
            addressed_to=self.addressed,
            about_posts=tuple(sorted(self.about)),
            about_units=tuple(sorted(self.units)),
            conflict=self.conflict,  # type: ignore[arg-type]  # one of the classes
            roles=frozenset(ROLES),
            first=frozenset({"officer"}),
        )

    def _take(self, choice: Choice) -> None:
        self.choice, self.unit, self.decided_just_now = choice, choice.unit, True
        self.ever |= {*choice.bars.posts, *choice.bars.people, *choice.bars.units}

    def _again(self, unit: str, more: frozenset[str] = frozenset()) -> None:
        known = frozenset(self.ever) | more
        bars = Bars(known, known, known & set(self.office.units))
        self.asked, self.never_itself = {unit}, False
        self._take(choosing.keep_or_pass_on(unit, self._matter(), self.office.county, self.office.people(), bars))

    def _inside(self) -> bool:
        return self.unit != EXTERNAL

    @precondition(_inside)
    @rule(one=st.integers(0, 99), other=st.integers(0, 99))
    def declare_kin(self, one: int, other: int) -> None:
        """Two people declare that they are close; the case is looked at again."""
        people = sorted(self.office.holds)
        pair = frozenset({people[one % len(people)], people[other % len(people)]})
        assume(len(pair) == 2)
        self.office.kin.add(pair)
        self._again(self.unit)

    @precondition(_inside)
    @rule(who=st.integers(0, 99))
    def go_away(self, who: int) -> None:
        """Somebody is away from now on; the case is looked at again."""
        people = sorted(self.office.holds)
        self.office.away.add(people[who % len(people)])
        self._again(self.unit)

    @precondition(_inside)
    @rule(who=st.integers(0, 99), other=st.integers(0, 99))
    def name_a_stand_in(self, who: int, other: int) -> None:
        """Somebody says who acts in his place, while he is away or for a later absence."""
        people = sorted(self.office.holds)
        absent, present = people[who % len(people)], people[other % len(people)]
        assume(absent != present)
        self.office.stands[absent] = present
        self._again(self.unit)

    @rule(who=st.integers(0, 99))
    def come_back(self, who: int) -> None:
        """Somebody is there again; what left the county stays outside."""
        people = sorted(self.office.holds)
        self.decided_just_now = False
        self.office.away.discard(people[who % len(people)])
        if self._inside():
            self._again(self.unit)

    @precondition(lambda self: self.unit != EXTERNAL and self.seeing())
    @rule(who=st.integers(0, 99))
    def step_aside(self, who: int) -> None:
        """Let an officer who sees the case say that he is involved."""
        seeing = sorted(self.seeing())
        person = seeing[who % len(seeing)]
        self.left.add(person)
        self._again(self.unit, frozenset({person}))

    @precondition(lambda self: self.unit != EXTERNAL and self.conflict == "decision" and self.seeing())
    @rule(who=st.integers(0, 99))
    def decide(self, who: int) -> None:
        """Somebody decided before what is disputed now."""
        seeing = sorted(self.seeing())
        self.office.decided.add(seeing[who % len(seeing)])
        self._again(self.unit)

    @precondition(_inside)
    @rule(to=st.integers(0, 99))
    def refer(self, to: int) -> None:
        """Refer the case to another unit, or as far up as it then has to go."""
        self._again(self.office.units[to % len(self.office.units)])

    def seeing(self) -> set[str]:
        """Give who sees the case as `shared.access` decides: by unit or post, and not barred by any name."""
        found = set()
        for who in self.office.holds:
            held = self.office.bears(who)
            units = {self.office.posts[post][0] for post in held}
            allowed = self.unit in units or not held.isdisjoint(self.choice.posts)
            if allowed and {who, *held, *units}.isdisjoint(self.ever):
                found.add(who)
        return found

    @invariant()
    def nobody_who_must_not_sees_it(self) -> None:
        """Hold who sees it against the reading of the law's table, and against who stepped aside."""
        posts, people, units = must_not(self.office, self.conflict, self.about, self.units, self.addressed)
        for who in self.seeing():
            held = self.office.bears(who)
            assert who not in people | self.left, f"{who} is involved"
            assert held.isdisjoint(posts), f"{who} holds a barred post"
            assert {self.office.posts[post][0] for post in held}.isdisjoint(units), f"{who} is of a barred unit"

    @invariant()
    def somebody_can_take_it(self) -> None:
        """Inside the county somebody is there who may take the first step; a unit without officers counts as filled."""
        if self.unit != EXTERNAL:
            officers = {post for post in self.office.posts if post.endswith("-officer")}
            fit = {who for who in self.seeing() - self.office.away if not self.office.bears(who).isdisjoint(officers)}
            assert fit, f"nobody of {self.unit} or above can act"

    @invariant()
    def it_leaves_the_county_only_where_nobody_above_is_left(self) -> None:
        """Climb by ourselves: at no unit on the way is an officer there whom nothing bars."""
        if self.unit == EXTERNAL and self.decided_just_now:
            for unit in self.on_the_way():
                free = {who for who in self.office.acting(f"{unit}-officer") if self._is_free(who)}
                assert not free, f"{free} of {unit} was passed over"

    def on_the_way(self) -> set[str]:
        """Give the units that come into question: the one asked for, those above it, and the fallback."""
        ways = self.office.cadre if self.conflict == "report" else self.office.above
        found = set() if self.conflict == "report" else {self.office.units[0]}
        for unit in self.asked:
            found |= set() if self.never_itself else {unit}
            while unit in ways:
                unit = ways[unit]  # noqa: PLW2901 - a climb
                found.add(unit)
        return found

    def _is_free(self, who: str) -> bool:
        held = self.office.bears(who)
        return {who, *held, *(self.office.posts[post][0] for post in held)}.isdisjoint(self.ever)


def run(machine: type[Recusal], examples: int = 40, *, derandomize: bool = False) -> None:
    """Let a machine run; by the same chances each time where a plant has to be found."""
    how = settings(
        max_examples=examples, stateful_step_count=8, deadline=None, phases=[Phase.generate], derandomize=derandomize
    )
    run_state_machine_as_test(machine, settings=settings(how, suppress_health_check=list(HealthCheck)))


def test_nobody_who_is_involved_sees_a_case_and_nobody_eligible_is_left_out() -> None:
    run(Recusal)


def without_kin(right: Any) -> Any:
    return lambda matter, county, people: right(matter, county, replace(people, kin={}))


def without_stand_ins(right: Any) -> Any:
    return lambda matter, county, people: right(matter, county, replace(people, stand_ins={}))


def only_the_first(_: Any) -> Any:
    return lambda one, other: one


PLANTS = [
    pytest.param(choosing, "bars_of", without_kin, id="kin is forgotten"),
    pytest.param(choosing, "bars_of", without_stand_ins, id="who stands in is forgotten"),
    pytest.param(conflict, "line_above", lambda _: lambda *_: iter(()), id="the line above stays"),
    pytest.param(conflict, "superior", lambda _: lambda *_: None, id="the superior stays"),
    pytest.param(choosing, "_together", only_the_first, id="who stepped aside comes back"),
    pytest.param(eligible.Eligible, "why_not", lambda _: lambda *_: None, id="nobody is asked whether he may"),
    pytest.param(eligible.Eligible, "way_up", lambda _: lambda *_: iter(()), id="nobody above is asked"),
]


@pytest.mark.parametrize(("room", "name", "plant"), PLANTS)
def test_the_machine_sees(monkeypatch: pytest.MonkeyPatch, room: Any, name: str, plant: Callable[[Any], Any]) -> None:
    monkeypatch.setattr(room, name, plant(getattr(room, name)))
    with pytest.raises(AssertionError):
        run(Recusal, examples=4_000, derandomize=True)
