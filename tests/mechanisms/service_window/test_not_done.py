"""What could not be got done goes to another office, and a bad rating is called back and mended within its days."""

import pytest
from sqlalchemy import select

from services.notification.models import MessageRow
from tests.mechanisms.service_window.makers import GRANTED, REFUSED, SERVED, apply, decide, terms

WANTED = {"wanted": "办施工许可", "obstacle": "跑了三趟，每次都说缺别的材料。"}
ANSWER = {"outcome": "done_now", "reasons": "已责成县住建局当日受理。"}


def told(world, **more):
    return world.submit(
        *("service_window", "not_done"),
        title="跑了三趟没办成",
        details=WANTED,
        about={"units": ["housing-bureau"]},
        **more,
    )


def handler(world, case):
    """Give the unit that has a case, of those that may."""
    for office in ("petition", "county"):
        answer = world.ask("GET", f"/api/v1/desk/cases/{case['reference']}", post=f"{office}-officer")
        if answer.status_code == 200:
            return office
    raise AssertionError("nobody has it")


def test_the_office_that_failed_neither_reads_nor_answers_it(world):
    case = told(world, category="housing", contact={"name": "周某", "phone": "13800000000"})
    for post in ("housing-officer", "housing-head"):
        assert world.ask("GET", f"/api/v1/desk/cases/{case['reference']}", post=post).status_code == 404
    office = handler(world, case)
    assert terms(world, case, f"{office}-officer")["window.not_done"]["due"] == "2026-11-16"
    assert "accept" not in [one["step"] for one in world.desk(case, f"{office}-officer")["offers"]]

    world.step(case, "look into", f"{office}-officer")
    world.step(case, "propose", f"{office}-officer", **ANSWER)
    world.step(case, "answer", f"{office}-head")
    world.step(case, "serve answer", f"{office}-officer", **SERVED, received_on="2026-11-02")
    seen = world.follow(case)
    assert (seen["phase"], seen["outcome"]) == ("closed", "done_now")
    assert terms(world, case, f"{office}-officer")["window.not_done"]["status"] == "met"
    assert "上一级" in [one["letter"]["text"] for one in seen["timeline"] if one["letter"]][-1]


def refused(world):
    case = apply(world)
    world.step(case, "accept", "housing-officer")
    decide(world, case, REFUSED, "2026-11-02")
    return case


def test_a_bad_rating_is_called_back_by_another_desk_and_mended(world):
    case = refused(world)
    assert world.ask_step(case, "rate badly", reasons="窗口态度生硬。").status_code == 202
    seen = world.follow(case)
    assert (seen["phase"], seen["outcome"]) == ("closed", "refused")  # what has ended stays so
    rating = {"reference": seen["relatives"][0]["reference"], "receipt": case["receipt"]}
    found = terms(world, rating)
    assert (found["window.call_back"]["due"], found["window.mend"]["due"]) == ("2026-11-04", "2026-11-23")
    assert world.try_step(rating, "call back", "housing-officer", heard="…").status_code == 403
    assert world.try_step(rating, "mend", "housing-officer", mended="…").status_code == 409
    world.step(rating, "call back", "housing-reader", heard="希望说明理由时再清楚一些。")
    world.step(rating, "mend", "housing-officer", mended="已当面致歉并重新说明理由。")
    assert world.follow(rating)["phase"] == "closed"
    assert {terms(world, rating)[rule]["status"] for rule in ("window.call_back", "window.mend")} == {"met"}
    assert world.ask_step(case, "rate well").status_code == 409
    assert "希望说明理由" not in str(world.follow(rating)["timeline"])


def test_a_bad_rating_that_nobody_calls_about_is_late(world):
    case = refused(world)
    world.ask_step(case, "rate badly", reasons="窗口态度生硬。")
    rating = world.follow(case)["relatives"][0]
    world.pass_days(2.7)
    assert terms(world, rating)["window.call_back"]["status"] == "breached"


@pytest.mark.quick
def test_a_good_rating_owes_nothing(embedded_world):
    case = refused(embedded_world)
    embedded_world.ask_step(case, "rate well")
    assert embedded_world.follow(case)["relatives"] == []
    assert embedded_world.follow(case)["phase"] == "closed"


@pytest.mark.quick
def test_a_refusal_is_copied_up_and_what_is_granted_is_not(embedded_world):
    world = embedded_world
    world.token("county-officer")
    case = refused(world)
    assert world.desk(case, "county-officer")["outcome"] == "refused"
    assert world.try_step(case, "mend", "county-officer", mended="…").status_code in (403, 409)
    with world.service("notification").reading() as session:
        bodies = session.scalars(select(MessageRow.body).where(MessageRow.template == "copied")).all()
    assert all("县住房和城乡建设局" in body and "周某" not in body for body in bodies)
    assert bodies
    granted = apply(world)
    world.step(granted, "accept", "housing-officer")
    decide(world, granted, GRANTED, "2026-11-02")
    answer = world.ask("GET", f"/api/v1/desk/cases/{granted['reference']}", post="county-officer")
    assert answer.status_code == 404
