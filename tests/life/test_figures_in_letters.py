"""A county promises more days than the shipped rules: letters tell its figures, and an older case its older ones."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from world import full_county

from shared.law.packs import load_rules
from shared.law.right import right_in_words
from tests.law.makers import a_rule
from tests.law.own import a_pack, own_county
from tests.life.test_review import answered, ask, decide, three_levels

pytestmark = [pytest.mark.quick, pytest.mark.slow]

BEFORE = datetime(2026, 10, 29, 1, 0, tzinfo=UTC)  # the county's figures hold from 1 November on
LAW, OURS = 'replaces = "petition@2022-05-01"', 'replaces = "local@2026-11-01"'
RIGHT = '\nowner = "citizens_right"\nstart = "proof_of_service"'
SAID = '\nremedy = "A review can be asked for within {n} days."\nremedy_zh = "本县给您{n}日申请复查。"'
REVIEW = {"law": "信访工作条例", "unit": "calendar_day"}
PACKS = (
    a_pack(**REVIEW, id="petition.review_request", article="35", quantity=40, more=LAW + RIGHT + SAID),
    a_pack(**REVIEW, id="petition.re_review_request", article="36", quantity=45, more=LAW + RIGHT),
    a_pack(id="petition.object_publication", quantity=10, unit="working_day", more=OURS + RIGHT),
    a_pack(id="directive.object", quantity=8, unit="calendar_day", more=OURS + '\nowner = "office_right"'),
)
CONFIRMED = '"petition.review_request", "petition.re_review_request", '


@pytest.fixture
def world(new_world, tmp_path):
    """Give that county, shortly before its own figures hold."""
    county = own_county(tmp_path / "county", *PACKS, confirmed=CONFIRMED)
    return new_world(county=replace(county, edges=three_levels().edges), start=BEFORE)


def letter(world, case):
    """Give the lines of the last letter of a case, and those of its translation."""
    told = [line["letter"] for line in world.follow(case)["timeline"] if line["letter"]][-1]
    return told["text"].splitlines(), told["courtesy"].splitlines()


def counted(world, case, rule):
    """Give how the case page says that the newest term of a rule was counted."""
    return [one["steps"][0]["text"] for one in world.follow(case)["promises"] if one["rule"] == rule][-1]


def test_an_opinion_and_a_review_tell_what_the_case_page_tells(world):
    world.pass_days(4)
    case = answered(world)
    lines, _ = letter(world, case)
    assert "本县给您40日申请复查。" in lines
    assert "本县期限：自收到本文书之日起10个工作日内。" in lines  # a rule without a sentence is told by its title
    assert "40日" in counted(world, case, "petition.review_request")
    assert "10个工作日" in counted(world, case, "petition.object_publication")

    review = ask(world, case, "ask for review")
    world.step(review, "take up", "water-officer")
    decide(world, review, "water", "upheld")
    lines, _ = letter(world, review)
    assert "本县期限：自收到本文书之日起45日（自然日）内。" in lines
    assert "45日" in counted(world, review, "petition.re_review_request")
    assert not [line for line in lines if "三十" in line or "30日" in line]


def test_a_case_that_began_before_is_told_the_figures_that_it_began_under(world):
    old, new = (begun(world, days) for days in (0, 4))
    for case, review, objection in ((old, "30", "5"), (new, "40", "10")):
        decide(world, case, "liuhe", "not_supported")
        lines, courtesy = letter(world, case)
        assert any(f"{review}日" in line and "复查" in line for line in lines), lines
        assert any(f"{objection}个工作日内" in line for line in lines)
        assert any(f"{review} days" in line for line in courtesy)
        assert any(f"{objection} working days from the day you received this" in line for line in courtesy)


def begun(world, days):
    """Let days pass; give a petition of somebody who reads English, accepted and heard."""
    world.pass_days(days)
    contact = {"name": "周某", "phone": "13800000000"}
    case = world.submit("petitions", "petition", addressed_to="liuhe-government", contact=contact, language="en")
    world.step(case, "accept", "liuhe-officer")
    world.step(case, "hear", "liuhe-officer", day=world.clock.now().date().isoformat(), way="phone", summary="已听取。")
    return case


def test_a_directive_tells_the_unit_how_long_it_may_object(world):
    world.pass_days(4)
    case = world.submit("petitions", "petition", addressed_to="petition-office")
    world.step(case, "refer", "petition-officer", unit="water-bureau", reason="供水问题归水利局。")
    world.step(case, "accept", "water-officer")
    world.step(case, "direct", "petition-head", ground="delay", reasons="受理后仍未派人核实。")
    listed = world.ask("GET", "/api/v1/desk/cases?mechanism=directives", post="petition-head").get_json()["items"]
    (directive,) = [one for one in listed if one["title"] == "村口的路灯坏了"]
    demand = {"legal_basis": "信访工作条例 39", "reasons": "请核实并书面答复。", "ends": "2027-03-31"}
    world.step(directive, "prepare", "petition-officer", **demand)
    world.step(directive, "issue", "petition-head", target="water-bureau", due="2026-11-20")
    (told,) = world.desk(directive, "water-head")["letters"]
    assert "本县期限：自本文书载明之日起8日（自然日）内。" in told["text"].splitlines()


def test_a_suggestion_tells_how_long_publication_can_be_objected_to(world):
    world.pass_days(4)
    case = world.submit(category="water")
    world.step(case, "accept", "water-officer")
    world.step(case, "draft", "water-officer", outcome="not_adopted", reasons="已有安排。", summary="已答复。")
    world.step(case, "read", "water-reader")
    world.step(case, "sign", "water-head")
    assert "本县期限：自收到本文书之日起10个工作日内。" in letter(world, case)[0]


def test_who_is_joined_is_told_the_days_that_the_platform_keeps(new_world):
    world = new_world(county=full_county(), start=BEFORE)
    said = {"category": "housing", "contact": {"name": "周某"}, "language": "en"}
    earlier = world.submit("petitions", "petition", **said)
    world.pass_days(1)
    later = world.submit("petitions", "petition", **said)
    world.step(later, "join", "housing-officer", earlier=earlier["reference"], reasons="同一事项。")
    lines, courtesy = letter(world, later)
    assert any("自本告知之日起7日内" in line for line in lines)
    assert any("within 7 days of this notice" in line for line in courtesy)


@pytest.mark.parametrize("received", [True, False])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sentence_holds_the_rules_own_figure_and_no_gap(language, received):
    for rule in load_rules().versions:
        said = right_in_words(rule, language, received=received)
        assert str(rule.quantity) in said, rule.id
        assert "{" not in said, rule.id


def test_one_day_is_one():
    rule = a_rule(1, remedy="Say so within {length}.")
    assert right_in_words(rule, "en", received=True) == "Say so within 1 working day."
