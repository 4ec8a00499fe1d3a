"""A mechanism with open cases can't be dropped; retired, its old cases run on and no new ones open."""

import pytest
from world import full_county

from shared.errors import StartError

pytestmark = [pytest.mark.quick, pytest.mark.slow]

ONLY_SUGGESTIONS = {"mechanisms": ("suggestions",), "duties": (), "registers": {}}


@pytest.fixture
def opened(new_world):
    """Give the receipt of a petition whose county is then changed."""
    world = new_world()
    receipt = world.submit("petitions", "petition", addressed_to="water-bureau")
    world.loop.close()
    return receipt


def test_dropping_it_is_refused_with_what_to_do(new_world, opened):
    world = new_world(county=full_county(**ONLY_SUGGESTIONS))
    with pytest.raises(StartError, match="petitions: 1 open cases need it; name it under retired"):
        world.deployment.object_to()


def test_retired_its_cases_run_on_and_no_new_ones_open(new_world, opened):
    world = new_world(county=full_county(**ONLY_SUGGESTIONS, retired=("petitions", "open_affairs", "visits")))
    world.deployment.object_to()
    world.step(opened, "accept", "water-officer")
    assert world.follow(opened)["phase"] == "handling"

    body = {"mechanism": "petitions", "kind": "petition", "title": "a", "text": "b"}
    assert world.ask("POST", "/api/v1/cases", body).get_json()["code"] == "kind-not-offered"
    assert [one["name"] for one in world.ask("GET", "/api/v1/mechanisms").get_json()["items"]] == ["suggestions"]
