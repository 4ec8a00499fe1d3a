"""`kill -9` at any moment: start again, and nothing is lost or doubled."""

import json
import random
import threading
import time
from collections import Counter
from http.client import HTTPException
from urllib.error import HTTPError, URLError

import pytest
from dev_server import free_port
from server import call, kill, serving, start, until

from lianxin.deployment import compose
from lianxin.home import Settings
from lianxin.migrate import migrate_all
from services.directory.people import add_person
from services.directory.signin import make_token
from shared.clock import SystemClock
from shared.county.file import load_county, shipped

pytestmark = pytest.mark.real

BODY = {"mechanism": "suggestions", "kind": "suggestion", "title": "路灯", "text": "坏了", "category": "roads"}
DRAFT = {"outcome": "not_adopted", "reasons": "该路段不设路灯。", "summary": "不设路灯。"}
KILLS = 6
SEED = 20261124
POSTS = ("transport-officer", "transport-reader", "transport-head")
WAY = (("accept", 0, {}), ("draft", 0, DRAFT), ("read", 1, {}), ("sign", 2, {}))


@pytest.fixture
def tokens(tmp_path):
    """Make a home with three people of the office, and give their tokens."""
    county, now = load_county(shipped("full")), SystemClock().now()
    deployment = compose(county, Settings(home=tmp_path / "home"))
    list(migrate_all(deployment))
    directory = deployment.services["directory"]
    with directory.inside():
        for begin in directory.service.at_start:
            with directory.transaction(now) as session:
                begin(session, now=now)
        people = [add_person(f"岗位 {post}", post, [post], "a-long-password", now=now) for post in POSTS]
        made = [make_token(person, "test", 30, now=now) for person in people]
    deployment.close()
    return made


class Office:
    """Submits cases and takes steps as fast as it can, and remembers every answer it got."""

    def __init__(self, port, tokens, name):
        self.port, self.tokens, self.name = port, tokens, name
        self.receipts, self.taken = [], []

    def work(self):
        """Go on until the server is gone; what was not answered may or may not have happened."""
        try:
            while True:
                self._one(len(self.receipts))
        except HTTPError:
            raise  # an answer, and a wrong one: the thread's error fails the test
        except (URLError, OSError, HTTPException):  # the last: an answer cut off in its middle
            return

    def _one(self, number) -> None:
        receipt = call(self.port, "/api/v1/cases", BODY, Idempotency_Key=f"{self.name}-{number:08d}")
        self.receipts.append(receipt)
        for step, who, inputs in WAY:
            bearer = {"Authorization": f"Bearer {self.tokens[who]}"}
            while not seen_by_desk(
                self.port, receipt, bearer
            ):  # each has an account; ends with the server at the latest
                time.sleep(0.02)
            call(self.port, f"/api/v1/desk/cases/{receipt['reference']}/{step}", {"inputs": inputs}, **bearer)
            self.taken.append((receipt["reference"], step))


def seen_by_desk(port, receipt, bearer):
    try:
        return call(port, f"/api/v1/desk/cases/{receipt['reference']}", **bearer)
    except HTTPError as error:
        if error.code in (401, 404, 503):  # not routed yet, or the directory's facts are still on their way
            return None
        raise


def test_nothing_is_lost_or_doubled_by_kill_nine(tmp_path, tokens):
    home, port, chance, offices = tmp_path / "home", free_port(), random.Random(SEED), []  # noqa: S311 - mischief, not secrets
    for number in range(KILLS):
        server = start(home, port)
        until(lambda: call(port, "/health/ready")["status"] == "ready")
        office = Office(port, tokens, f"round-{number}")
        offices.append(office)
        hands = threading.Thread(target=office.work)
        hands.start()
        until(lambda office=office: office.taken)  # there is work in every stage
        threading.Event().wait(chance.uniform(0.0, 1.5))  # the moment of the blow is the test's own choice
        kill(server)
        hands.join()

    with serving(home, port):
        receipts = [receipt for office in offices for receipt in office.receipts]
        assert len(receipts) >= KILLS
        for receipt in receipts:
            shown = until(lambda receipt=receipt: routed(port, receipt))
            events = Counter(line["event"] for line in shown["timeline"])
            assert (events["case.submitted"], events["case.routed"], events["deadline.started"]) == (1, 1, 1)
        again = call(port, "/api/v1/cases", BODY, Idempotency_Key="round-0-00000000")
        assert again["reference"] == offices[0].receipts[0]["reference"]
        taken = [one for office in offices for one in office.taken]
        assert Counter(steps_of(port, tokens[0], {reference for reference, _ in taken})) >= Counter(taken)
        assert max(Counter(steps_of(port, tokens[0], {r["reference"] for r in receipts})).values()) == 1


def steps_of(port, token, references):
    """Give every (reference, step) that the desk shows as taken."""
    for reference in references:
        shown = call(port, f"/api/v1/desk/cases/{reference}", Authorization=f"Bearer {token}")
        yield from ((reference, step["step"]) for step in shown["steps"])


def routed(port, receipt):
    shown = call(port, f"/api/v1/cases/{receipt['reference']}", **{"Lianxin-Receipt": receipt["receipt"]})
    started = any(line["event"] == "deadline.started" for line in shown["timeline"])
    return shown if shown["unit"] and started else None


def test_a_first_start_that_is_killed_begins_anew(tmp_path):
    home, port = tmp_path / "home", free_port()
    chance = random.Random(SEED)  # noqa: S311 - mischief, not secrets
    options = ("--county", "smallest", "--demo")
    for _ in range(4):
        server = start(home, port, *options)
        threading.Event().wait(chance.uniform(1.0, 5.0))
        kill(server)
    with serving(home, port, *options):
        outcomes = call(port, "/api/v1/public/outcomes?limit=100")["items"]
        assert outcomes
    sign_ins = json.loads((home / "demo-sign-ins.json").read_text(encoding="utf-8"))
    assert {one["login"] for one in sign_ins}
    assert not (tmp_path / "home.making").exists()


def test_a_home_in_use_is_not_started_twice(tmp_path):
    home, port = tmp_path / "home", free_port()
    with serving(home, port, "--county", "smallest"):
        second = start(home, free_port(), "--county", "smallest")
        assert second.wait(60) == 1
    assert "is in use by another lianxin" in (tmp_path / "server.log").read_text(encoding="utf-8")
