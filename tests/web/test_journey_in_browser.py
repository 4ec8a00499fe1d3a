"""The whole journey by clicking and typing, without JavaScript: resident, officer, reader, head, the public."""

import re

import pytest
from oracles import SIDEWAYS, keep_shot
from served_county import DESK, LONGEST_WAIT, PHONE, a_site, go_on, look_up, sign_in, write_petition

pytestmark = pytest.mark.browser


class Person:
    """Somebody with a browser that runs no scripts; after each press the county works until it rests."""

    def __init__(self, site, browser, login="", window=DESK):
        self.site = site
        context = browser.new_context(base_url=site.address, viewport=window, java_script_enabled=False)
        context.set_default_timeout(LONGEST_WAIT)
        self.page = context.new_page()
        if login:
            site.world.token(login)
            sign_in(self.page, login)

    def press(self, words):
        """Press the button or link with these words."""
        self.page.click(f"main :is(a, button):has-text('{words}') >> nth=0")
        self.page.wait_for_load_state()
        self.site.world.settle()

    def take(self, reference, step, **answers):
        """Find the case on the desk and take a step: a text is typed, a choice chosen."""
        self.page.goto("/desk")
        self.press(reference)
        self.press(step)
        for name, value in answers.items():
            field = self.page.locator(f"[name='{name}']")
            if field.first.get_attribute("type") == "radio":
                self.page.check(f"[name='{name}'][value='{value}']", force=True)
            else:
                field.fill(value)
        self.page.click("main form .govuk-button >> nth=0")
        self.page.wait_for_url(f"**/desk/cases/{reference}")
        self.site.world.settle()

    def sees(self, words):
        """Tell whether the page, loaded again, says so."""
        self.page.goto(self.page.url)
        return words in self.page.inner_text("main")


@pytest.fixture
def site(seeded_home, tmp_path):
    with a_site(seeded_home, tmp_path, filled=False) as site:
        yield site


@pytest.fixture
def person(site, browser):
    people = []

    def make(*args, **more) -> Person:
        people.append(Person(site, browser, *args, **more))
        return people[-1]

    yield make
    for one in people:
        one.page.context.close()


def submit(resident):
    """Write and send a petition; give reference and receipt as they stand on the receipt page."""
    write_petition(resident.page)
    go_on(resident.page, "done")
    resident.site.world.settle()
    text = resident.page.inner_text("main")
    reference = re.search(r"QH-\w{4}-\w{4}-\w", text)[0]
    return {"reference": reference, "receipt": re.search(r"\d{4} \d{4} \d{4} \d{4}", text)[0]}


def test_a_petition_travels_from_a_phone_to_the_public_record(site, person):
    resident = person(window=PHONE)
    receipt = submit(resident)
    reference = receipt["reference"]
    look_up(resident.page, receipt)
    assert resident.sees("负责单位：县水利局")

    officer = person("water-officer")
    officer.take(reference, "受理")
    assert officer.sees("水龙头.jpg")
    assert resident.sees("受理")
    officer.take(reference, "向当事人询问", question="漏水从哪天开始？")

    assert resident.sees("漏水从哪天开始？")
    resident.press("答复")
    resident.page.fill("[name=answer]", "上周二开始。")
    resident.press("答复")
    assert resident.page.url.endswith(reference)

    day = {"day-year": "2026", "day-month": "11", "day-day": "2"}
    officer.take(reference, "记录听取的陈述", **day, way="phone", summary="希望尽快检修。")
    by_when = {"by_when-year": "2026", "by_when-month": "12", "by_when-day": "31"}
    officer.take(
        reference,
        "起草答复",
        **by_when,
        outcome="supported",
        facts="管道老化。",
        opinion="本月更换管道。",
        legal_basis="《信访工作条例》第三十二条",
        summary="水发黄属实，本月更换管道。",
    )
    person("water-reader").take(reference, "同意拟稿", remark="同意。")
    person("water-head").take(reference, "签发")
    officer.take(reference, "送达并登记", method="electronic", proof="系统显示已到达")
    officer.take(reference, "报告落实情况", done="管道已更换，水清了。")

    assert resident.sees("已办结")
    assert resident.sees("管道已更换，水清了。")
    keep_shot(resident.page, "journey-resident")
    assert resident.page.evaluate(SIDEWAYS) <= 0
    public = person(window=PHONE)
    public.page.goto("/public")
    assert not public.sees("水发黄属实")
    site.world.pass_days(8)
    assert public.sees("水发黄属实，本月更换管道。")
    public.press("水发黄属实")
    assert public.sees("石桥镇")
    assert not public.sees("周某")
    assert resident.sees("结果已进入公开记录")


def test_what_is_wrong_is_said_and_kept(person):
    resident = person(window=PHONE)
    resident.page.goto("/new")
    resident.page.click(".lx-card:has-text('信访')")
    resident.page.fill("#text", "三天了，水一直是黄的。")
    resident.press("下一步")

    assert resident.page.title().startswith("错误：")
    assert resident.page.is_visible(".govuk-error-summary a[href='#title']")
    assert resident.page.input_value("#text") == "三天了，水一直是黄的。"
    keep_shot(resident.page, "problem-422")


def test_a_draft_that_is_gone_gives_the_text_back(person):
    resident = person(window=PHONE)
    resident.page.goto("/new/start/petitions/petition")
    resident.page.fill("#text", "三天了，水一直是黄的。")
    resident.page.context.clear_cookies(name="lx_draft")
    resident.press("下一步")

    assert resident.page.is_visible("text=三天了，水一直是黄的。")
    keep_shot(resident.page, "problem-410")
