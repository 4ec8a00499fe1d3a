"""A petition that was passed on and not taken up: supervised once its notice or the sender's date is late."""

from tests.mechanisms.directives.test_story import DEMAND, GROUND, directives, offers, refused

ASKED = {"unit": "water-bureau", "due": "2026-11-12", "reason": "请核实。"}


def reads(world, case, post):
    return world.ask("GET", f"/api/v1/desk/cases/{case['reference']}", post=post).status_code == 200


def test_what_is_not_taken_up_in_time_is_supervised_and_not_before(world):
    case = world.submit("petitions", "petition", addressed_to="petition-office")
    world.step(case, "refer", "petition-officer", unit="water-bureau", reason="供水问题归水利局。")
    assert reads(world, case, "petition-head")
    (notice,) = [
        one["due"] for one in world.desk(case, "water-officer")["deadlines"] if one["rule"] == "petition.notice"
    ]
    assert notice == "2026-11-17"
    world.pass_days(15)  # its last day
    assert refused(world, case, "direct", "petition-head", **GROUND)[0] == "guard-not-met"
    world.pass_days(1)
    assert refused(world, case, "direct", "water-head", **GROUND)[0] == "not-your-step"
    world.step(case, "direct", "petition-head", **GROUND)
    (directive,) = directives(world)
    assert refused(world, case, "direct", "petition-head", **GROUND)[0] == "guard-not-met"  # one at a time
    world.step(directive, "prepare", "petition-officer", **DEMAND)
    world.step(directive, "issue", "petition-head", target="water-bureau", due="2026-12-10")
    assert offers(world, directive, "water-head") == ["reply", "object"]
    world.step(case, "accept", "water-officer")


def test_the_senders_own_date_counts_too_also_while_the_unit_objects(embedded_world):
    world = embedded_world
    case = world.submit("petitions", "petition", addressed_to="petition-office")
    world.step(case, "assign", "petition-officer", **ASKED)
    world.step(case, "object", "water-officer", reasons="管网由住建局负责。")
    assert "direct" not in offers(world, case, "petition-head")
    world.pass_days(11)
    assert "direct" in offers(world, case, "petition-head")


def test_a_directive_about_a_unit_that_does_not_have_the_case_any_more_is_dropped(embedded_world):
    world = embedded_world
    case = world.submit("petitions", "petition", addressed_to="petition-office")
    world.step(case, "refer", "petition-officer", unit="water-bureau", reason="供水问题归水利局。")
    world.step(case, "object", "water-officer", reasons="管网由住建局负责。")
    world.pass_days(16)
    world.step(case, "direct", "petition-head", **GROUND)
    (directive,) = directives(world)
    world.step(directive, "prepare", "petition-officer", **DEMAND)
    world.step(case, "take back", "petition-officer", finding="管网属住建局。")
    world.step(case, "refer", "petition-officer", unit="housing-bureau", reason="归住建局。")
    for unit in ("water-bureau", "housing-bureau"):
        answer = world.try_step(directive, "issue", "petition-head", target=unit, due="2026-12-10")
        assert answer.get_json()["code"] == "guard-not-met"
        assert "请撤销督办" in answer.get_json()["detail"]
    world.step(directive, "drop", "petition-head", finding="已改交住建局。")
