"""The ladder of a term: each rung once, in order, when it is time, none after the term's end; no pause is forgotten."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from lianxin.simulate.evidence import Evidence, Told
from lianxin.simulate.oracles.finding import Wrong
from shared.county.structure import Rung
from shared.law.rule import BESIDE

AT_MOST = timedelta(seconds=60)
HERE = ZoneInfo("Asia/Shanghai")
RUNG, PAUSED = "deadline.rung_reached", "deadline.paused"
RUNS = ("deadline.started", "deadline.resumed", "deadline.moved", "deadline.approaching")
QUIET = ("deadline.moved", "deadline.approaching", "deadline.own_near")  # they leave a term as it stands
REMINDS = "still"  # what a mail to a resident is called


def wrong(evidence: Evidence) -> Wrong:
    """Say where a rung came twice, out of order, too early, at the wrong time of a term's life, or not at all."""
    closed = {one.subject for one in evidence.of("case.closed")}
    for case, told in evidence.by_subject("deadline.").items():
        for instance in dict.fromkeys(str(one.data["instance"]) for one in told):
            mine = [one for one in told if one.data["instance"] == instance]
            yield from ((case, line) for line in _climbed(mine, evidence, ended=case in closed))
            if case not in closed:
                yield from ((case, line) for line in _forgotten(mine, evidence))
    yield from _unsent(evidence)


def _climbed(told: Sequence[Told], evidence: Evidence, *, ended: bool) -> Iterator[str]:
    ladder = {rung.code: rung for rung in evidence.ladder}
    state, due, reached = "", datetime.max.replace(tzinfo=evidence.ended.tzinfo), list[str]()
    for one in told:
        if "due_at" in one.data and one.what in RUNS:
            due = datetime.fromisoformat(str(one.data["due_at"]))
        if one.what == RUNG:
            rung = ladder[str(one.data["rung"])]
            yield from _out_of_place(one, rung, state, reached, list(ladder))
            yield from _at_the_wrong_time(one, rung, due)
            if rung.paused is None:
                reached.append(rung.code)
        elif one.what not in QUIET:
            state = one.what
    if state == "deadline.breached" and not ended:
        for rung in evidence.ladder:
            over = rung.late is not None and due + timedelta(days=rung.late) + AT_MOST < evidence.ended
            if over and rung.code not in reached:
                yield f"{told[0].data['rule']}: {rung.code} was never told"


def _at_the_wrong_time(one: Told, rung: Rung, due: datetime) -> Iterator[str]:
    if rung.left is not None and _moment(one) >= due:
        yield f"{one.data['rule']}: {rung.code} was told when it was over"
    if rung.late is not None and _moment(one) < due + timedelta(days=rung.late):
        yield f"{one.data['rule']}: {rung.code} was told too early"


def _out_of_place(one: Told, rung: Rung, state: str, reached: Sequence[str], order: Sequence[str]) -> Iterator[str]:
    if any(order.index(before) >= order.index(rung.code) for before in reached):
        yield f"{one.data['rule']}: {rung.code} after {reached[-1]}"
    lives = ("deadline.started", "deadline.resumed") if rung.left is not None else ("deadline.breached",)
    if state not in (lives if rung.paused is None else (PAUSED,)):
        yield f"{one.data['rule']}: {rung.code} after {state}"


def _forgotten(told: Sequence[Told], evidence: Evidence) -> Iterator[str]:
    """Say where a term stood still for longer than a rung says, and nobody was reminded then, or more than once."""
    told = [one for one in told if one.what not in QUIET]
    for number, one in enumerate(told):
        if one.what != PAUSED:
            continue
        after = told[number + 1 :]
        ends = next((number for number, later in enumerate(after) if later.what != RUNG), len(after))
        until = _moment(after[ends]) if ends < len(after) else evidence.ended
        moments = [(str(each.data["rung"]), _moment(each)) for each in after[:ends]]
        for rung in (rung for rung in evidence.ladder if rung.paused is not None):
            due = _days_into(one, rung.paused or 0)
            said = [at for code, at in moments if code == rung.code]
            if not said and due + AT_MOST < until and not _asleep(evidence, due, until):
                yield f"{one.data['rule']}: paused at {one.data['at']} until {until}, and {rung.code} was never told"
            if len(said) > 1 or (said and said[0] < due):
                yield f"{one.data['rule']}: paused at {one.data['at']}, and {rung.code} was told at {said}"


def _moment(one: Told) -> datetime:
    return datetime.fromisoformat(str(one.data["at"]))


def _days_into(paused: Told, days: int) -> datetime:
    """Give the midnight after so many whole days of a pause; the day on which it began is not among them."""
    day = _moment(paused).astimezone(HERE).date() + timedelta(days=days + 1)
    return datetime.combine(day, time(), HERE)


def _asleep(evidence: Evidence, due: datetime, until: datetime) -> bool:
    """Tell whether nobody was there to remind from the moment on until the pause ended."""
    return any(one.what in ("routing", "clock") and one.since <= due < until <= one.until for one in evidence.still)


def _unsent(evidence: Evidence) -> Wrong:
    """Say where a resident was to be reminded, and neither a mail was made nor a reason given why there is none."""
    to_residents = {rung.code for rung in evidence.ladder if rung.tells == "resident"}
    if "notification" not in evidence.books:  # a county without it sends none
        return
    made = {str(row["case"]) for row in evidence.rows["notification.messages"] if row["template"] == REMINDS}
    made |= {one.subject for one in evidence.of("message.suppressed") if one.data["template"] == REMINDS}
    for one in evidence.of(RUNG):
        promised = one.data["rule"] not in BESIDE  # a day between offices is nothing that a resident waits for
        if promised and one.data["rung"] in to_residents and one.subject not in made:
            yield one.subject, f"{one.data['rule']}: {one.data['rung']} was told, and no reminder was written"
