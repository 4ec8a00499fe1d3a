"""What a run of seeds says: to a person in lines, to a program as JSON."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lianxin.simulate.plan import WEATHER
from lianxin.simulate.run import Outcome

FEW = 5  # findings of a seed that are printed
LAST_LINES = 60  # of a case's history


@dataclass(frozen=True)
class Asked:
    """What was asked: the county file as it was named, and how much."""

    county: str
    days: int
    cases: int

    def command(self, seed: int) -> str:
        """Give the command that lives through exactly this seed again."""
        return f"lianxin simulate --county {self.county} --days {self.days} --cases {self.cases} --seed {seed}"


def figures(outcome: Outcome) -> dict[str, Any]:
    """Count what a person wants to know of a seed."""
    evidence = outcome.evidence
    told = Counter(one.what for one in evidence.told)
    moved = sum(one.data["due"] != one.data["before"] for one in evidence.of("deadline.moved"))
    named = sum(bool(one.data.get("stopped_since")) for one in evidence.of("deadline.breached"))
    kinds = Counter(str(row["mechanism"]) for row in evidence.rows["routing.cases"])
    return {
        "seed": outcome.seed,
        "cases": sum(kinds.values()),
        "mechanisms": dict(sorted(kinds.items())),
        "steps": told["case.stepped"],
        "outcomes": dict(Counter(str(one.data["outcome"]) for one in evidence.of("case.closed")).most_common()),
        "deadlines": told["deadline.started"],
        "met": told["deadline.met"],
        "breached": told["deadline.breached"],
        "breached_late_by_an_outage": named,
        "extended": told["deadline.extended"],
        "moved_dates": moved,
        "facts": len(evidence.told),
        "weather": {what: outcome.weather[what] for what in WEATHER},
        "journal": evidence.digest(),
        "seconds": round(outcome.seconds, 1),
        "findings": [{"oracle": one.oracle, "case": one.case, "what": one.what} for one in outcome.findings],
    }


def in_lines(asked: Asked, found: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Sum up all seeds for a reader."""
    total: Counter[str] = Counter()
    nested: dict[str, Counter[str]] = {name: Counter() for name in ("mechanisms", "outcomes", "weather")}
    for one in found:
        total.update({name: value for name, value in one.items() if isinstance(value, int)})
        for name, counter in nested.items():
            counter.update(one[name])
    seconds = sum(one["seconds"] for one in found)
    years = asked.days * len(found) / 365
    yield f"{len(found)} seeds of {asked.days} days: {total['cases']} cases ({_listed(nested['mechanisms'])})"
    yield f"  steps      {total['steps']}, outcomes: {_listed(nested['outcomes'])}"
    broken = f"{total['breached']} broken ({total['breached_late_by_an_outage']} noted after an outage)"
    yield f"  deadlines  {total['deadlines']}: {total['met']} met, {broken}"
    yield f"             {total['extended']} prolonged, {total['moved_dates']} moved because days off changed"
    yield f"  weather    {_listed(nested['weather'])}"
    if missed := [what for what in WEATHER if not nested["weather"][what]]:
        yield f"  never came {', '.join(missed)}: this run says nothing of it"
    if seconds:
        pace = f"{total['cases'] / seconds:.1f} cases per second, {years / seconds * 60:.1f} years per minute"
        yield f"  speed      {pace}"


def trouble(asked: Asked, outcome: Outcome) -> Iterator[str]:
    """Say what was found, how to see it again, and the life of the first case it is about."""
    yield f"✗ seed {outcome.seed}: {len(outcome.findings)} findings"
    for one in outcome.findings[:FEW]:
        reference = outcome.evidence.references.get(one.case, one.case)
        yield f"  {one.oracle}: {reference} {one.what}"
    yield f"  again: {asked.command(outcome.seed)}"
    about = next((one.case for one in outcome.findings if one.case), "")
    if about:
        yield f"  the life of {outcome.evidence.references.get(about, about)}:"
        yield from (f"    {line}" for line in outcome.evidence.history(about)[-LAST_LINES:])


def _listed(counted: Counter[str]) -> str:
    return ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counted.most_common() if number) or "none"
