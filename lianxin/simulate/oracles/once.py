"""Everything that was accepted had its effects, each once; and no door failed."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from lianxin.simulate.evidence import Evidence
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
    wanted: Counter[Any] = Counter(one.data.get("relation") for one in evidence.of("case.requested"))
    opened: Counter[Any] = Counter(one.data.get("relation") for one in evidence.of("case.submitted"))
    for relation, number in wanted.items():
        if opened[relation] != number:
            yield "", f"{number} cases of relation {relation} were asked for, {opened[relation]} were opened"


def doors(evidence: Evidence) -> Wrong:
    """No door answered that it failed."""
    yield from (one for one in evidence.failures if "barred" not in one[1])
