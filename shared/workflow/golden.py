"""Golden cases: what each released version of a mechanism left in the rows. Every later version still reads them."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from marshmallow import ValidationError, fields

from shared.workflow.carry import CantCarry, carry, strangers
from shared.workflow.mechanism import Mechanism

Golden = Mapping[str, Any]  # kind, state, outcome, details, progress, and steps as they are stored


def golden_file(folder: Path, version: int) -> Path:
    """Give the file that a version's cases are in, beside its mechanism."""
    return folder / "cases" / f"v{version}.json"


def golden_cases(folder: Path) -> Iterator[tuple[int, Golden]]:
    """Give the cases of every released version that has some, each with its version."""
    for path in sorted(folder.glob("cases/v*.json"), key=lambda one: int(one.stem[1:])):
        for case in json.loads(path.read_text(encoding="utf-8"))["cases"]:
            yield int(path.stem[1:]), case


def golden_problems(mechanism: Mechanism, folder: Path) -> list[str]:
    """Give what an installed mechanism can't read of its golden cases, a sentence each."""
    cases = golden_cases(folder)
    found = (f"cases/v{version}.json: {line}" for version, case in cases for line in lost(mechanism, version, case))
    return [f"{line}; carry it by a new version's upgrade, or leave it as it was" for line in dict.fromkeys(found)]


def lost(mechanism: Mechanism, version: int, case: Golden) -> Iterator[str]:
    """Give what is lost of a case of a version when the installed one carries and reads it."""
    kind = mechanism.kind(case["kind"])
    if kind is None:
        yield f"there is no kind {case['kind']}"
        return
    stood = {case["state"], *(one[name] for one in case["steps"] for name in ("origin", "state"))}
    try:
        carried = {state: carry(mechanism, version, case["kind"], state, case["details"]) for state in sorted(stood)}
    except CantCarry as cant:
        yield str(cant.values["why"])
        return
    details = carried[case["state"]][1]
    if strange := strangers(mechanism, case["kind"], details):
        yield f"the details of {case['kind']} have {', '.join(strange)}, which it does not ask"
    yield from _unread(kind.details.shown() if kind.details else {}, details, case["kind"])
    for one in case["steps"]:
        step = mechanism.workflow.step(one["step"])
        if step is None:
            yield f"there is no step {one['step']}"
        else:
            yield from _unread(step.asks.shown() if step.asks else {}, one["inputs"], one["step"])
    for name in case["progress"]:
        if mechanism.workflow.step(name) is None:
            yield f"there is no step {name}, which waits for somebody's word"


def _unread(asked: Mapping[str, fields.Field[Any]], said: Mapping[str, Any], where: str) -> Iterator[str]:
    for name, value in said.items():
        if name not in asked:
            yield f"{where} has {name}, which it does not ask"
            continue
        try:
            asked[name].deserialize(value)
        except ValidationError as error:
            yield f"{where}.{name} can't read what was said ({error.messages})"
