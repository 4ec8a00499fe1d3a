"""The record of a visit on a phone without a network: kept there, sent once, never over what somebody else wrote."""

import pytest
from oracles import SIDEWAYS, keep_shot, serious
from served_county import PHONE, a_site, a_visit

pytestmark = pytest.mark.browser

OFFICER = "shiqiao-officer"
WORDS = {"heard": "灌溉用水紧张。", "headline": "走访石桥镇", "body": "谈了灌溉用水。"}
STATE = "() => document.querySelector('[data-offline-box]').dataset.state"
ANOTHER = """async () => {
  const opened = indexedDB.open("lianxin-offline", 1);
  const db = await new Promise((yes) => { opened.onsuccess = () => yes(opened.result); });
  const all = db.transaction("records", "readwrite").objectStore("records");
  const found = all.get(location.pathname);
  const record = await new Promise((yes) => { found.onsuccess = () => yes(found.result); });
  await new Promise((yes) => { all.put({ ...record, person: "somebody-else" }).onsuccess = yes; });
  db.close();
}"""
LEFT = """async () => {
  const opened = indexedDB.open("lianxin-offline", 1);
  const db = await new Promise((yes) => { opened.onsuccess = () => yes(opened.result); });
  const all = db.transaction("records").objectStore("records").getAll();
  const records = await new Promise((yes) => { all.onsuccess = () => yes(all.result); });
  db.close();
  const kept = await (await caches.open("lianxin-offline")).keys();
  return records.length + kept.filter((one) => one.url.includes("/cases/")).length;
}"""


@pytest.fixture(scope="module")
def site(seeded_home, tmp_path_factory):
    with a_site(seeded_home, tmp_path_factory.mktemp("site"), filled=False) as site:
        yield site


@pytest.fixture
def phone(browser, site):
    context = site.open(browser, OFFICER, viewport=PHONE)
    yield context
    context.close()


def form_of(visit):
    return f"/desk/cases/{visit['reference']}/record"


def at_hand(phone, visit):
    """Open the form once with a network, so that the phone keeps it."""
    page = phone.new_page()
    page.goto(form_of(visit))
    page.wait_for_function("() => document.querySelector('[data-offline-box]').dataset.kept === 'yes'")
    return page


def fill_in(page, site, **more):
    page.check("[name=sort][value=village]", force=True)
    today = site.world.clock.now().date()
    for name, value in (("year", today.year), ("month", today.month), ("day", today.day)):
        page.fill(f"[name=day-{name}]", str(value))
    for name, value in {**WORDS, **more}.items():
        page.fill(f"[name={name}]", value)


def send(page):
    page.click("main form[data-offline] .govuk-button")


def reaches(page, state):
    page.wait_for_function(f"() => document.querySelector('[data-offline-box]').dataset.state === '{state}'")


def records(site, visit):
    return [one["inputs"]["heard"] for one in site.world.desk(visit, OFFICER)["steps"] if one["step"] == "record"]


def arrives(page, visit):
    page.wait_for_url(f"**/desk/cases/{visit['reference']}")


def test_what_is_typed_without_a_network_is_sent_once_there_is_one(site, phone):
    visit = a_visit(site.world)
    page = at_hand(phone, visit)
    assert page.evaluate(SIDEWAYS) <= 0
    assert serious(page) == []
    phone.set_offline(True)
    page.close()
    page = phone.new_page()
    page.goto(form_of(visit))  # a new start without a network: the phone has the form
    assert "走访大洼村" not in page.content()  # and nothing else of the case
    fill_in(page, site)
    send(page)
    reaches(page, "waiting")
    keep_shot(page, "offline-waiting")
    assert records(site, visit) == []

    page.close()  # the phone goes back into the pocket
    phone.set_offline(False)
    page = phone.new_page()
    page.goto(form_of(visit))
    arrives(page, visit)
    assert records(site, visit) == [WORDS["heard"]]
    assert page.evaluate(LEFT) == 0


def test_a_network_that_comes_back_is_enough(site, phone):
    visit = a_visit(site.world)
    page = at_hand(phone, visit)
    phone.set_offline(True)
    fill_in(page, site)
    send(page)
    reaches(page, "waiting")
    phone.set_offline(False)
    arrives(page, visit)
    assert records(site, visit) == [WORDS["heard"]]


def test_an_answer_that_is_lost_makes_no_second_record(site, phone):
    visit = a_visit(site.world)
    page = at_hand(phone, visit)
    sent = []

    def lose(route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        answer = route.fetch()
        sent.append(answer.status)
        if len(sent) == 1:
            route.abort()  # the server took it, and the phone never learns
        else:
            route.fulfill(response=answer)

    phone.route("**/offline", lose)
    fill_in(page, site)
    send(page)
    arrives(page, visit)  # it tried again by itself
    assert sent == [200, 200]
    assert records(site, visit) == [WORDS["heard"]]


def test_what_somebody_else_recorded_meanwhile_stands_beside_it(site, phone):
    visit = a_visit(site.world)
    page = at_hand(phone, visit)
    phone.set_offline(True)
    fill_in(page, site)
    send(page)
    reaches(page, "waiting")
    day = site.world.clock.now().date().isoformat()
    site.world.step(visit, "record", OFFICER, **{**WORDS, "sort": "village", "day": day, "heard": "机井坏了。"})
    phone.set_offline(False)
    reaches(page, "conflict")
    keep_shot(page, "offline-conflict")
    assert "机井坏了。" in page.inner_text("[data-offline-part=theirs]")
    assert WORDS["heard"] in page.inner_text("[data-offline-part=mine]")
    assert "进村" in page.inner_text("[data-offline-part=mine]")
    assert not page.is_visible("[data-offline-part=send]")  # it is recorded: nothing goes over that
    assert records(site, visit) == ["机井坏了。"]
    assert page.evaluate(LEFT) > 0  # until whoever wrote it throws it away
    page.click("[data-offline-part=delete]")
    arrives(page, visit)
    assert page.evaluate(LEFT) == 0


def test_a_case_that_only_moved_takes_the_record_of_whoever_looked_at_it(site, phone):
    visit = a_visit(site.world)
    page = at_hand(phone, visit)
    phone.set_offline(True)
    fill_in(page, site)
    send(page)
    reaches(page, "waiting")
    for post, unit in ((OFFICER, "liuhe-government"), ("liuhe-officer", "shiqiao-government")):
        site.world.step(visit, "refer", post, unit=unit, reason="属地不同。")
    phone.set_offline(False)
    reaches(page, "conflict")
    assert records(site, visit) == []
    page.click("[data-offline-part=send]")
    arrives(page, visit)
    assert records(site, visit) == [WORDS["heard"]]


def test_nobody_sends_what_somebody_else_wrote_on_the_same_phone(site, phone):
    visit = a_visit(site.world)
    page = at_hand(phone, visit)
    phone.set_offline(True)
    fill_in(page, site)
    send(page)
    reaches(page, "waiting")
    page.evaluate(ANOTHER)
    phone.set_offline(False)
    page.reload()
    reaches(page, "other")
    assert WORDS["heard"] not in page.inner_text("main")
    assert records(site, visit) == []


def test_a_record_that_is_wrong_says_why_and_loses_nothing(site, phone):
    visit = a_visit(site.world)
    page = at_hand(phone, visit)
    fill_in(page, site, headline="")
    send(page)
    reaches(page, "wrong")
    assert page.inner_text("[data-offline-part=why]")
    page.fill("[name=headline]", "走访石桥镇")
    page.evaluate("document.querySelector('form[data-offline]').requestSubmit()")  # the button waits a second
    arrives(page, visit)
    assert records(site, visit) == [WORDS["heard"]]
