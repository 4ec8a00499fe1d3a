"""A one-time address lets one person choose a password, once, within a day."""

import re

import pytest
from werkzeug.test import TestResponse

from services.directory.links import UnknownLogin, make_link

pytestmark = [pytest.mark.quick, pytest.mark.slow]

PASSWORD = "four words in a row"


@pytest.fixture
def link(embedded_world):
    def make(login="wang", name="王建国", posts=("water-officer",)) -> str:
        with embedded_world.service("directory").inside():
            return f"/staff/link/{make_link(login, name, posts, now=embedded_world.clock.now())}"

    return make


@pytest.fixture
def choose(embedded_world):
    def post(address, password=PASSWORD) -> TestResponse:
        client = embedded_world.client
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/staff").text).group(1)
        return client.post(address, data={"csrf_token": token, "password": password})

    return post


def sign_in(world, password):
    token = re.search(r'name="csrf_token" value="([^"]+)"', world.client.get("/staff").text).group(1)
    return world.client.post("/staff", data={"csrf_token": token, "login": "wang", "password": password}).status_code


def test_who_opens_it_chooses_a_password_and_is_signed_in(embedded_world, link, choose):
    address = link()
    assert "wang" in embedded_world.client.get(address).text

    assert choose(address).status_code == 303
    assert sign_in(embedded_world, PASSWORD) == 303
    embedded_world.settle()
    assert embedded_world.client.get("/desk").status_code == 200


def test_looking_uses_nothing_up_and_using_ends_it(embedded_world, link, choose):
    address = link()
    assert [embedded_world.client.get(address).status_code for _ in range(2)] == [200, 200]
    choose(address)
    assert embedded_world.client.get(address).status_code == 404
    assert choose(address, "another long password").status_code == 404
    assert sign_in(embedded_world, PASSWORD) == 303


def test_after_a_day_it_is_over(embedded_world, link, choose):
    address = link()
    embedded_world.pass_days(1)
    assert choose(address).status_code == 404


def test_a_new_address_ends_the_older_one_and_using_it_ends_older_sessions(embedded_world, link, choose):
    choose(link())
    first = link(name="", posts=())
    second = link(name="", posts=())
    assert choose(first).status_code == 404
    old = embedded_world.client.get_cookie("lx_session", path="/staff").value
    assert choose(second, "a quite different one").status_code == 303
    embedded_world.client.set_cookie("lx_session", old, path="/staff")
    assert embedded_world.client.get("/staff/renew").text.count('name="password"') == 1
    assert sign_in(embedded_world, PASSWORD) == 401


def test_a_short_password_is_refused_and_the_address_stays(embedded_world, link, choose):
    address = link()
    assert choose(address, "short").status_code == 422
    assert choose(address).status_code == 303


def test_nobody_gets_an_address_for_a_person_who_is_not_there(link):
    with pytest.raises(UnknownLogin):
        link(name="", posts=())


def test_the_row_does_not_give_the_address_away(embedded_world, link):
    from services.directory.models import LinkRow  # noqa: PLC0415 - only this test looks at the row

    address = link()
    with embedded_world.service("directory").reading() as session:
        assert session.query(LinkRow).one().id not in address
