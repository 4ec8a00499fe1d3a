"""Every page can be drawn, in both languages, by people who use it without JavaScript."""

import re

import pytest

pytestmark = pytest.mark.quick

PUBLIC = ("/", "/new", "/case", "/public", "/public/affairs", "/staff", "/api/docs", "/health/ready")


class Browser:
    """Fills in forms as a browser without JavaScript does."""

    def __init__(self, client):
        self.client = client

    def get(self, path, status=200):
        response = self.client.get(path, follow_redirects=True)
        assert response.status_code == status, response.text[:2000]
        return response.text

    def post(self, path, page, status=303, **values):
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        response = self.client.post(path, data={"csrf_token": found.group(1) if found else "", **values})
        assert response.status_code == status, response.text[:2000]
        return response


@pytest.fixture
def browser(embedded_world):
    return Browser(embedded_world.client)


def test_every_public_page_is_drawn_in_both_languages(browser):
    for path in PUBLIC:
        for language in ("zh", "en"):
            assert browser.get(f"{path}?lang={language}"), (path, language)


def sign_in(world, browser, post):
    world.sign_in(post)


@pytest.mark.slow
def test_a_resident_submits_by_pages_and_the_desk_takes_it_up(embedded_world, browser):
    browser.get("/new/start/petitions/petition")
    page = browser.get("/new/what")
    browser.post("/new/what", page, title="自来水发黄", text="三天了，水一直是黄的。")
    browser.post("/new/where", browser.get("/new/where"), place="qh-shiqiao-dawa")
    browser.post("/new/about", browser.get("/new/about"), category="water")
    browser.post("/new/details", browser.get("/new/details"), request="请检修管道。")
    browser.post("/new/files", browser.get("/new/files"))
    browser.post("/new/you", browser.get("/new/you"), identity="claimed", name="周某", email="zhou@example.test")
    check = browser.get("/new/check")
    assert "三天了" in check
    browser.post("/new/check", check)
    again = browser.client.post("/new/check", data={"csrf_token": "x"})
    assert again.status_code in (303, 400)
    done = browser.get("/new/done")
    reference = re.search(r"QH-\w{4}-\w{4}-\w", done).group(0)
    receipt = re.search(r"\d{4} \d{4} \d{4} \d{4}", done).group(0)
    embedded_world.settle()

    browser.post("/case", browser.get("/case"), reference=reference, receipt=receipt)
    assert "县水利局" in browser.get(f"/case/{reference}")
    assert "撤回" in browser.get(f"/case/{reference}/do/withdraw")

    sign_in(embedded_world, browser, "water-officer")
    assert "自来水发黄" in browser.get("/desk")
    assert "三天了" in browser.get(f"/desk/cases/{reference}")
    browser.post(f"/desk/cases/{reference}/accept", browser.get(f"/desk/cases/{reference}/accept"), revision="1")
    embedded_world.settle()
    page = browser.get(f"/desk/cases/{reference}")
    assert "〔2026〕1号" in page
    empty = browser.post(
        f"/desk/cases/{reference}/hear",
        browser.get(f"/desk/cases/{reference}/hear"),
        status=422,
        summary="他说水还是黄的",
    )
    assert "他说水还是黄的" in empty.text
    assert reference in browser.get("/desk/messages")
    assert browser.get("/staff/tokens")


@pytest.mark.slow
def test_leaders_see_what_is_late_and_its_history(embedded_world, browser):
    receipt = embedded_world.submit(category="water")
    embedded_world.pass_days(31)
    sign_in(embedded_world, browser, "county-auditor")
    assert browser.get("/oversight")
    assert receipt["reference"] in browser.get("/oversight/late")
    assert browser.get(f"/oversight/cases/{receipt['reference']}")


def test_an_officer_sees_nothing_of_another_units_case(embedded_world, browser):
    receipt = embedded_world.submit(category="water")
    sign_in(embedded_world, browser, "housing-officer")
    assert receipt["reference"] not in browser.get("/desk")
    browser.get(f"/desk/cases/{receipt['reference']}", status=404)


@pytest.mark.slow
def test_a_session_that_ends_while_typing_keeps_the_text(embedded_world, browser):
    receipt = embedded_world.submit(category="water")
    sign_in(embedded_world, browser, "water-officer")
    address = f"/desk/cases/{receipt['reference']}"
    browser.post(f"{address}/accept", browser.get(f"{address}/accept"), revision="1")
    page = browser.get(f"{address}/ask")
    embedded_world.pass_days(0.5)  # twelve hours: cookie and session are over, the form's own token is not

    sent_through = browser.post(f"{address}/ask", page, status=307, revision="2", question="具体在哪一段路？")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    sent = {"csrf_token": token, "revision": "2", "question": "具体在哪一段路？"}
    form = browser.client.post(sent_through.location, data=sent)
    assert form.status_code == 401
    assert "具体在哪一段路？" in form.text

    kept = dict(re.findall(r'name="(kept\.[^"]+)" value="([^"]*)"', form.text))
    values = {"login": "water-officer", "password": "a-long-password", "next": f"{address}/ask", **kept}
    again = browser.post("/staff", form.text, status=200, **values)
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', again.text))
    assert browser.client.post(f"{address}/ask", data=fields).status_code == 303
    embedded_world.settle()
    assert embedded_world.follow(receipt)["phase"] == "waiting"


def test_signing_out_ends_the_session_everywhere(embedded_world, browser):
    sign_in(embedded_world, browser, "water-officer")
    cookie = browser.client.get_cookie("lx_staff").value
    assert browser.client.post("/staff/out").status_code == 303
    embedded_world.settle()
    browser.client.set_cookie("lx_staff", cookie)
    assert browser.client.get("/desk").status_code == 303
