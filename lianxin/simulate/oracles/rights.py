"""Nobody who is barred acted or was told; and one unit is responsible at any time."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from lianxin.simulate.evidence import Evidence, Told
from lianxin.simulate.oracles.finding import Wrong

RECUSAL = "recusal"
PLATFORM = "platform"  # took the case out of the county, or followed the end of a child; no person did
REFERENCE = re.compile(r"[A-Z]+-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")
CARRIES = {"notification", "routing", "broker", "clock"}  # what stands still between a bar and who must know of it


def barred(evidence: Evidence) -> Wrong:
    """Say where somebody acted, was told, read, or could have read, although a bar was told before."""
    yield from _acted(evidence)
    yield from _was_told(evidence)
    yield from _was_mailed(evidence)
    yield from _is_forgotten(evidence)
    yield from (one for one in evidence.failures if "barred" in one[1])


def _acted(evidence: Evidence) -> Wrong:
    """Lay the steps that were taken beside the facts that tell them, in the order of both."""
    steps: dict[str, list[Mapping[str, Any]]] = {}
    for row in sorted(evidence.rows["routing.steps"], key=lambda one: (one["case"], one["number"])):
        if row["step"] != RECUSAL and row["role"] != PLATFORM:
            steps.setdefault(str(row["case"]), []).append(row)
    for case, told in evidence.by_subject("case.access_changed", "case.stepped").items():
        taken = iter(steps.get(case, ()))
        for one, bars in _with_bars(evidence, [fact for fact in told if fact.service == "routing"]):
            if one.data["by"] == PLATFORM:
                continue
            mine: Mapping[str, Any] | None = next(taken, None)
            if mine is None or mine["step"] != one.data["step"]:
                yield case, f"{one.data['step']} was told, its row says {mine['step'] if mine else 'nothing'}"
            elif not evidence.people.get(str(mine["person"]), frozenset()).isdisjoint(bars):
                yield case, f"{mine['step']} was taken by somebody who was barred"


def _with_bars(evidence: Evidence, told: Sequence[Told]) -> Iterator[tuple[Told, set[str]]]:
    """Give each step with who was barred before it."""
    for number, one in enumerate(told):
        if one.what == "case.stepped":
            before = (bar for bar in told[:number] if bar.what == "case.access_changed")
            yield one, {code for bar in before if not _came_with(evidence, bar, one) for code in bar.data["barred"]}


def _came_with(evidence: Evidence, bar: Told, step: Told) -> bool:
    """Tell whether a step barred somebody itself, maybe who took it: that is told before it, with the same commit."""
    names = {one.name for mechanism in evidence.mechanisms.values() for one in mechanism.workflow.steps if one.bars}
    return step.data.get("step") in names and (bar.seq + 1, bar.at) == (step.seq, step.at)


def _was_told(evidence: Evidence) -> Wrong:
    bars = evidence.by_subject("case.access_changed")
    for message in evidence.rows["notification.messages"]:
        case = str(message["case"])
        if _was_known(evidence, bars.get(case, ()), str(message["person"]), message["made_at"]):
            yield case, f"“{message['template']}” went to somebody who was barred"


def _was_mailed(evidence: Evidence) -> Wrong:
    """Look for references of cases in the mails themselves, whatever the rows say of them."""
    case_of = {reference: case for case, reference in evidence.references.items()}
    bars = evidence.by_subject("case.access_changed")
    for mail in evidence.mails:
        for reference in set(REFERENCE.findall(mail.text)) & case_of.keys():
            case = case_of[reference]
            if _was_known(evidence, bars.get(case, ()), mail.person, mail.at):
                yield case, "a mail that names it went to somebody who was barred"


def _was_known(evidence: Evidence, told: Sequence[Told], person: str, made_at: datetime) -> bool:
    """Tell whether a bar against somebody was told, and had come, when something was written to him."""
    own = evidence.people.get(person, frozenset())
    return any(
        (one.seq == 1 or (one.at < made_at and not _cut_off(evidence, one.at, made_at)))
        and not own.isdisjoint(one.data["barred"])
        for one in told
    )


def _is_forgotten(evidence: Evidence) -> Wrong:
    """Compare the bars in every service's rows with all that were ever told: they only add."""
    erased = {one.subject for one in evidence.of("case.erased")}
    for case, told in evidence.by_subject("case.access_changed").items():
        bars = {code for one in told for code in one.data["barred"]}
        for service, rows in evidence.bars.items() if case not in erased else ():
            missing = bars - rows.get(case, frozenset())
            if missing:
                yield case, f"{service} has forgotten that {len(missing)} are barred"


def _cut_off(evidence: Evidence, since: datetime, until: datetime) -> bool:
    return any(one.what in CARRIES and one.since <= until and one.until >= since for one in evidence.still)


def units(evidence: Evidence) -> Wrong:
    """Follow who is responsible through every case: one from the first moment, handed on without a gap."""
    row_of = {str(row["id"]): row for row in evidence.rows["routing.cases"]}
    names = ("case.access_changed", "case.routed", "case.handed_over", "case.stepped")
    for case, told in evidence.by_subject(*names).items():
        routing = [one for one in told if one.service == "routing"]
        yield from ((case, line) for line in _followed(routing, row_of.get(case)))


def _followed(told: list[Told], row: Mapping[str, Any] | None) -> Iterator[str]:
    unit, seen_by = "", ""
    for one in told:
        data = one.data
        if one.what == "case.access_changed":
            seen_by = data["units"][0] if data["units"] else ""
        elif one.what == "case.routed":
            if unit:
                yield f"{data['unit']} became responsible beside {unit}"
            unit = str(data["unit"])
        elif one.what == "case.handed_over":
            if data["unit_from"] != unit:
                yield f"{data['unit_from']} handed over, but {unit} was responsible"
            unit = str(data["unit"])
        elif data["unit"] != unit and seen_by == unit:
            yield f"{data['step']} was told for {data['unit']}, but {unit} was responsible"
        if one.what in ("case.routed", "case.handed_over") and seen_by != unit:
            yield f"{unit} became responsible, but {seen_by or 'nobody'} may see the case"
    if row is None or row["unit"] != unit:
        yield f"its row names {row['unit'] if row else 'nobody'}, its history {unit or 'nobody'}"
