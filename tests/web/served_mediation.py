"""Mediations for the pages: one in every state, with a receipt of each side."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from shared.law.local import local_day

CODE = re.compile(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}\b")
REGISTRAR, MEDIATOR = "mediation-registrar", "mediator-land"
DISPUTE = {"sort": "land", "about": "院墙往哪边修。", "other": "隔壁王家", "wish": "各让半尺。"}
STATES = ("asked", "invited", "agreed", "named", "meeting", "proposed", "signed", "settled")


def make_due_mediation(site: Any) -> None:
    """Leave one whose agreement has a day that has come, and one that nobody answered, once 31 days are over."""
    site.cases["mediation due"] = _ask_for_it(site.world)
    _advance(site.world, site.cases["mediation due"], len(STATES) - 1, days=29)
    site.cases["mediation unanswered"] = _ask_for_it(site.world)
    _advance(site.world, site.cases["mediation unanswered"], 1)


def make_mediations(site: Any) -> None:
    """Leave a mediation in each state: `mediation STATE` is the first side's, `other side STATE` the second's."""
    for number, state in enumerate(STATES):
        first = _ask_for_it(site.world)
        site.cases[f"mediation {state}"] = first
        if number:
            site.cases[f"other side {state}"] = _advance(site.world, first, number)
    site.cases["mediation unnamed"] = _ask_for_it(site.world)
    second = _advance(site.world, site.cases["mediation unnamed"], STATES.index("agreed"))
    site.world.ask_step(site.cases["mediation unnamed"], "choose", mediator=MEDIATOR)
    site.world.ask_step(second, "choose", mediator="mediator-family")
    site.cases["other side unnamed"] = second


def _ask_for_it(world: Any) -> dict[str, Any]:
    who = {"name": "甲某", "phone": "13800000000"}
    made: dict[str, Any] = world.submit("mediation", "dispute", title="院墙纠纷", details=DISPUTE, contact=who)
    return made


def _advance(world: Any, first: Mapping[str, Any], steps: int, days: int = 30) -> Mapping[str, Any]:
    """Go so many states on; gives the second side's receipt."""
    today = local_day(world.clock.now())
    world.step(first, "screen", REGISTRAR, danger="none", noted="电话询问双方。")
    code = CODE.findall(world.desk(first, REGISTRAR)["letters"][-1]["text"])[-1]
    path = f"/api/v1/cases/{first['reference']}/parties"
    second = world.ask("POST", path, {"code": code, "contact": {"name": "乙某", "phone": "13800000001"}}).get_json()
    world.settle()
    plan = [{"on": (today + timedelta(days=days)).isoformat(), "what": "乙方修墙"}]
    ways: tuple[Any, ...] = (
        lambda: _both(world, first, second, "consent"),
        lambda: _both(world, first, second, "choose", mediator=MEDIATOR),
        lambda: _take_on(world, first),
        lambda: world.step(first, "propose", MEDIATOR, summary="院墙沿中线修，各出一半。", instalments=plan),
        lambda: _both(world, first, second, "sign"),
        lambda: world.step(first, "seal", MEDIATOR, day=today.isoformat()),
    )
    for go in ways[: steps - 1]:
        go()
    return dict(second)


def _take_on(world: Any, first: Mapping[str, Any]) -> None:
    world.step(first, "take on", MEDIATOR)
    world.step(first, "see identity", MEDIATOR, who="both", how="paper")


def _both(world: Any, first: Mapping[str, Any], second: Mapping[str, Any], step: str, **inputs: Any) -> None:
    for one in (first, second):
        world.ask_step(one, step, **inputs)
