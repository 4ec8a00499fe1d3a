"""One matter in two cases: offered, joined with reasons, told, objected to, closed; and what nobody may learn by it."""

import pytest

pytestmark = [pytest.mark.quick, pytest.mark.slow]

SAME = {"category": "water", "contact": {"name": "陈某", "email": "chen@example.test"}}
REASONS = "两次反映的是同一处水管。"


@pytest.fixture
def pair(embedded_world):
    """Give an earlier petition and a later one about the same pipe."""
    first = embedded_world.submit("petitions", "petition", addressed_to="water-bureau", **SAME)
    embedded_world.pass_days(1)
    return first, embedded_world.submit("petitions", "petition", addressed_to="water-bureau", **SAME)


def join(world, later, earlier, post="water-officer"):
    return world.try_step(later, "join", post, earlier=earlier["reference"], reasons=REASONS)


def test_who_does_not_object_finds_it_closed_as_joined_after_seven_days(embedded_world, pair):
    world, (first, later) = embedded_world, pair
    assert join(world, later, first).status_code == 200
    world.settle()
    told = world.follow(later)
    assert "object to joining" in [offer["step"] for offer in told["offers"]]
    letter = next(line["letter"]["text"] for line in told["timeline"] if line["letter"])
    assert REASONS in letter
    assert first["reference"] not in str(told)  # the letter goes to whoever holds this receipt, not the other one
    early = world.try_step(later, "close as joined", "water-officer")
    assert early.get_json()["code"] == "guard-not-met"
    assert {one["status"] for one in told["promises"]} == {"open"}
    world.pass_days(6.99)
    assert world.try_step(later, "close as joined", "water-officer").status_code == 409
    world.pass_days(0.01)
    world.step(later, "close as joined", "water-officer")
    done = world.follow(later)
    assert (done["phase"], done["outcome"]) == ("closed", "merged")
    assert {one["status"] for one in done["promises"]} == {"met"}


@pytest.mark.slow
def test_who_objects_is_handled_by_himself_once_and_for_all(embedded_world, pair):
    world, (first, later) = embedded_world, pair
    join(world, later, first)
    world.settle()
    assert world.ask_step(later, "object to joining", why="这是另一处水管。").status_code == 202
    assert world.follow(later)["phase"] == "triage"
    assert join(world, later, first).get_json()["code"] == "guard-not-met"
    world.step(later, "accept", "water-officer")


@pytest.mark.slow
def test_only_an_earlier_case_that_the_officer_may_see_is_taken_and_every_no_is_the_same(embedded_world, pair):
    world, (first, _) = embedded_world, pair
    elsewhere = world.submit("petitions", "petition", category="housing", addressed_to="housing-bureau")
    world.pass_days(1)
    later = world.submit("petitions", "petition", addressed_to="water-bureau", **SAME)
    refused = [
        join(world, first, later),
        join(world, later, later),
        join(world, later, elsewhere),
        join(world, later, {"reference": "QH-0000-0000-0"}),
    ]
    assert {answer.status_code for answer in refused} == {422}
    assert len({str(answer.get_json()["errors"]) for answer in refused}) == 1
    assert refused[0].get_json()["errors"][0]["field"] == "earlier"
    assert world.follow(later)["phase"] == "triage"


@pytest.mark.slow
def test_the_form_offers_cases_of_the_unit_that_read_alike_and_no_others(embedded_world, pair):
    world, (first, later) = embedded_world, pair
    other = {"title": "征地补偿款没有发放", "text": "去年十月签的协议，至今分文未见。", "addressed_to": "water-bureau"}
    world.submit("petitions", "petition", **(SAME | other))
    world.sign_in("water-officer")
    page = world.client.get(f"/desk/cases/{later['reference']}/join").text
    assert f"?earlier={first['reference']}" in page
    assert "征地补偿款" not in page
    chosen = world.client.get(f"/desk/cases/{later['reference']}/join?earlier={first['reference']}").text
    assert f'value="{first["reference"]}"' in chosen


@pytest.mark.slow
@pytest.mark.slow
def test_the_earlier_reference_is_shown_only_to_who_may_see_that_case(embedded_world, pair):
    world, (first, later) = embedded_world, pair
    join(world, later, first)
    world.settle()
    assert first["reference"] in str(world.desk(later, "water-head")["steps"])
    world.ask("POST", f"/api/v1/desk/cases/{first['reference']}/recuse", {"reason": "亲属"}, post="water-head")
    world.settle()
    assert first["reference"] not in str(world.desk(later, "water-head"))


@pytest.mark.slow
@pytest.mark.slow
def test_suggestions_are_joined_by_the_same_declaration(embedded_world):
    first = embedded_world.submit(category="roads")
    embedded_world.pass_days(1)
    later = embedded_world.submit(category="roads")
    embedded_world.step(later, "join", "transport-officer", earlier=first["reference"], reasons=REASONS)
    embedded_world.pass_days(7)
    embedded_world.step(later, "close as joined", "transport-officer")
    assert embedded_world.follow(later)["outcome"] == "merged"
