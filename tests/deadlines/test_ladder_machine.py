"""A state machine on one term: whatever befalls it and its clocks, each rung comes once, in order, in its time."""

import itertools
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from rungs import climbs, wrong_rungs
from sqlalchemy import inspect, select
from world import World, make_world

from services.routing import clocks, extension, ladder
from services.routing.models import CaseRow, DeadlineRow
from shared.county.structure import Rung
from shared.kit.session import Session
from shared.kit.timers import Timers
from shared.workflow.declare import Deadline, Step

RUNS = settings(max_examples=12, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck))
EXTEND = Step("extend", "accepted", "=", "head", extends="petition.handle", basis="34")
PLANTED = settings(RUNS, max_examples=400, phases=[Phase.generate], report_multiple_bugs=False)  # it ends when found
DAY = timedelta(days=1)


class Climbing(RuleBasedStateMachine):
    """One term of a fresh case, in a world that all runs share."""

    world: ClassVar[World]
    values: ClassVar[dict[str, Any]]
    numbers = itertools.count()

    @initialize()
    def begin(self):
        self.case = f"{next(self.numbers):032x}"
        self.routing = self.world.service("routing")
        with self.routing.transaction(self.world.clock.now()) as session:
            row = CaseRow(**{**self.values, "id": self.case, "reference": self.case[-12:]})
            session.add(row)
            session.flush()
            clocks.start(session, row, [Deadline("petition.handle")], session.now)

    def act(self, do: Callable[[Session, CaseRow], None]) -> None:
        """Do something as a step does it: first the clock's own work, where the case still runs."""
        with self.routing.transaction(self.world.clock.now()) as session:
            row = session.get_one(CaseRow, self.case)
            clocks.catch_up(session, row, session.now)
            do(session, row)

    def term(self, status: str) -> DeadlineRow | None:
        with self.routing.reading() as session:
            rows = select(DeadlineRow).where(DeadlineRow.case == self.case, DeadlineRow.status == status)
            return session.scalars(rows).first()

    @rule()
    def the_timers_run(self):
        while Timers(self.routing).step(self.world.clock.now()):
            pass

    @rule(days=st.integers(1, 40))
    def days_pass(self, days):
        for _ in range(days):
            self.world.clock.set_to(self.world.clock.now() + DAY)
            self.the_timers_run()

    @rule(days=st.integers(1, 90))
    def nobody_is_awake(self, days):
        self.world.clock.set_to(self.world.clock.now() + days * DAY)

    @rule()
    def pause(self):
        self.act(lambda session, row: clocks.pause(session, row, "question"))

    @precondition(lambda self: self.term("paused"))
    @rule()
    def resume(self):
        self.act(clocks.resume)

    @precondition(lambda self: not self.term("extended"))
    @rule()
    def extend(self):
        self.act(lambda session, row: extension.extend(session, row, EXTEND, "head"))

    @precondition(lambda self: self.term("open"))
    @rule(days=st.sampled_from([-3, 1, 30]))
    def count_anew(self, days):
        self.act(lambda session, row: moved(session, row, days))

    @rule()
    def meet(self):
        self.act(lambda session, row: clocks.meet(session, row, ["petition.handle"]))

    @rule()
    def close(self):
        self.act(closed)

    @invariant()
    def each_once_in_order_in_its_time(self):
        told = climbs(self.world, self.case)
        assert list(wrong_rungs(told, self.world.deployment.county.ladder)) == []

    def teardown(self):
        self.the_timers_run()
        self.each_once_in_order_in_its_time()


def moved(session: Session, row: CaseRow, days: int) -> None:
    """Let a notice of days off move what runs."""
    running = select(DeadlineRow).where(DeadlineRow.case == row.id, DeadlineRow.status == "open")
    for one in session.scalars(running):
        one.due_at += days * DAY
        clocks.replan(session, one)


def closed(session: Session, row: CaseRow) -> None:
    """Close the case with whatever runs in it."""
    clocks.void(session, row, "closed")
    row.phase = "closed"


@pytest.fixture
def machine(tmp_path) -> Iterator[type[Climbing]]:
    """Give the machine in a world with a case to copy."""
    world = make_world(tmp_path / "home")
    receipt = world.submit("petitions", "petition", category="housing")
    with world.service("routing").reading() as session:
        found = session.scalars(select(CaseRow).where(CaseRow.reference == receipt["reference"])).one()
        Climbing.values = {column.key: getattr(found, column.key) for column in inspect(CaseRow).column_attrs}
    Climbing.world = world
    yield Climbing
    world.loop.close()


@pytest.mark.slow
def test_each_rung_at_most_once_in_order_and_none_after_the_end(machine):
    run_state_machine_as_test(machine, settings=RUNS)


def in_any_state(session: Session, deadline: DeadlineRow) -> Iterator[Rung]:
    told = set(deadline.rungs or ())
    yield from (rung for rung in session.here.county.ladder if rung.code not in told)


def only_by_state(session: Session, deadline: DeadlineRow) -> Iterator[Rung]:
    for rung in session.here.county.ladder:
        if (rung.left is not None) == (deadline.status == "open"):
            yield rung


@pytest.mark.slow
@pytest.mark.parametrize("bug", [in_any_state, only_by_state], ids=["at the wrong time of its life", "no mark"])
def test_the_machine_finds_a_planted_bug(machine, monkeypatch, bug):
    monkeypatch.setattr(ladder, "_ahead", bug)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine, settings=PLANTED)
