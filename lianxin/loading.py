"""Loading services and mechanisms by name; what is wrong stops the start with sentences that say what to change."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib import import_module
from importlib.metadata import EntryPoints, entry_points
from pathlib import Path

from lianxin.operations import with_operations
from shared.county.model import County
from shared.errors import StartError
from shared.kit.service import Service
from shared.law.packs import Rules
from shared.workflow.check import check
from shared.workflow.declare import Workflow
from shared.workflow.mechanism import Mechanism

GROUP = "lianxin.mechanisms"
SERVICES = ("intake", "routing", "notification", "disclosure", "supervision", "directory")


def load_services(names: Iterable[str]) -> list[Service]:
    """Give services by name, in the order of a case's way, each with its operators' door."""
    wanted = list(names)
    unknown = [name for name in wanted if name not in SERVICES]
    if unknown:
        raise StartError(*(f"there is no service {name}; choose among {', '.join(SERVICES)}" for name in unknown))
    found = (import_module(f"services.{name}.app").service for name in SERVICES if name in wanted)
    return [with_operations(service) for service in found]


def found_mechanisms() -> dict[str, str]:
    """Give the installed mechanisms by name, ours and strangers' alike, with the place each comes from."""
    return {point.name: point.value for point in entry_points(group=GROUP)}


def load_mechanism(name: str, installed: EntryPoints | None = None) -> Mechanism:
    """Load one mechanism, among what was found `installed` before.

    Raises `StartError` where it is not installed, can't be imported or is no mechanism.
    """
    installed = entry_points(group=GROUP) if installed is None else installed
    points = list(installed.select(name=name))
    if not points:
        known = ", ".join(sorted(installed.names))
        raise StartError(f"the mechanism {name} is not installed; installed are {known}")
    if len({point.value for point in points}) > 1:
        raise StartError(f"two distributions offer a mechanism called {name}; uninstall one of them")
    try:
        loaded = points[0].load()
    except Exception as error:
        raise StartError(
            f"the mechanism {name} can't be imported ({type(error).__name__}: {error}); mend or remove it"
        ) from error
    if not isinstance(loaded, Mechanism):
        raise StartError(f"{points[0].value} is no Mechanism; let the entry point name one")
    folder = Path(sys.modules[points[0].module].__file__ or "").parent
    return replace(loaded, folder=folder)


def load_mechanisms(county: County, rules: Rules) -> dict[str, Mechanism]:
    """Load and check the county's mechanisms in its order, then those it retired: their old cases run on.

    Raises `StartError` with every problem at once.
    """
    installed = entry_points(group=GROUP)
    loaded = {name: load_mechanism(name, installed) for name in county.mechanisms}
    loaded |= {name: replace(load_mechanism(name, installed), retired=True) for name in county.retired}
    problems = [
        f"{name}: {line}" for name, one in loaded.items() for line in check(one, rules=rules, folder=one.folder)
    ]
    problems += list(_county_problems(county, loaded, rules))
    if problems:
        raise StartError(*problems)
    return {name: _without_missing(one, loaded) for name, one in loaded.items()}


def _without_missing(mechanism: Mechanism, loaded: Mapping[str, Mechanism]) -> Mechanism:
    """Leave out the steps that open a case of a mechanism which this county doesn't run: they would lead nowhere.

    A step that opens one only on occasion stays, and opens none.
    """
    steps = mechanism.workflow.steps
    missing = {one.name for one in steps if one.opens is not None and one.opens.partition(".")[0] not in loaded}
    if not missing:
        return mechanism
    proposals = {one.replies for one in steps if one.name in missing and one.replies}
    missing |= {one.name for one in steps if one.name in proposals or one.replies in proposals}
    left = (one for one in steps if one.name not in missing or one.opens_if is not None)
    kept = (replace(one, opens=None, opens_if=None, relation=None) if one.name in missing else one for one in left)
    return replace(mechanism, workflow=Workflow(mechanism.workflow.states, tuple(kept)))


def _county_problems(county: County, loaded: Mapping[str, Mechanism], rules: Rules) -> Iterable[str]:
    used = {rule for one in loaded.values() for rule in one.deadlines}
    confirmed = {*county.confirmed_rules, *(rule for rule in used if rule not in rules)}
    for rule in rules.unconfirmed(used - _unused_duty_rules(county, used), confirmed):
        yield f"confirmed_rules: {rule} is a local promise this county has not confirmed; add it or drop its mechanism"
    for rule in sorted(name for name in county.confirmed_rules if name not in rules):
        yield f"confirmed_rules: no pack has {rule}; `lianxin law rules` lists what there is"
    for name, one in loaded.items():
        if one.name != name:
            yield f"{name}: the mechanism calls itself {one.name}; name and entry point must agree"
    yield from _unknown_kinds(loaded)
    for duty in county.duties:
        if duty.mechanism not in county.mechanisms:  # a retired mechanism opens no duties either
            yield f"duties.{duty.code}: {duty.mechanism} is not among this county's mechanisms; add it or drop the duty"
        elif duty.rule not in (known := [term.rule for term in loaded[duty.mechanism].promises]):
            wrong = f"{duty.mechanism} promises nothing by the rule {duty.rule}"
            yield f"duties.{duty.code}: {wrong}; name {' or '.join(known) or 'another mechanism'}"


def _unknown_kinds(loaded: Mapping[str, Mechanism]) -> Iterable[str]:
    for name, one in loaded.items():
        for step in one.workflow.steps:
            other, _, kind = (step.opens or "").partition(".")
            if other in loaded and loaded[other].kind(kind) is None:
                yield f"{name}: step {step.name} opens {step.opens}, and {other} has no such kind; mend the name"


def _unused_duty_rules(county: County, used: set[str]) -> set[str]:
    """Give the rules of duties that this county's catalogue does not name: nobody promises by them here."""
    named = {duty.rule for duty in county.duties}
    return {rule for rule in used if rule.startswith("village.") and rule not in named}
