"""Personal tokens: their scopes bind, they end, and they open nothing else."""

import re

import pytest

from services.directory.signin import make_token, revoke_token, tokens_of
from shared.access.tables import PersonRow

pytestmark = pytest.mark.quick


@pytest.fixture
def token(embedded_world):
    """Make a token of some scopes for the water bureau's officer."""
    embedded_world.token("water-officer")
    directory = embedded_world.service("directory")
    with directory.reading() as session:
        person = next(one.id for one in session.query(PersonRow) if "water-officer" in one.posts)

    def make(*scopes, days=30) -> str:
        with directory.inside():
            return make_token(person, "test", days, scopes=scopes, now=embedded_world.clock.now())

    make.person = person
    return make


def ask(world, method, path, token, body=None):
    return world.ask(method, path, body, Authorization=f"Bearer {token}")


@pytest.mark.parametrize(
    ("scopes", "method", "path", "status"),
    [
        pytest.param(("desk.read",), "GET", "/api/v1/desk/today", 200, id="reads"),
        pytest.param(("desk.read",), "POST", "/api/v1/desk/cases/QH-0000-0000-0/accept", 403, id="reads, acts"),
        pytest.param(("desk",), "POST", "/api/v1/desk/cases/QH-0000-0000-0/accept", 404, id="acts"),
        pytest.param(("oversight",), "GET", "/api/v1/desk/cases", 403, id="oversees, reads"),
        pytest.param(("desk", "desk.read"), "GET", "/api/v1/oversight/late", 403, id="works, oversees"),
        pytest.param((), "GET", "/api/v1/staff/me", 200, id="any token says whose it is"),
    ],
)
def test_a_scope_opens_what_it_names(embedded_world, token, scopes, method, path, status):
    answer = ask(embedded_world, method, path, token(*scopes), {} if method == "POST" else None)
    assert answer.status_code == status
    if status == 403:
        assert answer.get_json()["code"] == "no-scope"
        assert "/staff/tokens" in answer.get_json()["next_action"]


def test_a_token_ends_on_its_day(embedded_world, token):
    made = token("desk.read", days=1)
    embedded_world.pass_days(1.01)
    answer = ask(embedded_world, "GET", "/api/v1/desk/today", made)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="lianxin"')


def test_a_token_that_was_ended_opens_nothing(embedded_world, token):
    made = token("desk.read")
    now = embedded_world.clock.now()
    with embedded_world.service("directory").inside():
        for one in tokens_of(token.person, now=now):
            revoke_token(token.person, one["id"], now=now)
    embedded_world.settle()
    assert ask(embedded_world, "GET", "/api/v1/desk/today", made).status_code == 401


def test_a_programs_token_opens_no_page_where_it_could_make_itself_a_larger_one(embedded_world, token):
    embedded_world.client.set_cookie("lx_staff", token("desk.read"))
    assert embedded_world.client.get("/staff/tokens").status_code == 303


def csrf(page):
    return re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)


def sign_in(world):
    world.token("water-officer")
    typed = {"login": "water-officer", "password": "a-long-password"}
    answer = world.client.post("/staff", data={"csrf_token": csrf(world.client.get("/staff")), **typed})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("ticked", "scopes"),
    [
        pytest.param(["oversight", "desk"], ["desk", "oversight"], id="what is ticked"),
        pytest.param([], ["desk.read"], id="reading, where nothing is"),
        pytest.param(["everything"], ["desk.read"], id="nothing that is not there"),
    ],
)
def test_a_token_made_on_the_page_has_the_scopes_that_were_ticked(embedded_world, ticked, scopes):
    sign_in(embedded_world)
    token = csrf(embedded_world.client.get("/staff/tokens"))
    made = embedded_world.client.post("/staff/tokens", data={"csrf_token": token, "title": "报表", "scope": ticked})
    shown = re.search(r"<code>([^<]+)</code>", made.text).group(1)
    assert ask(embedded_world, "GET", "/api/v1/staff/me", shown).get_json()["scopes"] == scopes
    assert "查看工作台的事项" in made.text


def test_a_browsers_cookie_opens_no_api_door(embedded_world):
    sign_in(embedded_world)
    assert embedded_world.client.get("/desk").status_code == 200
    assert embedded_world.client.get("/api/v1/desk/today").status_code == 401
    cookie = embedded_world.client.get_cookie("lx_staff").value
    assert ask(embedded_world, "GET", "/api/v1/desk/today", cookie).status_code == 401
