"""Every oracle is content with an honest season, and sees each bug that is planted in what the season left behind."""

import base64
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxin.simulate.evidence import Evidence, Mail, Told
from lianxin.simulate.oracles import ORACLES
from lianxin.simulate.oracles.dates import WallCalendar, counted
from lianxin.simulate.trespass import DOORS
from shared.law.packs import load_rules
from tests.law import days_off, oracle

Plant = Callable[[Evidence], Evidence]


def found(evidence: Evidence, name: str) -> list[str]:
    return [what for _, what in ORACLES[name](evidence)]


def test_an_honest_season_gives_no_finding(season):
    assert season.findings == ()
    assert season.evidence.accepted


def test_whoever_is_barred_came_to_every_door_and_was_let_into_those_that_are_his(season):
    tried = {what.removeprefix("barred at ").partition(": ")[::2] for what in season.answers if "barred at" in what}
    assert {door for door, _ in tried} == {door for doors in DOORS.values() for door in doors}
    assert {door for door, said in tried if said == "200"} >= {
        "/desk",
        "/desk/messages",
        "/api/v1/desk/cases?limit=100",
    }
    assert season.evidence.mails


def test_a_step_that_the_platform_took_is_nobodys(season):
    """A parent that follows the end of its child has a row for it, and no person."""
    evidence = season.evidence
    steps = [row for row in evidence.rows["routing.steps"] if row["complete"] and row["step"] != "recusal"]
    followed = (one for one, after in pairwise(steps) if one["case"] == after["case"] and one["step"] != after["step"])
    taken = next(one for one in followed if one["number"] == 1)
    told = first(evidence, "case.stepped", lambda one: one.subject == taken["case"])
    by_the_platform = changed(evidence, told, by="platform")
    as_rows = rows(
        by_the_platform,
        "routing.steps",
        lambda all_of: ({**one, "role": "platform"} if one is taken else one for one in all_of),
    )
    assert found(as_rows, "barred people") == []
    assert found(by_the_platform, "barred people") != []


def test_a_party_may_be_reminded_once(season):
    assert found(reminded(season.evidence, 1), "I14 clocks and order") == []
    assert found(reminded(season.evidence, 1), "rungs of the ladder") == []


def test_what_the_ladder_asks_for_while_it_is_open_need_not_be_opened_again(season):
    """Its first request came late, because intake stood still: intake opens one."""
    assert found(asked_again(season.evidence, timedelta(seconds=-1)), "effects once") == []


def first(evidence: Evidence, what: str, fits: Callable[[Told], bool] = lambda _: True) -> Told:
    return next(one for one in evidence.of(what) if fits(one))


def changed(evidence: Evidence, one: Told, **data: Any) -> Evidence:
    """Let a fact say something else."""
    other = replace(one, data={**one.data, **data})
    return replace(evidence, told=[other if told is one else told for told in evidence.told])


def without(evidence: Evidence, one: Told) -> Evidence:
    return replace(evidence, told=[told for told in evidence.told if told is not one])


def repeated(evidence: Evidence, one: Told) -> Evidence:
    """Tell a fact twice, the second time at the end of its subject."""
    last = max(told.seq for told in evidence.told if (told.service, told.subject) == (one.service, one.subject))
    return replace(evidence, told=[*evidence.told, replace(one, seq=last + 1)])


def rows(evidence: Evidence, table: str, change: Callable[[Iterable[Any]], Iterator[Any]]) -> Evidence:
    return replace(evidence, rows={**evidence.rows, table: list(change(evidence.rows[table]))})


def later(moment: str, **by: float) -> str:
    return (datetime.fromisoformat(moment) + timedelta(**by)).isoformat()


def first_row(evidence: Evidence, table: str, **changes: Any) -> Evidence:
    return rows(evidence, table, lambda all_of: ({**one, **(changes if not n else {})} for n, one in enumerate(all_of)))


def in_time(one: Told) -> bool:
    return not one.data["stopped_since"]


def signed_beside_others(evidence: Evidence) -> Told:
    """Give a step that wrote a letter of a series which has more than one."""
    letters = evidence.rows["routing.letters"]
    series = Counter(str(row["number"]).rpartition("〕")[0] for row in letters)
    row = next(row for row in letters if series[str(row["number"]).rpartition("〕")[0]] > 1)
    return first(evidence, "case.stepped", lambda one: (one.subject, one.at) == (row["case"], row["signed_at"]))


def noted_late(evidence: Evidence) -> Evidence:
    one = first(evidence, "deadline.breached", in_time)
    return changed(evidence, one, at=later(one.data["at"], minutes=2))


def broken_early(evidence: Evidence) -> Evidence:
    one = first(evidence, "deadline.breached", in_time)
    return changed(evidence, one, at=later(one.data["at"], seconds=-1))


def met_too_late(evidence: Evidence) -> Evidence:
    one = first(evidence, "deadline.met")
    return changed(evidence, one, at=later(one.data["at"], days=300))


def met_too_late_where_somebody_asked(evidence: Evidence) -> Evidence:
    """Of a case in which the resident asked for a step in time: that was another one."""
    asked = {one.subject for one in evidence.of("case.step_asked")}
    one = first(evidence, "deadline.met", lambda one: one.subject in asked)
    return changed(evidence, one, at=later(one.data["at"], days=300))


def a_breach_unnoted(evidence: Evidence) -> Evidence:
    """Take away a breach after which nothing more was told: one that was met late still ended."""
    met = {one.data["instance"] for one in evidence.of("deadline.met_late")}
    return without(evidence, first(evidence, "deadline.breached", lambda one: one.data["instance"] not in met))


def a_bar_before_the_step(evidence: Evidence) -> Evidence:
    """Bar, before its first step, whoever took a case's first step."""
    taken = next(row for row in evidence.rows["routing.steps"] if str(row["person"]) in evidence.people)
    access = first(evidence, "case.access_changed", lambda one: one.subject == taken["case"])
    return changed(evidence, access, barred=[*access.data["barred"], taken["person"]])


def a_bar_before_the_message(evidence: Evidence) -> Evidence:
    sent = next(row for row in evidence.rows["notification.messages"] if row["person"])
    access = first(evidence, "case.access_changed", lambda one: one.subject == sent["case"])
    return changed(evidence, access, barred=[*access.data["barred"], sent["person"]])


def a_mail_to_the_barred(evidence: Evidence) -> Evidence:
    """Let a mail that left name a case from which its reader was barred from the first moment on."""
    barred = a_bar_before_the_message(evidence)
    case, person = next((row["case"], row["person"]) for row in evidence.rows["notification.messages"] if row["person"])
    mail = Mail(str(person), evidence.ended, f"有一件新事项：{evidence.references[str(case)]}。")
    return replace(barred, rows={**evidence.rows, "notification.messages": []}, mails=[mail])


def a_bar_is_forgotten(evidence: Evidence) -> Evidence:
    return replace(evidence, bars={**evidence.bars, "supervision": {}})


def a_leaf_is_missing(evidence: Evidence) -> Evidence:
    book = evidence.books["routing"]
    return replace(
        evidence, books={**evidence.books, "routing": replace(book, leaves=book.leaves[:5] + book.leaves[6:])}
    )


def a_leaf_is_changed(evidence: Evidence) -> Evidence:
    book = evidence.books["intake"]
    leaves = [(number, fact, b"x" if number == 3 else found) for number, fact, found in book.leaves]
    return replace(evidence, books={**evidence.books, "intake": replace(book, leaves=leaves)})


def a_seal_lies(evidence: Evidence) -> Evidence:
    one = first(evidence, "journal.sealed")
    return changed(evidence, one, hashes=[base64.b64encode(b"x" * 32).decode(), *one.data["hashes"][1:]])


def due_a_day_later(evidence: Evidence) -> Evidence:
    one = first(evidence, "deadline.started")
    day = date.fromisoformat(one.data["due"]) + timedelta(days=1)
    return changed(evidence, one, due=day.isoformat(), due_at=later(one.data["due_at"], days=1))


def a_rung_untold(evidence: Evidence) -> Evidence:
    """Leave out a rung of a term that is still owed."""
    done = {one.data["instance"] for one in evidence.of("deadline.met_late")}
    closed = {one.subject for one in evidence.of("case.closed")}
    owed = first(
        evidence,
        "deadline.rung_reached",
        lambda one: one.data["rung"] == "breach" and one.data["instance"] not in done and one.subject not in closed,
    )
    return without(evidence, owed)


def asked_again(evidence: Evidence, after: timedelta) -> Evidence:
    """Let the ladder ask once more for what it opened, so long after what came of it was closed, or the end."""
    asked = first(evidence, "case.requested", lambda one: one.subject.startswith("rung/"))
    same = ("parent", "relation")
    came = [one for one in evidence.of("case.submitted") if all(one.data[name] == asked.data[name] for name in same)]
    closed = {one.subject: one.at for one in evidence.of("case.closed")}
    over = max(closed.get(one.subject, evidence.ended) for one in came)
    again = replace(asked, subject=f"{asked.subject}/2", seq=1, at=over + after)
    return replace(evidence, told=[*evidence.told, again])


def reminded(evidence: Evidence, times: int) -> Evidence:
    """Let who has a term of his own be reminded of it, so many times; nothing else was told of it but its start."""
    told = Counter(one.data["instance"] for one in evidence.told if one.what.startswith("deadline."))
    begun = first(evidence, "deadline.started", lambda one: told[one.data["instance"]] == 1)
    for _ in range(times):
        evidence = repeated(evidence, replace(begun, what="deadline.own_near"))
    return evidence


PLANTS: dict[str, tuple[str, Plant]] = {
    "a step from where the case does not stand": (
        "I11 legal steps",
        lambda it: changed(it, first(it, "case.stepped"), state_from="closed"),
    ),
    "a step to where it does not lead": (
        "I11 legal steps",
        lambda it: changed(it, first(it, "case.stepped"), state="promised"),
    ),
    "a period that is asked for twice": (
        "recurring duties",
        lambda it: repeated(it, first(it, "case.requested", lambda one: one.subject.startswith("duty/"))),
    ),
    "a period that is forgotten": (
        "recurring duties",
        lambda it: without(it, first(it, "case.requested", lambda one: one.subject.startswith("duty/"))),
    ),
    "a case that closes twice": ("I11 legal steps", lambda it: repeated(it, first(it, "case.closed"))),
    "a row that says another state": ("I11 legal steps", lambda it: first_row(it, "routing.cases", state="nowhere")),
    "a breach that nobody noted": (
        "I12 one end for each obligation",
        a_breach_unnoted,
    ),
    "a breach noted after two minutes": ("I12 one end for each obligation", noted_late),
    "a breach noted too early": ("I12 one end for each obligation", broken_early),
    "an outage that there never was": (
        "I12 one end for each obligation",
        lambda it: changed(
            it, first(it, "deadline.breached", in_time), stopped_since=it.ended.isoformat(), stopped_until="x"
        ),
    ),
    "met when it was over": ("I12 one end for each obligation", met_too_late),
    "met when it was over, and somebody asked": ("I12 one end for each obligation", met_too_late_where_somebody_asked),
    "due a day later": ("I13 dates", due_a_day_later),
    "over at another hour": (
        "I13 dates",
        lambda it: changed(it, one := first(it, "deadline.started"), due_at=later(one.data["due_at"], hours=1)),
    ),
    "a breach told twice": (
        "I14 clocks and order",
        lambda it: repeated(it, first(it, "deadline.breached")),
    ),
    "a party reminded twice": ("I14 clocks and order", lambda it: reminded(it, 2)),
    "a hole in the order": ("I14 clocks and order", lambda it: without(it, first(it, "case.routed"))),
    "a row that came back to life": (
        "I14 clocks and order",
        lambda it: first_row(it, "routing.deadlines", status="revived"),
    ),
    "a rung told twice": (
        "rungs of the ladder",
        lambda it: repeated(it, first(it, "deadline.rung_reached")),
    ),
    "a rung told to nobody": (
        "rungs of the ladder",
        a_rung_untold,
    ),
    "a rung too early": (
        "rungs of the ladder",
        lambda it: changed(
            it,
            one := first(it, "deadline.rung_reached", lambda one: one.data["rung"] == "breach"),
            at=later(one.data["at"], days=-1),
        ),
    ),
    "a rung that waits for no breach": (
        "rungs of the ladder",
        lambda it: changed(
            it, first(it, "deadline.rung_reached", lambda one: one.data["rung"] == "remind"), rung="circular"
        ),
    ),
    "a barred person took a step": ("barred people", a_bar_before_the_step),
    "a barred person was written to": ("barred people", a_bar_before_the_message),
    "a barred person got a mail": ("barred people", a_mail_to_the_barred),
    "a service forgot a bar": ("barred people", a_bar_is_forgotten),
    "a barred person read a case": (
        "barred people",
        lambda it: replace(it, failures=[("", "x is barred, asked for the case and got it")]),
    ),
    "two units": ("one responsible unit", lambda it: repeated(it, first(it, "case.routed"))),
    "a unit that is not seen": (
        "one responsible unit",
        lambda it: changed(it, first(it, "case.access_changed"), units=["nobody"]),
    ),
    "a leaf is missing": ("journals and seals", a_leaf_is_missing),
    "a leaf is changed": ("journals and seals", a_leaf_is_changed),
    "a seal lies": ("journals and seals", a_seal_lies),
    "a seal is missing": ("journals and seals", lambda it: without(it, first(it, "journal.sealed"))),
    "a receipt without a case": ("effects once", lambda it: replace(it, accepted=[*it.accepted, "QH-LOST"])),
    "a case is told twice": ("effects once", lambda it: repeated(it, first(it, "case.submitted"))),
    "a case that the ladder opened is lost": (
        "effects once",
        lambda it: without(it, first(it, "case.submitted", lambda one: one.data["relation"] == "directive")),
    ),
    "what the ladder asked for is not opened": (
        "effects once",
        lambda it: asked_again(it, timedelta(seconds=1)),
    ),
    "a letter number twice": (
        "effects once",
        lambda it: rows(it, "routing.letters", lambda all_of: (one for each in all_of for one in (each, each))),
    ),
    "two units in one series": (
        "effects once",
        lambda it: changed(it, signed_beside_others(it), unit="county-discipline"),
    ),
    "something waits for ever": ("effects once", lambda it: replace(it, behind=["routing: 1 rows are left in unsent"])),
    "a door failed": ("doors", lambda it: replace(it, failures=[("", "submit was answered by 500")])),
}


@pytest.mark.parametrize("plant", PLANTS)
def test_an_oracle_sees_what_is_planted(season, plant):
    name, change = PLANTS[plant]
    assert found(season.evidence, name) == []
    assert found(change(season.evidence), name)


def test_a_late_breach_must_name_the_outage_that_covered_it(season):
    """The season's clock stands still over a due moment, as an outage would have it, with and without its name."""
    name = "I12 one end for each obligation"
    one = first(season.evidence, "deadline.breached", in_time)
    due = datetime.fromisoformat(one.data["at"])
    since, until = due - timedelta(hours=1), due + timedelta(hours=5)
    still = replace(season.evidence.still[0], what="routing", since=since, until=until)
    covered = replace(season.evidence, still=[still])
    late = {"at": until.isoformat(), "stopped_since": since.isoformat(), "stopped_until": until.isoformat()}
    mine = [what for _, what in ORACLES[name](changed(covered, one, **late)) if str(due) in what]
    assert mine == []
    unnamed = {**late, "stopped_since": None, "stopped_until": None}
    assert found(changed(covered, one, **unnamed), name)


RULES = [rule for rule in load_rules().values() if rule.calendar == "CN" and rule.unit != "hour"]


@pytest.mark.quick
@given(st.sampled_from(RULES), st.dates(date(2020, 6, 1), date(2026, 3, 1)), st.integers(0, 20), st.integers(0, 9))
def test_the_day_by_day_count_agrees_with_another_packages_days(rule, day, from_, days):
    paused = (day + timedelta(days=from_), day + timedelta(days=from_ + days))
    measure = {
        "started_on": day.isoformat(),
        "quantity": rule.quantity,
        "unit": rule.unit,
        "roll": rule.roll,
        "pauses": [{"first": paused[0].isoformat(), "last": paused[1].isoformat()}],
    }
    try:
        other = oracle.last_day(rule, day, (paused,), partial(days_off.works, "CN"))
    except NotImplementedError:  # past the years that the other package knows
        return
    assert counted(measure, WALL.works) == other


WALL = WallCalendar((), "qinghe")
