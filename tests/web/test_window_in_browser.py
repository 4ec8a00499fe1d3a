"""The display of the window in a real browser: it follows the calls by itself, with a script and without."""

import pytest
from oracles import SIDEWAYS, serious
from served_county import PHONE, a_site

from services.intake.tickets import call, queue_named

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(seeded_home, tmp_path_factory):
    with a_site(seeded_home, tmp_path_factory.mktemp("site"), filled=False) as site:
        yield site


@pytest.mark.parametrize(("script", "queue"), [(True, "chengguan"), (False, "shiqiao")], ids=["script", "no script"])
def test_a_number_is_drawn_and_its_call_appears_by_itself(browser, site, script, queue):
    context = site.open(browser, "", viewport=PHONE, java_script_enabled=script)
    page = context.new_page()
    page.goto(f"/window/{queue}")
    page.click("main form .govuk-button")
    page.wait_for_selector(".lx-slip")
    number = page.inner_text(".lx-ticket")
    assert number.endswith("001")
    page.goto(f"/window/{queue}")
    assert page.locator(f"text={number}").count() == 0

    intake = site.world.service("intake")
    with intake.inside():
        assert call(queue_named(intake.here, queue), "3", now=site.world.clock.now()) == number
    page.locator(f".lx-ticket:has-text('{number}')").wait_for(timeout=20_000)
    if script:
        assert page.evaluate(SIDEWAYS) <= 0
        assert serious(page) == []
    context.close()
