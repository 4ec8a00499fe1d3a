"""Helper points: published with the matters; a clerk of the unit takes applications in, and that day counts."""

import pytest
from world import full_county

from shared.errors import StartError
from tests.mechanisms.service_window.makers import APPLICANT

REGISTER = "service_window.helper_points"


@pytest.mark.quick
def test_where_somebody_near_helps_is_published_in_both_languages(embedded_world):
    client = embedded_world.client
    page = client.get("/matters").text
    assert all(said in page for said in ("大洼村村民委员会", "大洼村党群服务中心代办点", "0550-0000021"))
    english = client.get("/matters?lang=en").text
    assert all(
        said in english for said in ("Help near you", "Dawa village service centre", "Monday to Friday, 8:30–11:30")
    )
    assert 'href="/matters#help"' in client.get("/matters/shop-sign").text


@pytest.mark.quick
def test_programs_read_where_help_is(embedded_world):
    answer = embedded_world.client.get("/api/v1/helper-points?limit=1", headers={"Accept-Language": "zh"}).get_json()
    assert answer["items"] == [
        {
            "code": "dawa",
            "unit": "dawa-committee",
            "place": "qh-shiqiao-dawa",
            "where": "大洼村党群服务中心代办点",
            "hours": "周一至周五 8:30–11:30",
            "phone": "0550-0000021",
        }
    ]
    rest = embedded_world.client.get(f"/api/v1/helper-points?cursor={answer['next']}").get_json()["items"]
    assert [one["code"] for one in rest] == ["nanshan"]


def test_what_a_village_takes_in_has_the_day_of_the_village(embedded_world):
    """The village handles nothing of it: the office that leads gets it, and its term runs from the village's day."""
    world = embedded_world
    body = {
        "mechanism": "service_window",
        "kind": "application",
        "title": "取水许可",
        "text": "村里灌溉取水",
        "identity": "claimed",
        "addressed_to": "water-bureau",
        "details": {"matter": "take-water", "item": "取水许可", "who": "self"},
        "contact": APPLICANT,
        "taking": {"channel": "passed_on", "agreed": True, "received_on": "2026-10-30"},
    }
    taken = world.ask("POST", "/api/v1/counter/cases", body, post="dawa-officer").get_json()
    world.settle()
    case = world.desk(taken, "water-officer")
    assert case["unit"] == "water-bureau"
    assert [one["due"] for one in case["deadlines"] if one["rule"] == "licence.missing_papers"] == ["2026-11-06"]
    world.sign_in("dawa-officer")
    assert taken["reference"] not in world.client.get("/desk").text


@pytest.mark.quick
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        pytest.param({"unit": "atlantis"}, "atlantis is no unit", id="a unit that is not there"),
        pytest.param({"unit": "water-bureau"}, "nobody of water-bureau takes cases in", id="nobody helps there"),
        pytest.param({"where_en": ""}, "where_en", id="one language alone"),
        pytest.param({"point": "nanshan"}, "is there twice", id="two of one name"),
    ],
)
def test_a_point_at_which_nobody_helps_stops_the_start(new_world, wrong, said):
    full = full_county()
    points = tuple({**one, **wrong} if one["point"] == "dawa" else one for one in full.registers[REGISTER])
    with pytest.raises(StartError, match=said):
        new_world(county=full_county(registers={**full.registers, REGISTER: points}))


@pytest.mark.quick
def test_a_county_without_points_shows_none(new_world):
    full = full_county()
    registers = {name: entries for name, entries in full.registers.items() if name != REGISTER}
    client = new_world(county=full_county(registers=registers)).client
    assert "就近帮办代办" not in client.get("/matters").text
    assert client.get("/api/v1/helper-points").get_json() == {"items": [], "next": None}
