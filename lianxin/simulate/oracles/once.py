"""Everything that was accepted had its effects, each once; and no door failed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from lianxin.simulate.evidence import Evidence, Told
from lianxin.simulate.oracles.finding import Wrong


def wrong(evidence: Evidence) -> Wrong:
    """Say what is lost, doubled, or still on its way after all is calm."""
    yield from _cases(evidence)
    yield from _letters(evidence)
    yield from _opened(evidence)
    sent = Counter(str(one.data.get("message")) for one in evidence.of("message.sent") if one.data.get("message"))
    yield from (("", f"message {name} was sent {times} times") for name, times in sent.items() if times > 1)
    yield from (("", line) for line in evidence.behind)


def _cases(evidence: Evidence) -> Wrong:
    """Each receipt stands for one case at intake and at routing, told and routed once."""
    for place in ("intake.cases", "routing.cases"):
        known = Counter(str(row["reference"]) for row in evidence.rows[place])
        for reference in evidence.accepted:
            if known[reference] != 1:
                yield "", f"{reference} was accepted, and {place} has it {known[reference]} times"
        yield from (("", f"{place} has {name} {times} times") for name, times in known.items() if times > 1)
    for what in ("case.submitted", "case.routed"):
        told = Counter(one.subject for one in evidence.of(what))
        cases = [str(row["id"]) for row in evidence.rows["intake.cases"]]
        yield from ((case, f"{what} was told {told[case]} times") for case in cases if told[case] != 1)


def _letters(evidence: Evidence) -> Wrong:
    """Letters are numbered 1, 2, 3 in each series, as their numbers say; a series is one unit's that signed them."""
    numbers: dict[str, list[int]] = {}
    units: dict[str, set[str]] = {}
    signed_by = {(one.subject, one.at): str(one.data["unit"]) for one in evidence.of("case.stepped")}
    gave = {(one.subject, one.at): str(one.data["unit_from"]) for one in evidence.of("case.handed_over")}
    signed_by |= {signed: unit for signed, unit in gave.items() if signed in signed_by}  # signed, then given away
    for row in evidence.rows["routing.letters"]:
        series, number = _parts(str(row["number"]))
        numbers.setdefault(f"{series}〕", []).append(number)
        units.setdefault(f"{series}〕", set()).add(signed_by.get((str(row["case"]), row["signed_at"]), "nobody"))
    for series, signers in units.items():
        if len(signers) > 1:
            yield "", f"letters of {series} were signed by {sorted(signers)}"
    for series, found in numbers.items():
        if sorted(found) != list(range(1, len(found) + 1)):
            yield "", f"letters of {series} are numbered {sorted(found)}"


def _parts(number: str) -> tuple[str, int]:
    """Part 青禾信复〔2026〕12号 into its series and 12."""
    series, _, rest = number.rpartition("〕")
    digits = "".join(character for character in rest if character.isdigit())
    return series, int(digits or 0)


def _opened(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Compare what was asked to be opened with what was opened."""
    asked = Counter(one.subject for one in evidence.of("case.requested"))
    yield from (("", f"{subject} was asked for {times} times") for subject, times in asked.items() if times > 1)
    wanted, opened = _by_parent(evidence, "case.requested"), _by_parent(evidence, "case.submitted")
    closed = {one.subject: one.at for one in evidence.of("case.closed")}
    for (parent, relation), requests in wanted.items():
        children = opened.get((parent, relation), ())
        open_until = max((closed.get(one.subject, evidence.ended) for one in children), default=None)
        doubled = len(children) > len(requests)
        if doubled or not all(_may_be_dropped(one, open_until) for one in _without_a_child(requests, children)):
            said = f"{len(requests)} cases of relation {relation} were asked for, {len(children)} were opened"
            yield str(parent or ""), said


def _by_parent(evidence: Evidence, what: str) -> dict[tuple[Any, Any], list[Told]]:
    found: dict[tuple[Any, Any], list[Told]] = {}
    for one in evidence.of(what):
        found.setdefault((one.data.get("parent"), one.data.get("relation")), []).append(one)
    return found


def _without_a_child(requests: Sequence[Told], children: Sequence[Told]) -> list[Told]:
    """Give the requests of which nothing came: each child came of the last one before it."""
    left = sorted(requests, key=lambda one: one.at)
    for child in sorted(children, key=lambda one: one.at):
        before = [one for one in left if one.at <= child.at]
        left.remove(before[-1] if before else left[0])  # a clock may have been set back in between
    return left


def _may_be_dropped(request: Told, open_until: datetime | None) -> bool:
    """Tell whether a rung asked while a case of that sort was open: it asks again where the first request was late."""
    return request.subject.startswith("rung/") and open_until is not None and request.at < open_until


def doors(evidence: Evidence) -> Wrong:
    """No door answered that it failed."""
    yield from (one for one in evidence.failures if "barred" not in one[1])
