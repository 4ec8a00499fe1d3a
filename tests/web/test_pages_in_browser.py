"""Every page of the address table in a real browser, in both languages, as a person on a phone meets it."""

import re

import pytest
from flask import Flask
from oracles import BODY_SIZE, SIDEWAYS, SKIP_LINK, SMALL_TARGETS, UNSEEN_FOCUS, codes_left, keep_shot, serious
from playwright.sync_api import Page
from served_county import PHONE, a_site
from visits import DESK_STEPS, NO_PAGES, VISITS, unvisited

from lianxin.wsgi import make_apps, make_platform

pytestmark = pytest.mark.browser

LANG = {"zh": "zh-CN", "en": "en"}
BAD_PAGE = """<!doctype html><html><head><title>Bad</title></head><body>
  <p style="width: 900px">petition.forward Draft</p><img src="data:,"><input>
  <button style="outline: 0">x</button></body></html>"""


@pytest.fixture(scope="module")
def site(seeded_home, tmp_path_factory):
    with a_site(seeded_home, tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="module")
def looking(browser, site):
    """Give a page where somebody is signed in; one for each person and language, kept for all visits."""
    pages = {}

    def look(who, language) -> Page:
        if (who, language) not in pages:
            context = site.open(browser, who, viewport=PHONE)
            context.add_cookies([{"name": "lx_lang", "value": language, "url": site.address}])
            pages[who, language] = context.new_page()
        return pages[who, language]

    yield look
    for page in pages.values():
        page.context.close()


def visits_by_language():
    """Every address in both languages; its other cases and steps in the one or the other, by turns."""
    seen = set()
    for number, visit in enumerate(VISITS):
        languages = list(LANG) if visit.rule not in seen else [list(LANG)[number % 2]]
        seen.add(visit.rule)
        yield from (pytest.param(visit, language, id=f"{visit}-{language}") for language in languages)


@pytest.mark.check
@pytest.mark.parametrize(("visit", "language"), list(visits_by_language()))
def test_a_page_is_for_everybody(site, looking, visit, language):
    page = looking(visit.who, language)
    said = []
    page.on("console", lambda message: said.append(message.text))

    assert page.goto(visit.path(site)).status == 200
    keep_shot(page, f"{visit}-{language}")
    assert page.get_attribute("html", "lang") == LANG[language]
    assert page.evaluate(BODY_SIZE) == "18px"
    assert page.evaluate(SIDEWAYS) <= 0
    assert page.evaluate(SMALL_TARGETS) == []
    assert codes_left(page, language) == set()
    assert serious(page) == []
    page.keyboard.press("Tab")
    assert page.evaluate(SKIP_LINK)
    assert page.evaluate(UNSEEN_FOCUS) == []
    assert said == []


def test_no_page_is_forgotten(site):
    deployment = site.world.deployment
    apps = [*make_apps(deployment).values(), make_platform(deployment, None)]
    assert unvisited(apps) == set()
    assert set(NO_PAGES) <= {url.rule for app in apps for url in app.url_map.iter_rules()}


def test_a_new_page_that_nobody_visits_is_noticed():
    app = Flask("new", static_folder=None)
    app.add_url_rule("/nowhere", "nowhere")
    app.add_url_rule("/api/v1/nowhere", "api")
    assert unvisited([app]) == {"/nowhere"}


def test_every_form_of_the_desk_is_looked_at(site):
    steps = [
        (name, step)
        for name, mechanism in site.world.service("routing").here.mechanisms.items()
        for step in mechanism.workflow.steps
        if not set(step.roles) & set(mechanism.resident_roles) and not step.follows
    ]
    seen = {step for _, _, names in DESK_STEPS for step in names}
    assert {step.asks for _, step in steps} == {step.asks for _, step in steps if step.name in seen}


def test_the_oracles_see_a_bad_page(browser):
    page = browser.new_page(viewport=PHONE)
    page.set_content(BAD_PAGE)

    assert {found.partition(":")[0] for found in serious(page)} >= {"html-has-lang", "image-alt", "label"}
    assert page.evaluate(SIDEWAYS) > 0
    assert page.evaluate(SMALL_TARGETS) != []
    assert codes_left(page, "zh") >= {"petition.forward", "Draft"}
    page.keyboard.press("Tab")
    assert not page.evaluate(SKIP_LINK)
    assert page.evaluate(UNSEEN_FOCUS) != []
    page.context.close()


def test_the_first_page_is_light(browser, site):
    context = site.open(browser, "", viewport=PHONE)
    page, sizes = context.new_page(), []
    page.on("response", lambda response: sizes.append(len(response.body())))
    page.goto("/", wait_until="networkidle")

    assert len(sizes) >= 3  # the page, the stylesheet, the script
    assert sum(sizes) < 150_000
    context.close()


def test_problems_say_what_to_do(site, looking):
    page = looking("housing-officer", "zh")
    for path, status in (("/nothing", 404), ("/desk/cases/QH-0000-0000-0", 404), ("/oversight", 403)):
        assert page.goto(path).status == status
        keep_shot(page, f"problem-{status}")
        assert page.is_visible("text=如需致电")
        assert serious(page) == []
        assert page.evaluate(SIDEWAYS) <= 0


def test_who_tries_too_often_is_told_to_wait(browser, seeded_home, tmp_path):
    with a_site(seeded_home, tmp_path, filled=False) as site:
        client, here = site.world.client, {"REMOTE_ADDR": "127.0.0.1"}
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/staff", environ_overrides=here).text)[1]
        for _ in range(30):
            client.post("/staff", data={"csrf_token": token, "login": "nobody"}, environ_overrides=here)

        page = site.open(browser, "", viewport=PHONE).new_page()
        page.goto("/staff")
        page.click("main button")
        keep_shot(page, "problem-429")
        assert page.is_visible("text=请一小时后再试")
        assert serious(page) == []
        page.context.close()
