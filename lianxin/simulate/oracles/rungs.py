"""The ladder of a term: each rung once, in order, when it is time, none after the term's end."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from lianxin.simulate.evidence import Evidence, Told
from lianxin.simulate.oracles.finding import Wrong
from shared.county.structure import Rung

AT_MOST = timedelta(seconds=60)
RUNG = "deadline.rung_reached"
RUNS = ("deadline.started", "deadline.resumed", "deadline.moved", "deadline.approaching")
QUIET = ("deadline.moved", "deadline.approaching")  # they leave a term as it stands


def wrong(evidence: Evidence) -> Wrong:
    """Say where a rung came twice, out of order, too early, at the wrong time of a term's life, or not at all."""
    closed = {one.subject for one in evidence.of("case.closed")}
    for case, told in evidence.by_subject("deadline.").items():
        for instance in dict.fromkeys(str(one.data["instance"]) for one in told):
            mine = [one for one in told if one.data["instance"] == instance]
            yield from ((case, line) for line in _climbed(mine, evidence, ended=case in closed))


def _climbed(told: Sequence[Told], evidence: Evidence, *, ended: bool) -> Iterator[str]:
    ladder = {rung.code: rung for rung in evidence.ladder}
    state, due, reached = "", datetime.max.replace(tzinfo=evidence.ended.tzinfo), list[str]()
    for one in told:
        if "due_at" in one.data and one.what in RUNS:
            due = datetime.fromisoformat(str(one.data["due_at"]))
        if one.what == RUNG:
            rung = ladder[str(one.data["rung"])]
            yield from _out_of_place(one, rung, state, reached, list(ladder))
            if rung.left is not None and datetime.fromisoformat(str(one.data["at"])) >= due:
                yield f"{one.data['rule']}: {rung.code} was told when it was over"
            if rung.late is not None and datetime.fromisoformat(str(one.data["at"])) < due + timedelta(days=rung.late):
                yield f"{one.data['rule']}: {rung.code} was told too early"
            reached.append(rung.code)
        elif one.what not in QUIET:
            state = one.what
    if state == "deadline.breached" and not ended:
        for rung in evidence.ladder:
            over = rung.late is not None and due + timedelta(days=rung.late) + AT_MOST < evidence.ended
            if over and rung.code not in reached:
                yield f"{told[0].data['rule']}: {rung.code} was never told"


def _out_of_place(one: Told, rung: Rung, state: str, reached: Sequence[str], order: Sequence[str]) -> Iterator[str]:
    if any(order.index(before) >= order.index(rung.code) for before in reached):
        yield f"{one.data['rule']}: {rung.code} after {reached[-1]}"
    lives = ("deadline.started", "deadline.resumed") if rung.left is not None else ("deadline.breached",)
    if state not in lives:
        yield f"{one.data['rule']}: {rung.code} after {state}"
