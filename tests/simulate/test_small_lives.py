"""Lives of one term, written by hand: a pause that lasts, a notice that comes late. The oracles see what is wrong."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from world import full_county

from lianxin.simulate.evidence import Book, Evidence, Told
from lianxin.simulate.oracles import ORACLES
from lianxin.simulate.town import Stillness
from mechanisms.mediation import mechanism
from shared.calendar.notice import Notice, counted_by
from shared.law.packs import load_rules
from shared.law.term import Term, held, recomputed, resumed, start_term

pytestmark = pytest.mark.quick

RULES = load_rules()
STARTED = datetime(2026, 12, 18, 1, tzinfo=UTC)
DAYS = (date(2027, 1, 2), date(2027, 1, 3), date(2027, 1, 9))
NOTICE = Notice(calendar="CN", year=2027, version=1, status="announced", source="a", off=(date(2027, 1, 1),), work=DAYS)
BEFORE, AFTER = counted_by((), "qinghe"), counted_by((NOTICE,), "qinghe")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+00:00")


def told(what: str, at: str, **data: Any) -> Told:
    said = {"instance": "a", "rule": "info.answer", "at": moment(at).isoformat(), **data}
    return Told("routing", f"deadline.{what}", "case", 0, moment(at), said, at)


def dated(what: str, at: str, term: Term, **data: Any) -> Told:
    return told(what, at, due=str(term.due), due_at=term.due_at.isoformat(), term=term.to_dict(), **data)


def life(*lines: Told, notice_at: str = "2027-01-14T02:00", **more: Any) -> Evidence:
    """Give what is known of one term until the end of March."""
    evidence = Evidence(
        ended=moment("2027-03-31T00:00"),
        told=lines,
        rows={"notification.messages": [{"case": "case", "template": "still"}]},
        books={"notification": Book((), {})},
        behind=(),
        accepted=(),
        failures=(),
        still=(),
        calendars=[(STARTED, ()), (moment(notice_at), (NOTICE,))],
        slug="qinghe",
        mechanisms={},
        rules=RULES,
        people={},
        ladder=full_county().ladder,
    )
    return replace(evidence, **more)


def found(name: str, evidence: Evidence) -> list[str]:
    return [what for _, what in ORACLES[name](evidence)]


TERM = start_term(RULES["info.answer"], STARTED, BEFORE)
BEGAN = dated("started", "2026-12-18T01:00", TERM)
AT_ONCE = recomputed(TERM, RULES["info.answer"], AFTER)  # due on the 13th
HELD = held(AT_ONCE, TERM, date(2027, 1, 14), AFTER)
MOVED = dated("moved", "2027-01-14T02:00", HELD, before=str(TERM.due))
PAUSE = date(2027, 1, 15), date(2027, 1, 25)


def test_a_late_notice_gives_a_working_day_and_a_pause_moves_that_day_on():
    later = resumed(HELD, RULES["info.answer"], *PAUSE, AFTER)
    going_on = dated("resumed", "2027-01-25T02:00", later)
    assert found("I13 dates", life(BEGAN, MOVED, going_on)) == []


def test_a_term_that_a_late_notice_ends_at_once_is_seen():
    ended = dated("moved", "2027-01-14T02:00", AT_ONCE, before=str(TERM.due))
    assert any("which nobody could know of in time" in line for line in found("I13 dates", life(BEGAN, ended)))


def test_a_pause_that_gives_no_day_back_is_seen():
    pauses = resumed(HELD, RULES["info.answer"], *PAUSE, AFTER).pauses
    lost = dated("resumed", "2027-01-25T02:00", replace(HELD, pauses=pauses))
    assert found("I13 dates", life(BEGAN, MOVED, lost))


PAUSED = told("paused", "2027-01-05T02:00", reason="question")
REMINDED = told("rung_reached", "2027-01-20T16:00", rung="still")  # the end of the fifteenth day after
ANSWERED = dated("resumed", "2027-01-26T02:00", TERM)
RUNGS = "rungs of the ladder"


def test_a_pause_that_was_recalled_gives_no_finding():
    met = told("met", "2027-01-27T02:00")
    assert found(RUNGS, life(BEGAN, PAUSED, REMINDED, ANSWERED, met)) == []


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        pytest.param((PAUSED, ANSWERED), "still was never told", id="forgotten until the answer"),
        pytest.param((PAUSED, REMINDED), "still_long was never told", id="forgotten to the end"),
        pytest.param((PAUSED, REMINDED, REMINDED, ANSWERED), "still was told at", id="twice"),
        pytest.param(
            (PAUSED, told("rung_reached", "2027-01-20T15:59", rung="still"), ANSWERED),
            "still was told at",
            id="too early",
        ),
        pytest.param((PAUSED, ANSWERED, REMINDED), "still after deadline.resumed", id="when it was over"),
    ],
)
def test_a_pause_that_was_not_recalled_as_it_should_is_seen(lines, words):
    assert any(words in line for line in found(RUNGS, life(BEGAN, *lines)))


def test_an_outage_until_the_pause_ends_excuses_it_and_a_shorter_one_does_not():
    still = [Stillness("routing", moment("2027-01-19T00:00"), moment("2027-01-27T00:00"))]
    shorter = [Stillness("routing", moment("2027-01-19T00:00"), moment("2027-01-22T00:00"))]
    words = "still was never told"
    assert not any(words in line for line in found(RUNGS, life(BEGAN, PAUSED, ANSWERED, still=still)))
    assert any(words in line for line in found(RUNGS, life(BEGAN, PAUSED, ANSWERED, still=shorter)))


def test_a_reminder_that_nobody_wrote_is_seen():
    nothing = {"notification.messages": []}
    lines = (BEGAN, PAUSED, REMINDED, ANSWERED)
    assert any("no reminder was written" in line for line in found(RUNGS, life(*lines, rows=nothing)))
    assert not any("no reminder was written" in line for line in found(RUNGS, life(*lines)))


def happened(what: str, at: str, seq: int, **data: Any) -> Told:
    return Told("routing", f"case.{what}", "case", seq, moment(at), data, f"{what}{seq}")


def a_step(at: str, seq: int, name: str) -> Told:
    return happened("stepped", at, seq, step=name, by="mediator")


A_BAR = {"units": [], "barred": ["p-1"]}
ASIDE = (happened("access_changed", "2027-01-10T03:00", 7, **A_BAR), a_step("2027-01-10T03:00", 8, "step aside"))


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        pytest.param(ASIDE, [], id="who steps aside is barred by that"),
        pytest.param((*ASIDE, a_step("2027-01-11T03:00", 9, "warn")), ["warn"], id="and takes no step afterwards"),
        pytest.param((ASIDE[0], replace(ASIDE[1], seq=9)), ["step aside"], id="barred by another deed"),
        pytest.param((ASIDE[0], a_step("2027-01-10T03:00", 8, "warn")), ["warn"], id="a step that bars nobody"),
    ],
)
def test_whoever_bars_himself_by_a_step_took_it_before(lines, wrong):
    steps = [one.data["step"] for one in lines if one.what == "case.stepped"]
    taken = [
        {"case": "case", "number": at, "step": step, "role": "mediator", "person": "p-1"}
        for at, step in enumerate(steps)
    ]
    rows = {"routing.steps": taken, "notification.messages": []}
    seen = life(*lines, rows=rows, mechanisms={"mediation": mechanism}, people={"p-1": frozenset({"p-1"})})
    assert found("barred people", seen) == [f"{step} was taken by somebody who was barred" for step in wrong]
