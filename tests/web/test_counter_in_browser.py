"""The counter on the clerk's screen: one page, the slip on A5 and on a roll."""

import pytest
from oracles import SIDEWAYS, keep_shot, serious
from served_county import PHONE, a_site

pytestmark = pytest.mark.browser

DESK = {"width": 1366, "height": 768}


@pytest.fixture(scope="module")
def site(seeded_home, tmp_path_factory):
    with a_site(seeded_home, tmp_path_factory.mktemp("site"), filled=False) as site:
        yield site


def fill_in(page):
    page.goto("/counter/petitions/petition")
    page.fill("#title", "自来水发黄")
    page.fill("#text", "三天了，水一直是黄的，老人不敢喝。")
    page.select_option("#place", "qh-shiqiao-dawa")
    page.select_option("#category", "water")
    page.check("[name=channel][value=window]", force=True)
    page.check("[name=identity][value=claimed]", force=True)
    page.fill("#name", "周某")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_visitor_is_taken_in_on_one_page_and_leaves_with_a_slip(browser, site, size):
    context = site.open(browser, "petition-officer", viewport=size)
    page = context.new_page()
    fill_in(page)
    keep_shot(page, f"counter-form-{size['width']}")
    page.click("main form .govuk-button")
    assert page.is_visible("text=必须向当事人复述")
    assert page.input_value("#title") == "自来水发黄"

    page.check("[name=read_back]", force=True)
    page.click("main form .govuk-button")
    page.wait_for_selector(".lx-slip")
    keep_shot(page, f"counter-slip-{size['width']}")
    assert page.evaluate(SIDEWAYS) <= 0
    assert serious(page) == []
    page.check("#paper-80", force=True)
    assert page.evaluate("getComputedStyle(document.querySelector('.lx-slip')).maxWidth") == "272.126px"
    page.emulate_media(media="print")
    pages = page.evaluate("getComputedStyle(document.querySelector('.lx-slip')).page")
    assert pages == "roll"
    context.close()
