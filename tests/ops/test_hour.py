"""What the pages of queues draw from stored samples: lines, the time to drain, ages; and the way to a case."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import delete

from lianxin.figures import read
from services.supervision.models import SampleRow
from services.supervision.sample import look

pytestmark = pytest.mark.quick

PAGE, PARKED = "/oversight/queues/routing", "/oversight/queues/notification/parked"
MINUTE = timedelta(minutes=1)
# Ready and handed out, a minute apart, the newest last; None is a minute in which the broker could not be asked.
DEPTHS = [(0, 0), (150, 50), None, (180, 20), (140, 20), (110, 10), (90, 10), (70, 10), (50, 10)]
CAME, WENT = 10, 30  # in each of these minutes
LINES = ["0.0,31.0 15.0,2.0", "45.0,2.0 60.0,7.8 75.0,13.6 90.0,16.5 105.0,19.4 120.0,22.3"]  # 200, the most, is at 2


@pytest.fixture
def world(embedded_world):
    """Give a county whose supervision has looked at routing for eight minutes, and once more than an hour ago."""
    world, now = embedded_world, embedded_world.clock.now()
    world.token("county-operator")  # so that nobody looks after this
    with world.service("supervision").transaction(now) as session:
        session.execute(delete(SampleRow))
        session.add(sample(now - timedelta(minutes=61), (5_000, 0), 0))
        for number, depth in enumerate(DEPTHS):
            session.add(sample(now - (len(DEPTHS) - 1 - number) * MINUTE, depth, number))
    return world


def sample(at, depth, number):
    ready, unacked = depth or (None, None)
    known = depth is not None
    totals = {"arrived": 900 + CAME * number, "left": 700 + WENT * number} if known else {}
    return SampleRow(service="routing", at=at, answers=True, ready=ready, unacked=unacked, consumers=2, **totals)


def page(world, address, post="county-operator"):
    world.sign_in(post)
    answer = world.client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


def told(page, key):
    """Give what stands beside a word in the page's list."""
    found = re.search(rf">\s*{key}\s*</dt>\s*<dd[^>]*>\s*(.*?)\s*</dd>", page, flags=re.DOTALL)
    assert found, f"the page says nothing about {key}"
    return re.sub("<[^>]+>", "", found[1])


@pytest.mark.parametrize(("address", "drawing"), [(PAGE, "spark"), ("/oversight/queues", "spark-routing")])
def test_the_line_is_drawn_from_the_samples_of_the_last_hour(world, address, drawing):
    named = rf'<svg class="lx-spark"[^>]* aria-labelledby="{drawing}".*?</svg>'
    (line,) = re.findall(named, page(world, address), re.DOTALL)
    assert f'<title id="{drawing}">近一小时等待的消息：现在 60，最多 200</title>' in line
    assert re.findall(r'<polyline class="lx-spark__line" points="([^"]*)"', line) == LINES


def test_rates_and_the_time_to_drain_come_from_the_stored_totals(world):
    shown = page(world, PAGE)
    assert told(shown, "每分钟") == "进 10.0，出 30.0"
    assert told(shown, "预计清空时间") == "3 分钟", "60 wait, 20 more leave than come in a minute"
    assert "最多：200" in shown


def test_the_age_of_what_is_not_sent_is_that_of_its_row(embedded_world):
    world, intake = embedded_world, embedded_world.service("intake")
    body = {"mechanism": "suggestions", "kind": "suggestion", "title": "路灯", "text": "坏了"}
    world.token("county-operator")
    for _ in range(2):  # the oldest counts
        assert world.ask("POST", "/api/v1/cases", body).status_code == 201
        world.clock.advance(2 * MINUTE)
    assert read(intake).oldest_unsent == pytest.approx(240, abs=1)
    assert read(intake).unsent > 1
    look.run(world.service("supervision"), world.clock.now())

    shown = page(world, "/oversight/queues/intake")
    assert "它产生的最早一条消息已 4 分钟未发出。" in shown
    assert told(shown, "已产生未发出") == str(read(intake).unsent)


@pytest.fixture
def parked(embedded_world, refuse):
    """Give a county in which a routed case's first fact is parked at notification, and the case's receipt."""
    refuse(embedded_world.service("notification"))
    return embedded_world, embedded_world.submit()


@pytest.mark.parametrize("post", ["county-auditor", "county-head"])
def test_a_parked_row_leads_to_its_case_for_who_may_see_it(parked, post):
    world, receipt = parked
    (link,) = re.findall(r'href="([^"]+)"[^>]*>该事项的全程记录<', page(world, PARKED, post))
    assert receipt["reference"] in page(world, link, post)


def test_an_operator_sees_of_a_parked_row_its_cases_id_and_no_way_to_it(parked):
    world, receipt = parked
    shown = page(world, PARKED)
    (case,) = re.findall(r"<code>([0-9a-f]{32})</code>", shown)
    assert "/oversight/cases/" not in shown
    assert receipt["reference"] not in shown
    assert world.client.get(f"/oversight/cases/{case}").status_code == 403
