"""Who may come to a petitioner: nobody complained of, whoever holds which post; and what asking that costs a page."""

import pytest
from sqlalchemy import event

from services.directory.people import add_person
from tests.mechanisms.visits.test_next import OFFER, a_petition, may_come

EVERYBODY = ("water-officer", "water-head", "county-head", "transport-officer")


def both_posts(world):
    """Let one person hold the head's post of the water bureau and an officer's of the transport bureau."""
    with world.service("directory").inside():
        posts, now = ["water-head", "transport-officer"], world.clock.now()
        add_person("一人两岗", "both", posts, "a-long-password", email="both@example.test", now=now)
    world.settle()


@pytest.mark.quick
@pytest.mark.parametrize(
    ("about", "kept_out"),
    [
        pytest.param({"posts": ["water-head"]}, {"water-head"}, id="a post: not that one"),
        pytest.param({"units": ["water-bureau"]}, {"water-officer", "water-head"}, id="an office: nobody of it"),
        pytest.param({"units": ["transport-bureau"]}, {"transport-officer"}, id="another office: nobody of that one"),
    ],
)
def test_nobody_complained_of_is_listed_or_taken(embedded_world, about, kept_out):
    world = embedded_world
    world.token("petition-officer")
    petition = world.submit("petitions", "petition", addressed_to="petition-office", about=about)
    for post in EVERYBODY:
        world.token(post)
    world.step(petition, "accept", "petition-officer")
    named = may_come(world, petition, "petition-officer")
    assert set(EVERYBODY) - kept_out <= named
    assert named.isdisjoint(kept_out)
    for post in kept_out:
        refused = world.try_step(petition, "offer a visit", "petition-officer", **{**OFFER, "party": [post]})
        assert [one["field"] for one in refused.get_json()["errors"]] == ["party"]


@pytest.mark.quick
def test_who_is_complained_of_comes_in_no_other_post_either(embedded_world):
    world = embedded_world
    both_posts(world)
    petition = a_petition(world, about={"posts": ["water-head"]})
    assert "county-head" in may_come(world, petition)
    assert "transport-officer" not in may_come(world, petition)


@pytest.mark.quick
def test_a_petitions_page_asks_nobodys_posts_and_its_form_asks_once(embedded_world):
    world = embedded_world
    petition = a_petition(world)
    world.sign_in("water-officer")
    page = f"/desk/cases/{petition['reference']}"
    world.client.get(page)
    asked = []
    event.listen(world.service("routing").database.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))

    def people_asked(path: str) -> int:
        asked.clear()
        assert world.client.get(path).status_code == 200
        return len([one for one in asked if "from tie" in one.lower()])

    assert people_asked(page) == 0
    assert people_asked(f"{page}/offer-a-visit") == 1
    for number in range(6):
        world.token(("county-officer", "transport-head", "housing-officer", "housing-head")[number % 4])
    assert people_asked(f"{page}/offer-a-visit") == 1
