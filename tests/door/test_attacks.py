"""What somebody with bad intentions tries at the doors."""

import io
import json
import logging
import re

import pytest
import structlog

from shared import log

pytestmark = pytest.mark.quick


def sign_in(world, post="water-officer", **more):
    world.token(post)
    page = world.client.get("/staff").text
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    return world.client.post("/staff", data={"csrf_token": csrf, "login": post, "password": "a-long-password", **more})


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.test/",
        "//evil.test",
        "/\\evil.test",
        "/\t\\evil.test",
        "/\t/evil.test",
        "\\\\evil.test",
        "/\n/evil.test",
        "javascript:alert(1)",
        "desk",
        "/\x00/evil.test",
    ],
)
def test_signing_in_leads_nowhere_else(embedded_world, place):
    assert sign_in(embedded_world, next=place).location == "/desk"


def test_signing_in_leads_back_to_our_own_page(embedded_world):
    assert sign_in(embedded_world, next="/desk?phase=closed").location == "/desk?phase=closed"


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(embedded_world):
    receipt = embedded_world.submit()
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', embedded_world.client.get("/case").text).group(1)
    found = embedded_world.client.post(
        "/case", data={"csrf_token": csrf, **{k: receipt[k] for k in ("reference", "receipt")}}
    )
    begun = embedded_world.client.get("/new/start/petitions/petition", base_url="https://localhost")
    cookies = [*sign_in(embedded_world).headers.getlist("Set-Cookie"), *found.headers.getlist("Set-Cookie")]
    for cookie in [*cookies, *begun.headers.getlist("Set-Cookie")]:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
    assert "Secure" in begun.headers["Set-Cookie"]
    assert receipt["receipt"] not in found.headers["Set-Cookie"]
    assert receipt["receipt"] not in found.location


@pytest.mark.parametrize("path", ["/staff/out", "/staff/renew"])
def test_another_site_can_not_post_to_the_doors_without_a_token(embedded_world, path):
    sign_in(embedded_world)
    answer = embedded_world.client.post(path, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert embedded_world.client.get("/desk").status_code == 200


def test_a_step_of_another_role_can_not_be_asked_for(embedded_world):
    receipt = embedded_world.submit(category="water")
    answer = embedded_world.ask_step(receipt, "accept")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "step-not-offered")
    assert embedded_world.follow(receipt)["phase"] == "triage"


def test_a_post_without_the_role_takes_no_step(embedded_world):
    receipt = embedded_world.submit(category="water")
    answer = embedded_world.try_step(receipt, "sign", "water-officer")
    assert (answer.status_code, answer.get_json()["code"]) == (403, "not-your-step")
    assert embedded_world.try_step(receipt, "accept", "housing-officer").status_code == 404


def test_neither_a_receipt_nor_the_words_of_an_error_are_in_a_log(embedded_world, monkeypatch):
    def break_down(who, language, *, now) -> None:
        raise LookupError(f"first line\n[parameters: ({receipt['receipt']!r}, '周某')]")

    receipt = embedded_world.submit()
    monkeypatch.setattr("services.intake.api.view", break_down)
    written = io.StringIO()
    log.configure(level=logging.DEBUG)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(written))
    path = f"/api/v1/cases/{receipt['reference']}"
    answer = embedded_world.ask("GET", path, Lianxin_Receipt=receipt["receipt"])
    log.configure(json=False)
    assert (answer.status_code, answer.get_json()["code"]) == (500, "internal")
    line = next(json.loads(line) for line in written.getvalue().splitlines() if "door-failed" in line)
    assert line["exception"].endswith("LookupError")
    assert "in break_down" in line["exception"]
    assert line["correlation"] == answer.get_json()["trace"]
    assert receipt["receipt"] not in written.getvalue()
    assert "parameters" not in written.getvalue()


@pytest.mark.parametrize("path", ["/api/v1/public/outcomes/%00", "/public?q=%00", "/desk/cases/%00", "/case?ref=%00"])
def test_nul_in_an_address_is_refused_before_a_database_sees_it(embedded_world, path):
    assert embedded_world.client.get(path).status_code == 400


def test_a_sign_in_name_with_nul_is_just_wrong(embedded_world):
    assert sign_in(embedded_world, login="a\x00b").status_code == 401
