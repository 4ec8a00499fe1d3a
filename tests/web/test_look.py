"""The look in a real browser: every piece, both languages, phone and desk, dark and large."""

import threading
from collections.abc import Iterator

import pytest
from gallery import PAGES, make_gallery
from oracles import BODY_SIZE, SIDEWAYS, SMALL_TARGETS, keep_shot, serious
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 640}
DESK = {"width": 1280, "height": 800}
LOOKS = [
    pytest.param(PHONE, "zh", "normal", "light", id="phone-zh"),
    pytest.param(PHONE, "zh", "large", "light", id="phone-zh-large"),
    pytest.param(PHONE, "en", "large", "dark", id="phone-en-large-dark"),
    pytest.param(DESK, "zh", "normal", "dark", id="desk-zh-dark"),
    pytest.param(DESK, "en", "normal", "light", id="desk-en"),
]


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, make_gallery(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport=PHONE, reduced_motion="reduce")
    yield page
    page.context.close()


@pytest.mark.check
@pytest.mark.parametrize(("window", "language", "size", "scheme"), LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_readable_for_everybody(browser, site, name, window, language, size, scheme):
    page = browser.new_page(viewport=window, reduced_motion="reduce")
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{site}/{name}?lang={language}&type={size}&scheme={scheme}")
    keep_shot(page, f"{name}-{window['width']}-{language}-{size}-{scheme}")

    assert page.get_attribute("html", "lang") == {"zh": "zh-CN", "en": "en"}[language]
    assert page.evaluate(BODY_SIZE) == {"normal": "18px", "large": "24px"}[size]
    assert page.evaluate(SIDEWAYS) <= 0
    assert page.evaluate(SMALL_TARGETS) == []
    assert serious(page, strict_contrast=size == "large") == []
    assert said == []
    page.context.close()


def test_the_preferences_are_remembered_on_the_next_page(page, site):
    page.goto(f"{site}/form")
    page.click("text=大字版")
    page.click("text=English")
    page.goto(f"{site}/place")

    assert page.get_attribute("html", "data-type") == "large"
    assert page.get_attribute("html", "lang") == "en"


def test_the_error_summary_takes_focus_and_leads_to_the_field(page, site):
    page.goto(f"{site}/errors")
    assert page.title().startswith("错误：")
    assert page.evaluate("() => document.activeElement.className") == "govuk-error-summary"

    page.click(".govuk-error-summary >> text=手机号少了一位")
    assert page.evaluate("() => document.activeElement.id") == "phone"


def test_letters_are_counted_as_a_person_counts(page, site):
    page.goto(f"{site}/errors")
    page.fill("#text", "路灯𠮷坏了")
    assert page.text_content("#text-info") == "还可以输入 15 个字"

    page.fill("#text", "灯" * 23)
    assert page.text_content("#text-info") == "超出 3 个字"


def test_a_hidden_question_appears_with_its_answer(page, site):
    page.goto(f"{site}/errors")
    assert page.is_visible("#who")
    page.check("#identity-2", force=True)
    assert not page.is_visible("#who")


def test_a_dirty_form_asks_before_it_is_left(page, site):
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(f"{site}/form")
    page.type("#text", "x")
    page.goto(f"{site}/place")

    assert asked == ["beforeunload"]


def test_everything_is_there_without_a_script(browser, site):
    page = browser.new_page(viewport=PHONE, java_script_enabled=False)
    page.goto(f"{site}/errors")

    assert page.is_visible("#who")
    assert page.is_visible("text=请先改正以下问题")
    assert "最多可以写 20 个字" in page.text_content("#text-info")
    page.context.close()


def test_paper_is_light_and_without_buttons(page, site):
    page.goto(f"{site}/receipt?scheme=dark")
    page.emulate_media(media="print")

    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.is_visible(".lx-tools")
    assert page.is_visible("text=1234 5678 9012 3456")
    keep_shot(page, "receipt-print")


def test_the_device_decides_where_nobody_chose(browser, site):
    page = browser.new_page(viewport=PHONE, color_scheme="dark")
    page.goto(f"{site}/home")

    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(16, 25, 28)"
    page.context.close()


def test_the_skip_link_comes_first_and_shows_itself(page, site):
    page.goto(f"{site}/home")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main-content"
