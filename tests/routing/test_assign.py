"""A case that comes in gets its unit, and whoever handles it reads why."""

from dataclasses import replace

import pytest
from world import full_county

from shared.county.routes import SHORT
from shared.county.structure import Route

pytestmark = pytest.mark.quick

URGENT = Route(urgent=True, category="water", unit="county-government", co_handlers=("water-bureau",))


@pytest.fixture
def world(new_world):
    return new_world(county=replace(full_county(duties=()), routes=(*full_county().routes, URGENT)))


def test_an_urgent_case_goes_the_urgent_way_and_says_so(world):
    receipt = world.submit("petitions", "petition", category="water", urgent=True)
    shown = world.desk(receipt, "county-officer")
    assert (shown["unit"], shown["co_handlers"]) == ("county-government", ["water-bureau"])
    assert shown["because"] == ["紧急事项由该单位办理。", "这类事项归该单位负责。"]
    assert shown["considered"] == [
        "规则“紧急 · 供水与水利 · 县人民政府”适用，指向县人民政府。",
        "规则“供水与水利 · 县水利局”适用，指向县水利局。",
        "规则“紧急 · 供水与水利 · 县人民政府”最具体，以它为准。",
        f"依据本县分办规则（版本{world.deployment.county.routes_digest[:SHORT]}）确定。",
    ]


def test_who_works_with_it_adds_a_part_and_the_unit_that_leads_takes_the_steps(world):
    receipt = world.submit("petitions", "petition", category="water", urgent=True)
    assert [one["step"] for one in world.desk(receipt, "water-officer")["offers"]] == ["give a part"]
    assert "give a part" not in [one["step"] for one in world.desk(receipt, "county-officer")["offers"]]
    world.step(receipt, "give a part", "water-officer", part="水质检测合格。")
    (part,) = world.desk(receipt, "county-officer")["steps"]
    assert part["inputs"] == {"part": "水质检测合格。"}
    assert "水质检测合格" not in str(world.follow(receipt))
    assert world.follow(receipt)["unit"] == "county-government"
    refused = world.try_step(receipt, "accept", "water-officer")
    assert (refused.status_code, refused.get_json()["code"]) == (403, "not-your-step")
    world.step(receipt, "accept", "county-officer")


def test_the_page_of_the_case_says_how_it_was_decided(world):
    receipt = world.submit("petitions", "petition", category="water", urgent=True)
    world.sign_in("county-officer")
    page = world.client.get(f"/desk/cases/{receipt['reference']}").text
    assert "怎样确定的" in page
    assert "协同办理： 县水利局" in page
    assert "规则“紧急 · 供水与水利 · 县人民政府”最具体，以它为准。" in page
