"""Referrals at random: whoever tries whatever, a reading of its own says what the Regulations allow, and what follows.

One unit is responsible at any time; nothing goes back after five working days, without reasons or without the sender's
word; what a superior decided binds; and no change of hands moves a date.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from world import World

from services.routing import handover, step
from services.routing.models import CaseRow, DeadlineRow
from shared.access.tables import CaseAccessRow
from shared.law.local import local_day
from shared.workflow import dispute, engine
from shared.workflow.declare import SENDER

pytestmark = pytest.mark.slow

ORGANS = ("water-bureau", "housing-bureau", "liuhe-government")
ABOVE = "county-government"
SUPERVISE = {"county-government", "petition-office"}  # the level above every organ, and who coordinates for it
OFFICER = {
    "petition-office": "petition-officer",
    "water-bureau": "water-officer",
    "housing-bureau": "housing-officer",
    "liuhe-government": "liuhe-officer",
}
POSTS = (*OFFICER.values(), "county-head", "water-head")
LAST_DAY = date(2026, 12, 22)  # the count by hand knows no day off but Saturdays and Sundays
WHO = ("lead", "lead", "sender", "head")
STEPS = ("refer", "object", "take back", "decline the objection", "ask the superior", "decide")
SAYS: dict[str, dict[str, str]] = {
    "object": {"reasons": "不属本单位职权。"},
    "take back": {"finding": "属实。"},
    "decline the objection": {"finding": "不属实。"},
    "ask the superior": {"reasons": "意见不一。"},
}


def five_days_later(day: date) -> date:
    """Count five working days by hand: until the end of 2026 only Saturdays and Sundays are off."""
    left = 5
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day


class Referrals(RuleBasedStateMachine):
    """A petition among the petition office, three organs, and the county government above them."""

    world: ClassVar[World]

    @initialize()
    def submit(self) -> None:
        """Let a petition come in at the petition office."""
        self.case = self.world.submit("petitions", "petition")
        self.unit, self.sender, self.hands, self.state = "petition-office", "", 0, "registered"
        self.bound = self.objected = self.declined = False
        self.until = self.answer_by = date.min
        self.dates: dict[str, Any] = {}

    def today(self) -> date:
        """Give the day in Beijing."""
        return local_day(self.world.clock.now())

    def allowed(self, name: str, post: str, unit: str, *, reasons: bool) -> bool:
        """Say by the Regulations whether this post may do this now."""
        lead = post == OFFICER.get(self.unit)
        sent = bool(self.sender)
        if self.state == "registered":
            ways = {
                "refer": lead and not sent and not self.bound and unit != self.unit and reasons,
                "object": lead and sent and not self.objected and self.hands < 3 and self.today() <= self.until,
                "ask the superior": lead and sent and (self.declined or self.hands >= 3),
            }
        elif self.state == "objected":
            sender = post == OFFICER[self.sender]
            late = self.today() > self.answer_by
            ways = {"take back": sender, "decline the objection": sender, "ask the superior": lead and late}
        else:
            ways = {"decide": post == "county-head"}
        return ways.get(name, False) and reasons

    def follow(self, name: str, unit: str) -> None:
        """Write down what a step that was taken means."""
        if name in ("refer", "decide"):
            self.sender = self.unit if name == "refer" else ""
            self.bound = self.bound or name == "decide"
            self.unit, self.hands, self.state = unit, self.hands + 1, "registered"
            self.objected = self.declined = False
            self.until = five_days_later(self.today())
        elif name == "object":
            self.state, self.objected, self.answer_by = "objected", True, five_days_later(self.today())
        elif name == "take back":
            self.unit, self.sender, self.hands, self.state = self.sender, "", self.hands + 1, "registered"
        elif name == "decline the objection":
            self.state, self.declined = "registered", True
        else:
            self.state = "disputed"

    def attempt(self, name: str, post: str, unit: str, *, reasons: bool = True) -> None:
        """Try a step at the door, and hold the answer against the Regulations."""
        said = SAYS.get(name, {"unit": unit, "reason": "归该单位。"})
        wrote = said if reasons else {key: value for key, value in said.items() if key == "unit"}
        answer = self.world.try_step(self.case, name, post, **wrote)
        self.world.settle()
        expected = self.allowed(name, post, unit, reasons=reasons)
        told = (answer.status_code, answer.get_json().get("code"))
        assert (answer.status_code == 200) == expected, f"{name} by {post} in {self.state}: {told}"
        if expected:
            self.follow(name, unit)

    @rule(
        name=st.sampled_from(STEPS),
        who=st.sampled_from(WHO),
        unit=st.sampled_from(ORGANS),
        reasons=st.sampled_from([True, True, True, False]),
    )
    def anybody_tries_anything(self, name: str, who: str, unit: str, reasons: bool) -> None:
        """Let somebody try something: mostly whoever has the case, or sent it."""
        named = {"lead": OFFICER.get(self.unit), "sender": OFFICER.get(self.sender)}
        self.attempt(name, named.get(who) or "county-head", unit, reasons=reasons)

    @rule(which=st.integers(0, 9), unit=st.sampled_from(ORGANS))
    def somebody_goes_on(self, which: int, unit: str) -> None:
        """Take one of the steps that are allowed, so that a case gets somewhere."""
        ways = [(name, post) for name in STEPS for post in POSTS if self.allowed(name, post, unit, reasons=True)]
        if ways:
            self.attempt(*ways[which % len(ways)], unit)

    @rule(half_days=st.sampled_from([1, 5, 11]))
    def time_passes(self, half_days: int) -> None:
        """Let half days go by, as long as the count by hand holds."""
        if self.today() < LAST_DAY:
            self.world.pass_days(half_days / 2)

    @invariant()
    def one_unit_has_it_and_only_who_is_asked_sees_it(self) -> None:
        """Hold who is responsible, and who sees it, against what was written down."""
        if not hasattr(self, "case"):
            return
        # Who sent it decides about an objection; it supervises the rest of the way where it stands above the unit.
        sent = {self.sender} - {""} if self.state == "objected" or self.sender in SUPERVISE else set()
        beside = sent | ({ABOVE} if self.state == "disputed" else set())
        with self.world.service("routing").reading() as session:
            row = session.scalars(select(CaseRow).where(CaseRow.reference == self.case["reference"])).one()
            seeing = select(CaseAccessRow.code).where(CaseAccessRow.case == row.id, CaseAccessRow.what == "unit")
            charged = select(CaseRow.unit).where(CaseRow.parent == row.id, CaseRow.relation == "charge")
            leaders = set(session.scalars(charged))  # whom the ladder of a long broken term put in charge
            broken = select(DeadlineRow.rule).where(DeadlineRow.case == row.id, DeadlineRow.status == "breached")
            above = SUPERVISE if session.scalars(broken).all() else set()
            assert (row.unit, row.state) == (self.unit, self.state)
            seen, least = set(session.scalars(seeing)), {self.unit, *beside, *leaders}
            if self.state == "registered":  # where they may supervise it by hand once it is late
                assert seen == {*least, *above}
            else:
                assert least <= seen <= {*least, *above}

    @invariant()
    def no_date_moves(self) -> None:
        """Hold each term that the resident was promised against what it was first."""
        if not hasattr(self, "case"):
            return
        with self.world.service("routing").reading() as session:
            found: dict[str, set[tuple[date, datetime]]] = {}
            mine = select(CaseRow.id).where(CaseRow.reference == self.case["reference"]).scalar_subquery()
            terms = session.scalars(select(DeadlineRow).where(DeadlineRow.case == mine)).all()
            for one in terms:
                if one.rule in ("petition.forward", "petition.notice"):
                    found.setdefault(one.rule, set()).add((one.due, one.due_at))
            many = [one for one in terms if one.rule == "petition.notice"]
            assert len(many) == min(self.hands, 1), "the notice of article 23 is owed once"
        for name, dates in found.items():
            assert dates == self.dates.setdefault(name, dates), f"{name} moved"


def run(examples: int) -> None:
    """Let the machine run."""
    how = settings(max_examples=examples, stateful_step_count=14, deadline=None, phases=[Phase.generate])
    run_state_machine_as_test(Referrals, settings=settings(how, suppress_health_check=list(HealthCheck)))


@pytest.fixture(autouse=True)
def county(embedded_world: World) -> None:
    """Give the machine a county, in which one case after the other comes in."""
    Referrals.world = embedded_world


def test_what_the_regulations_forbid_is_refused_and_what_they_allow_is_done() -> None:
    run(8)


def never_shut(right: Any) -> Any:
    return lambda step_, case: True if step_.name == "object" else right(step_, case)


def back_at_once(right: Any) -> Any:
    def pass_along(session: Any, row: Any, step_: Any, *more: Any) -> Any:
        return right(session, row, replace(step_, moves=SENDER) if step_.name == "object" else step_, *more)

    return pass_along


SENT = [("refer", "petition-officer", "water-bureau")]
OBJECTED = [*SENT, ("object", "water-officer", "")]
BACK = [*OBJECTED, ("take back", "petition-officer", "")]
DISPUTED = [
    *OBJECTED,
    ("decline the objection", "petition-officer", ""),
    ("ask the superior", "water-officer", ""),
]
BOUND = [*DISPUTED, ("decide", "county-head", "housing-bureau")]
PLANTS = [
    pytest.param(
        *(engine, "guard_holds", never_shut, [*SENT, 15, ("object", "water-officer", "")]),
        id="an objection is never too late",
    ),
    pytest.param(step, "pass_along", back_at_once, OBJECTED, id="it goes back without the sender"),
    pytest.param(
        *(dispute, "bound", lambda _: lambda _: False, [*BOUND, ("refer", "housing-officer", "liuhe-government")]),
        id="a decision does not bind",
    ),
    pytest.param(
        *(engine, "applies", lambda _: lambda *_: True, [*BACK, ("refer", "petition-officer", "housing-bureau")]),
        id="the notice is owed anew",
    ),
    pytest.param(handover, "read_along", lambda _: lambda *_: (), DISPUTED, id="who is asked does not see it"),
]


def walk(way: list[Any]) -> None:
    """Let a case go a way of steps and half days, and ask after each what the machine asks."""
    machine = Referrals()
    machine.submit()
    for one in way:
        if isinstance(one, int):
            machine.time_passes(one)
        else:
            machine.attempt(*one)
        machine.one_unit_has_it_and_only_who_is_asked_sees_it()
        machine.no_date_moves()


@pytest.mark.parametrize(("room", "name", "plant", "way"), PLANTS)
def test_the_machine_sees(
    monkeypatch: pytest.MonkeyPatch, room: Any, name: str, plant: Callable[[Any], Any], way: list[Any]
) -> None:
    walk(way)
    monkeypatch.setattr(room, name, plant(getattr(room, name)))
    with pytest.raises(AssertionError):
        walk(way)
