"""A notice of days off comes in while the containers run: none is started again, and each counts by it."""

import pytest
from composed import ONE_SHOT, until

pytestmark = pytest.mark.compose

ASKED = "/deadlines?rule=info.answer&from=2029-01-02"
NOTICE = """
calendar = "CN"
year = 2029
version = 1
status = "announced"
source = "试验用的通知"
off = ["2029-01-03..2029-01-12"]
"""


def counted(composed):
    """Give what a resident reads on the page that counts."""
    page = composed.ask("GET", ASKED)
    assert page.status_code == 200, page.text
    return page.text


def test_a_notice_reaches_containers_that_run(composed):
    began = {name: one["State"]["StartedAt"] for name, one in composed.containers().items() if name not in ONE_SHOT}
    before = counted(composed)
    assert "尚未公布" in before
    said = composed.compose("run", "--rm", "-T", "migrate", "calendar", "import", "/dev/stdin", "--yes", input=NOTICE)
    assert "2029" in said
    after = until("the page counts by the notice", lambda: (page := counted(composed)) != before and page)
    assert "尚未公布" not in after
    assert {name: composed.containers()[name]["State"]["StartedAt"] for name in began} == began
