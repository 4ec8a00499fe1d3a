"""A leader in charge: named, taken in person, planned, reported, handed over to who accepts, ended for a reason."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from world import START, full_county

from services.notification.models import MessageRow
from shared.access.projection import keep_person
from shared.access.tables import PersonRow
from shared.county.structure import Post
from shared.facts.directory import PersonChanged
from shared.journal.tell import tell

TITLE = "村口的路灯坏了"
NAMED = {"unit": "county-government", "ground": "long", "found": "两年未决，涉及三个单位。"}
STEPS = [{"on": "2026-12-10", "what": "查明管线权属"}, {"on": "2026-12-20", "what": "更换主管道"}]
PLAN = {"finding": "权属不清。", "milestones": STEPS}
DRAFT = {
    "outcome": "supported",
    "facts": "主管道老化。",
    "opinion": "予以更换。",
    "legal_basis": "信访工作条例 32",
    "by_when": "2027-03-31",
    "summary": "主管道将更换。",
}

TALK = {"held": "declined", "beside": "nobody", "summary": "本人表示不愿谈话。", "help": "none"}


def charges(world, post):
    """Give the charges of the petition on a work list."""
    listed = world.ask("GET", "/api/v1/desk/cases?limit=100", post=post).get_json()["items"]
    return [
        {"reference": one["reference"]}
        for one in listed
        if one["mechanism"] == "case_responsibility" and one["title"] == TITLE
    ]


def offers(world, case, post):
    return [one["step"] for one in world.desk(case, post)["offers"]]


def refused(world, case, step, post, **inputs):
    return world.try_step(case, step, post, **inputs).get_json()["code"]


def terms(world, case, post, rule="plan.step"):
    return [(one["due"], one["status"]) for one in world.desk(case, post)["deadlines"] if one["rule"] == rule]


def named(world, **more):
    """Give a petition in handling, and the charge for which its unit's head named the county's leader."""
    case = world.submit("petitions", "petition", addressed_to="water-bureau")
    world.step(case, "accept", "water-officer")
    world.step(case, "put in charge", "water-head", **{**NAMED, **more})
    (charge,) = charges(world, "county-head")
    return case, charge


def taken(world):
    """Give a petition, and its charge in the hands of the county's leader, with a plan of two steps."""
    case, charge = named(world)
    world.step(charge, "take charge", "county-head")
    world.step(charge, "plan", "county-head", **PLAN)
    return case, charge


def answered(world, case, outcome="supported"):
    """Take the petition through its chain to the proof of service."""
    world.step(case, "draft", "water-officer", **{**DRAFT, "outcome": outcome})
    world.step(case, "read", "water-reader")
    world.step(case, "sign", "water-head")
    today = world.clock.now().date().isoformat()
    if outcome == "not_supported":
        world.step(case, "explain", "water-officer", day=today, **TALK)
    world.step(case, "serve", "water-officer", method="hand", received_on=today, proof="本人签收")


def test_a_leader_takes_charge_plans_reports_and_ends_it_with_the_carried_out_result(world):
    case, charge = named(world)
    assert refused(world, case, "put in charge", "water-head", **NAMED) == "guard-not-met"  # one leader at a time
    assert world.ask("GET", f"/api/v1/desk/cases/{case['reference']}", post="county-head").status_code == 200
    world.step(charge, "take charge", "county-head")
    assert terms(world, charge, "county-head", "charge.plan") == [("2026-11-16", "open")]
    world.step(charge, "plan", "county-head", **PLAN)
    assert terms(world, charge, "county-head", "charge.plan") == [("2026-11-16", "met")]
    assert terms(world, charge, "county-head") == [("2026-12-10", "open"), ("2026-12-20", "open")]
    world.step(charge, "report", "county-head", done="权属已查明。")
    assert terms(world, charge, "county-head") == [("2026-12-10", "met"), ("2026-12-20", "open")]
    assert refused(world, charge, "close as carried out", "county-head", result="已更换。") == "guard-not-met"
    answered(world, case)
    world.step(case, "carry out", "water-officer", done="主管道已更换。")
    world.step(charge, "close as carried out", "county-head", result="主管道已更换，水压正常。")
    shown = world.desk(charge, "county-head")
    assert (shown["phase"], shown["outcome"]) == ("closed", "carried_out")
    assert terms(world, charge, "county-head") == [("2026-12-10", "met"), ("2026-12-20", "voided")]


def test_the_petitioner_reads_who_has_charge_and_what_was_done_and_nothing_of_the_inside(world):
    case, charge = taken(world)
    world.step(charge, "report", "county-head", done="权属已查明。")
    (relative,) = world.follow(case)["relatives"]
    follows = world.follow({**case, "reference": relative["reference"]})
    said = str(follows["timeline"])
    assert "权属已查明。" in said
    assert "查明管线权属" in said
    assert "权属不清。" not in said
    assert NAMED["found"] not in str(follows)  # nowhere, and never as if he had written it
    assert "put in charge" not in str(world.follow(case)["timeline"])


def test_it_is_handed_over_only_to_who_accepts(world):
    _, charge = taken(world)
    over = {"unit": "petition-office", "reason": "分工调整。"}
    assert refused(world, charge, "hand over", "water-head", **over) == "not-found"
    world.step(charge, "hand over", "county-head", **over)
    assert offers(world, charge, "county-head") == ["take back"]
    assert offers(world, charge, "petition-head") == ["accept", "decline"]
    assert refused(world, charge, "report", "petition-head", done="已办。") == "step-not-offered"
    world.step(charge, "decline", "petition-head", reason="曾参与处理。")
    assert "report" in offers(world, charge, "county-head")
    world.step(charge, "hand over", "county-head", **over)
    world.step(charge, "take back", "county-head")
    world.step(charge, "hand over", "county-head", **over)
    world.step(charge, "accept", "petition-head")
    assert "report" in offers(world, charge, "petition-head")
    assert world.ask("GET", f"/api/v1/desk/cases/{charge['reference']}", post="county-head").status_code == 404
    assert terms(world, charge, "petition-head") == [("2026-12-10", "open"), ("2026-12-20", "open")]


def test_the_petitioners_word_is_taken_by_another_desk(world):
    _, charge = taken(world)
    world.step(charge, "ask for the word", "county-head")
    assert refused(world, charge, "content", "county-head", heard="满意。") == "not-your-step"
    world.step(charge, "not content", "county-reader", heard="水压还是低。")
    world.step(charge, "ask for the word", "county-head")
    world.step(charge, "not reached", "county-reader")
    world.step(charge, "ask for the word", "county-head")
    world.step(charge, "content", "county-reader", heard="已经解决。")
    assert world.desk(charge, "county-head")["outcome"] == "content"


@pytest.mark.slow
def test_it_ends_as_final_only_when_nobody_has_a_right_that_runs(embedded_world):
    world = embedded_world
    case, charge = taken(world)
    end = {"result": "答复意见已生效。"}
    answered(world, case, "not_supported")
    assert refused(world, charge, "close as final", "county-head", **end) == "guard-not-met"
    world.pass_days(31)
    assert refused(world, charge, "close as carried out", "county-head", **end) == "guard-not-met"
    world.step(charge, "close as final", "county-head", **end)
    assert world.desk(charge, "county-head")["outcome"] == "final"


@pytest.mark.slow
def test_a_review_that_is_open_keeps_it_from_being_final(embedded_world):
    world = embedded_world
    case, charge = taken(world)
    answered(world, case, "not_supported")
    world.ask_step(case, "ask for review", reasons="事实没有查清。")
    world.pass_days(31)
    assert refused(world, charge, "close as final", "county-head", result="已终结。") == "guard-not-met"


def test_who_signed_the_contested_answer_does_not_take_charge(embedded_world):
    """The head of the petition office, a leader as well, signed the answer: the leader above fills in for him."""
    world = embedded_world
    case = world.submit("petitions", "petition", addressed_to="petition-office")
    world.step(case, "accept", "petition-officer")
    world.step(case, "draft", "petition-officer", **{**DRAFT, "outcome": "not_supported"})
    world.step(case, "read", "petition-reader")
    world.step(case, "sign", "petition-head")
    today = world.clock.now().date().isoformat()
    world.step(case, "explain", "petition-officer", day=today, **TALK)
    world.step(case, "serve", "petition-officer", method="hand", received_on=today, proof="本人签收")
    world.step(case, "put in charge", "petition-head", **{**NAMED, "unit": "petition-office"})
    assert charges(world, "petition-head") == []
    (charge,) = charges(world, "county-head")
    world.step(charge, "take charge", "county-head")
    assert refused(world, charge, "report", "petition-head", done="已办。") == "not-found"
    world.try_step(charge, "hand over", "county-head", unit="petition-office", reason="分工。")
    assert charges(world, "petition-head") == []


def test_who_signs_after_he_took_charge_is_barred_when_that_is_contested(embedded_world):
    world = embedded_world
    case = world.submit("petitions", "petition", addressed_to="petition-office")
    world.step(case, "accept", "petition-officer")
    world.step(case, "put in charge", "petition-head", **{**NAMED, "unit": "petition-office"})
    (charge,) = charges(world, "petition-head")
    world.step(charge, "take charge", "petition-head")
    world.step(charge, "plan", "petition-head", **PLAN)
    today = world.clock.now().date().isoformat()
    world.step(case, "draft", "petition-officer", **{**DRAFT, "outcome": "not_supported"})
    world.step(case, "read", "petition-reader")
    world.step(case, "sign", "petition-head")
    world.step(case, "explain", "petition-officer", day=today, **TALK)
    world.step(case, "serve", "petition-officer", method="hand", received_on=today, proof="本人签收")
    assert charges(world, "petition-head") == [charge]  # nobody contests it
    world.ask_step(case, "ask for review", reasons="事实没有查清。")
    assert charges(world, "petition-head") == []
    world.step(charge, "succeed", "county-head")
    world.step(charge, "report", "county-head", done="权属已查明。")


def two_leaders():
    """Give the county with a second leader at the county's government."""
    county = full_county()
    deputy = Post(code="county-deputy", name_zh="副县长", name_en="Deputy", unit="county-government", roles=("leader",))
    return replace(county, posts=(*county.posts, deputy))


@pytest.fixture
def deputy_world(new_world):
    return new_world(county=two_leaders())


def test_a_colleague_may_be_given_it_and_only_who_has_charge_acts(deputy_world):
    world = deputy_world
    _, charge = taken(world)
    assert refused(world, charge, "report", "county-deputy", done="已办。") == "not-your-step"
    world.step(charge, "hand over", "county-head", unit="county-government", reason="分工调整。")
    assert refused(world, charge, "accept", "county-head") == "not-your-step"
    world.step(charge, "accept", "county-deputy")
    assert refused(world, charge, "report", "county-head", done="已办。") == "not-your-step"
    world.step(charge, "report", "county-deputy", done="已办。")


def moves_to(world, post, *posts):
    """Give whoever holds a post these posts instead, or none; directory tells everybody."""
    with world.service("directory").transaction(world.clock.now()) as session:
        person = next(one for one in session.scalars(select(PersonRow)) if post in one.posts)
        fact = PersonChanged(subject=person.id, display=person.display, posts=posts, email=person.email)
        keep_person.run(session, fact, now=world.clock.now())
        tell(session, fact)
    world.settle()


def test_nobody_takes_it_over_while_who_has_charge_is_in_his_post(deputy_world):
    _, charge = taken(deputy_world)
    assert refused(deputy_world, charge, "succeed", "county-deputy") == "guard-not-met"


def test_a_colleague_takes_it_over_from_who_left(deputy_world):
    world = deputy_world
    _, charge = taken(world)
    moves_to(world, "county-head")
    world.step(charge, "succeed", "county-deputy")
    assert "report" in offers(world, charge, "county-deputy")
    world.step(charge, "report", "county-deputy", done="已办。")


def test_a_named_leader_may_name_another_once(embedded_world):
    world = embedded_world
    _, charge = named(world)
    world.step(charge, "name another", "county-head", unit="petition-office", reason="由信访局牵头更合适。")
    assert offers(world, charge, "petition-head") == ["take charge"]


def test_it_is_ordered_by_the_unit_that_passed_the_petition_on(embedded_world):
    world = embedded_world
    case = world.submit("petitions", "petition", addressed_to="petition-office")
    world.step(case, "refer", "petition-officer", unit="water-bureau", reason="供水问题归水利局。")
    world.step(case, "accept", "water-officer")
    world.step(case, "order into charge", "petition-head", **NAMED)
    assert len(charges(world, "county-head")) == 1


@pytest.mark.slow
def test_the_rung_of_a_long_broken_term_names_a_leader_once(embedded_world):
    world = embedded_world
    case = world.submit("petitions", "petition", addressed_to="water-bureau")
    world.step(case, "accept", "water-officer")
    world.pass_days(60 + 14)
    assert charges(world, "county-head") == []
    world.pass_days(3)
    assert len(charges(world, "county-head")) == 1
    world.pass_days(40)
    assert len(charges(world, "county-head")) == 1


@pytest.mark.slow
def test_the_rung_names_nobody_where_a_leader_has_charge(embedded_world):
    world = embedded_world
    _, charge = named(world)
    world.pass_days(80)
    assert charges(world, "county-head") == [charge]


@pytest.mark.slow
def test_a_change_of_plan_replaces_what_is_not_broken(embedded_world):
    world = embedded_world
    _, charge = taken(world)
    world.pass_days(40)  # the first step is broken
    anew = {"reasons": "管线图有误。", "milestones": [{"on": "2027-01-10", "what": "重新勘测"}]}
    world.step(charge, "change the plan", "county-head", **anew)
    assert terms(world, charge, "county-head") == [
        ("2026-12-10", "breached"),
        ("2026-12-20", "voided"),
        ("2027-01-10", "open"),
    ]
    world.step(charge, "report", "county-head", done="权属已查明。")
    assert terms(world, charge, "county-head")[0] == ("2026-12-10", "met_late")  # a new plan does not wipe a breach
    world.step(charge, "report", "county-head", done="已重新勘测。")
    assert terms(world, charge, "county-head")[-1] == ("2027-01-10", "met")
    assert refused(world, charge, "report", "county-head", done="已办。") == "guard-not-met"


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        ([{"on": "2026-11-01", "what": "昨天"}], "milestones.0"),
        ([{"on": "2026-12-01", "what": "甲"}, {"on": "2026-12-01", "what": "乙"}], "milestones.1"),
        ([{"on": "十二月", "what": "甲"}], "milestones.0.on"),
        ([{"on": "2026-12-01", "what": ""}], "milestones.0.what"),
        ([{"on": "2026-12-01"}], "milestones.0.what"),
        ([{"on": "2026-12-01", "what": "甲", "who": "乙"}], "milestones.0.who"),
        ([], "milestones"),
    ],
    ids=["a day that is over", "a day twice", "no day", "nothing done", "nothing said", "a field too many", "no step"],
)
@pytest.mark.slow
def test_a_bad_plan_is_refused_at_its_line(embedded_world, lines, field):
    world = embedded_world
    _, charge = named(world)
    world.step(charge, "take charge", "county-head")
    refusal = world.try_step(charge, "plan", "county-head", finding="权属不清。", milestones=lines).get_json()
    assert [one["field"] for one in refusal["errors"]] == [field]


def test_the_public_list_says_where_and_who_and_no_word(world):
    _, charge = named(world)
    ask = lambda: world.ask("GET", "/api/v1/public/charges").get_json()["items"]  # noqa: E731 - one line says it
    assert ask() == []  # nobody has taken it yet
    world.step(charge, "take charge", "county-head")
    (line,) = ask()
    assert (line["unit"], line["since"], line["outcome"]) == ("county-government", START.date().isoformat(), None)
    assert set(line) == {"mechanism", "kind", "category", "township", "unit", "since", "ended_on", "outcome"}
    world.step(charge, "plan", "county-head", **PLAN)
    world.step(charge, "hand over", "county-head", unit="petition-office", reason="分工调整。")
    assert ask()[0]["unit"] == "county-government"  # until the other one accepts
    world.step(charge, "accept", "petition-head")
    world.step(charge, "ask for the word", "petition-head")
    world.step(charge, "content", "petition-reader", heard="已经解决。")
    (line,) = ask()
    assert (line["unit"], line["outcome"]) == ("petition-office", "content")


def test_who_signed_since_goes_on_as_long_as_nobody_contests_it(embedded_world):
    """Handing over and taking back count no bars anew: nobody is barred by his own step."""
    world = embedded_world
    case = world.submit("petitions", "petition", addressed_to="petition-office")
    world.step(case, "accept", "petition-officer")
    world.step(case, "put in charge", "petition-head", **{**NAMED, "unit": "petition-office"})
    (charge,) = charges(world, "petition-head")
    world.step(charge, "take charge", "petition-head")
    world.step(case, "draft", "petition-officer", **DRAFT)
    world.step(case, "read", "petition-reader")
    world.step(case, "sign", "petition-head")
    world.step(charge, "hand over", "petition-head", unit="county-government", reason="分工。")
    world.step(charge, "take back", "petition-head")
    world.step(charge, "plan", "petition-head", **PLAN)
    assert "report" in offers(world, charge, "petition-head")


def test_who_steps_aside_later_is_barred_from_the_charge_too(embedded_world):
    """The charge has the petition's title: a bar on the one that comes later follows to the other."""
    world = embedded_world
    case, charge = named(world)
    assert charges(world, "county-reader") == [charge]
    answer = world.ask(
        "POST", f"/api/v1/desk/cases/{case['reference']}/recuse", {"reason": "亲属。"}, post="county-reader"
    )
    assert answer.status_code == 200, answer.get_json()
    assert charges(world, "county-reader") == []
    assert charges(world, "county-head") == [charge]


def test_a_colleague_of_the_same_unit_is_told_that_it_is_offered_to_him(deputy_world):
    """The unit stays the same, so no change of hands says it; and he is a leader, no officer and no head."""
    world = deputy_world
    _, charge = taken(world)
    world.token("county-deputy")
    world.step(charge, "hand over", "county-head", unit="county-government", reason="分工调整。")
    with world.service("notification").reading() as session:
        deputy = next(one.id for one in session.scalars(select(PersonRow)) if "county-deputy" in one.posts)
        told = session.scalars(select(MessageRow.reference).where(MessageRow.person == deputy)).all()
    assert charge["reference"] in told
