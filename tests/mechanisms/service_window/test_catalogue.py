"""The catalogue: what the window offers, where an application begins, and which papers may be asked for once."""

import re

import pytest
from world import full_county

from shared.errors import StartError
from tests.mechanisms.service_window.makers import APPLICANT

SIGN = {"matter": "shop-sign", "item": "户外广告牌设置许可", "who": "self"}


def sent(world, page, **values):
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', world.client.get(page).text)
    return world.client.post(page, data={"csrf_token": csrf[1] if csrf else "", **values})


def apply(world, **details):
    said = {"title": "临街店铺广告牌", "category": "housing", "contact": APPLICANT}
    return world.submit("service_window", "application", **said, details={**SIGN, **details})


def asked_for(world, case):
    return [one["letter"]["text"] for one in world.follow(case)["timeline"] if one["letter"]][-1]


def test_the_papers_of_a_matter_are_the_list_of_what_is_missing(world):
    case = apply(world)
    wrong = world.try_step(case, "ask for papers", "housing-officer", missing=["户口本"])
    assert [one["field"] for one in wrong.get_json()["errors"]] == ["missing"]
    nothing = world.try_step(case, "ask for papers", "housing-officer")
    assert [one["field"] for one in nothing.get_json()["errors"]] == ["notice"]
    world.step(case, "ask for papers", "housing-officer", missing=["效果图", "场地使用证明"], notice="图上注明尺寸")
    letter = asked_for(world, case)
    assert "效果图\n场地使用证明\n图上注明尺寸" in letter
    assert "营业执照" not in letter
    world.ask_step(case, "supply", supplied="已补齐。")
    assert "ask for papers" not in [one["step"] for one in world.desk(case, "housing-officer")["offers"]]


def test_an_application_without_a_matter_asks_in_words_as_before(embedded_world):
    world = embedded_world
    case = apply(world, matter="")
    world.sign_in("housing-officer")
    page = world.client.get(f"/desk/cases/{case['reference']}/ask-for-papers").text
    assert 'name="notice"' in page
    assert 'name="missing"' not in page
    assert "每行一项（可不填）" not in page
    world.step(case, "ask for papers", "housing-officer", notice="产权证明")
    assert "产权证明" in asked_for(world, case)


def test_the_clerk_ticks_what_the_catalogue_lists(embedded_world):
    world = embedded_world
    case = apply(world)
    world.sign_in("housing-officer")
    page = world.client.get(f"/desk/cases/{case['reference']}/ask-for-papers").text
    assert re.findall(r'name="missing" type="checkbox" value="([^"]+)"', page) == ["营业执照", "效果图", "场地使用证明"]


@pytest.mark.quick
def test_a_matter_is_found_by_words_and_by_area_in_both_languages(embedded_world):
    client = embedded_world.client
    assert "户外广告牌设置许可" in client.get("/matters").text
    found = client.get("/matters?q=公路").text
    assert "占用、挖掘公路许可" in found
    assert "取水许可" not in found
    assert "取水许可" in client.get("/matters?area=land").text
    assert "公路许可" not in client.get("/matters?area=land").text
    assert "没有找到" in client.get("/matters?q=没有这个").text
    english = client.get("/matters/open-road?lang=en").text
    for said in ("Permit to dig up or occupy a road", "Plan for safety", "120.00 yuan", "45 working days", "公路法"):
        assert said in english
    assert "/matters" in client.get("/").text
    assert client.get("/matters/atlantis").status_code == 404


@pytest.mark.quick
def test_programs_read_the_same(embedded_world):
    client = embedded_world.client
    found = client.get("/api/v1/matters?area=home", headers={"Accept-Language": "zh"}).get_json()["items"]
    assert [one["code"] for one in found] == ["build-home"]
    assert (found[0]["term"], found[0]["fee"], found[0]["area_title"]) == ("45个工作日", 0, "住房和建设")
    assert found[0]["offices"] == ["water-bureau", "transport-bureau"]
    assert client.get("/api/v1/matters/shop-sign").get_json()["papers"][0] == "营业执照"
    assert client.get("/api/v1/matters/atlantis").status_code == 404


def test_an_application_begins_with_its_matter(embedded_world):
    client = embedded_world.client
    assert 'href="/new/start/service_window/application?matter=shop-sign"' in client.get("/matters/shop-sign").text
    client.get("/new/start/service_window/application?matter=shop-sign")
    assert 'value="户外广告牌设置许可"' in client.get("/new/what").text
    assert re.search(r'value="housing-bureau" selected', client.get("/new/about").text)
    assert 'value="shop-sign"' in client.get("/new/details").text
    assert "营业执照、效果图、场地使用证明" in client.get("/new/files").text


@pytest.mark.quick
def test_only_a_matter_of_the_catalogue_is_taken(embedded_world):
    body = {
        "mechanism": "service_window",
        "kind": "application",
        "title": "x",
        "text": "y",
        "identity": "claimed",
        "contact": APPLICANT,
        "details": {**SIGN, "matter": "atlantis"},
    }
    answer = embedded_world.client.post("/api/v1/cases", json=body)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "unknown-code")


@pytest.mark.quick
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        pytest.param({"unit": "atlantis"}, "atlantis is no unit", id="a unit that is not there"),
        pytest.param({"rule": "licence.soon"}, "no pack has licence.soon", id="a term that no law sets"),
        pytest.param({"papers_en": ["Business licence"]}, "the same papers", id="papers in one language alone"),
        pytest.param({"area": "sea"}, "area", id="an area of life that nobody knows"),
        pytest.param({"matter": "take-water"}, "is there twice", id="two with one number"),
    ],
)
def test_a_catalogue_that_is_wrong_stops_the_start(new_world, wrong, said):
    full = full_county()
    listed = tuple(
        {**one, **wrong} if one["matter"] == "shop-sign" else one for one in full.registers["service_window.matters"]
    )
    with pytest.raises(StartError, match=said):
        new_world(county=full_county(registers={**full.registers, "service_window.matters": listed}))
