"""The service window of the served county: an application in each state that has a form of its own, and numbers."""

from datetime import timedelta
from typing import Any

from world import World

from services.intake.models import EntryRow
from services.intake.reception import take_place
from services.intake.tickets import call, draw, draw_booked, queue_named
from shared.law.local import local_day

HOURS = "service_window.appointments"
OFFICES = {"offices": ["water-bureau"], "reasons": "排水接入。"}
CERTIFICATE = {"notice": "准予沿店面修建围墙，三十日内完工。"}
GRANTED = {"outcome": "granted", "reasons": "符合条件。", "legal_basis": "《行政许可法》38", "summary": "准予许可。"}


def window_cases(world: World) -> dict[str, dict[str, Any]]:
    """Make them by name."""
    today = local_day(world.clock.now())
    later = (today + timedelta(days=20)).isoformat()
    found = {name: _applied(world, title) for name, title in TITLES.items()}
    world.step(found["papers missing"], "ask for papers", "housing-officer", notice="产权证明")
    world.step(found["accepted application"], "accept", "housing-officer")
    served = {"method": "hand", "proof": "本人签收", "received_on": today.isoformat()}
    for granted in ("granted application", "issued application"):
        _decided(world, found[granted], GRANTED, served)
    world.step(found["issued application"], "issue certificate", "housing-head", **CERTIFICATE)
    world.step(found["joint application"], "accept jointly", "housing-officer", **OFFICES, due=later)
    path = "/api/v1/desk/cases?mechanism=service_window"
    listed = world.ask("GET", path, post="water-officer").get_json()["items"]
    found["part"] = next(one for one in listed if one["unit"] == "water-bureau")
    world.step(found["part"], "take part up", "water-officer")
    _numbers(world)
    return found | _after_the_end(world, served)


def _after_the_end(world: World, served: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Leave an application that was refused, a bad rating before and after the call, and what was not done."""
    found = {"refused application": _refused(world, served)}
    for name in ("rating", "called rating"):
        case = _refused(world, served)
        world.ask_step(case, "rate badly", reasons="窗口态度生硬。")
        found[name] = world.follow(case)["relatives"][0]
    world.step(found["called rating"], "call back", "housing-reader", heard="希望说明理由时再清楚一些。")
    details = {"wanted": "办施工许可"}
    about = {"units": ["housing-bureau"]}
    found["not done"] = world.submit("service_window", "not_done", title="跑了三趟", about=about, details=details)
    world.step(found["not done"], "look into", "petition-officer")
    return found


def _refused(world: World, served: dict[str, str]) -> dict[str, Any]:
    case = _applied(world, "临时占地许可")
    _decided(world, case, GRANTED | {"outcome": "refused"}, served)
    return case


def _decided(world: World, case: dict[str, Any], decision: dict[str, str], served: dict[str, str]) -> None:
    world.step(case, "accept", "housing-officer")
    world.step(case, "draft", "housing-officer", **decision)
    world.step(case, "read", "housing-reader")
    world.step(case, "sign", "housing-head")
    world.step(case, "serve", "housing-officer", **served)


MATTERS = {"户外广告牌设置许可": {"matter": "shop-sign"}}
TITLES = {
    "new application": "临街店铺装修许可",
    "papers missing": "广告牌设置许可",
    "accepted application": "占道施工许可",
    "granted application": "自建房施工许可",
    "issued application": "临街围墙施工许可",
    "joint application": "新建厂房许可",
    "sign application": "户外广告牌设置许可",
}


def _applied(world: World, title: str) -> dict[str, Any]:
    details = {"item": title, "who": "self", **MATTERS.get(title, {})}
    return world.submit(
        *("service_window", "application"), title=title, category="housing", contact={"name": "周某"}, details=details
    )


def _numbers(world: World) -> None:
    """Draw three numbers, and call one."""
    intake = world.service("intake")
    queue = queue_named(intake.here, "chengguan")
    with intake.inside():
        for _ in range(3):
            draw(queue, now=world.clock.now())
        call(queue, "2", now=world.clock.now())
        draw_booked(queue, _booked(world), now=world.clock.now())
    world.settle()


def _booked(world: World) -> str:
    """Book an hour of today, and give its code: the county file's own hours begin tomorrow."""
    intake, now = world.service("intake"), world.clock.now()
    entry = {"unit": "chengguan-government", "queue": "chengguan", "where": "便民服务大厅", "hours": "9:00–10:00"}
    entry |= {"day": local_day(now).isoformat(), "capacity": 4}
    key = f"{local_day(now)}-today"
    with intake.transaction(now) as session:
        session.add(EntryRow(register=HOURS, key=key, entry=entry, left=4))
    return take_place(HOURS, key, walked_in=False, now=now)["code"]
