"""Lianxin itself, killed where a person or a mail server is on the other end: who asks again gets the same answer."""

import json
import os
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError

import pytest
from aiosmtpd.controller import Controller
from dev_server import free_port
from server import call, kill, start, until
from stage import MODES

from shared.failpoints import VARIABLE
from tests.conftest import empty_broker, new_database

pytestmark = [pytest.mark.real, pytest.mark.check]

BODY = {"mechanism": "suggestions", "kind": "suggestion", "title": "路灯", "text": "坏了", "category": "roads"}


@pytest.fixture(params=MODES)
def county(request, tmp_path, dev_services):
    """Give a county that can be started in each mode."""
    with ExitStack() as ends:
        env = {name: value for name, value in os.environ.items() if not name.startswith("LIANXIN_")}
        if request.param == "production":
            database = ends.enter_context(new_database(dev_services.postgres_url))
            env |= {"LIANXIN_DATABASE": database, "LIANXIN_AMQP": empty_broker(dev_services.amqp_url)}
        command = [str(Path(sys.executable).parent / "lianxin"), "migrate", "--home", str(tmp_path / "home")]
        subprocess.run(command, env=env, check=True, capture_output=True)
        county = County(tmp_path / "home", env)
        ends.callback(county.kill)
        yield county


class County:
    """A home, where it runs now, and how to ask it."""

    def __init__(self, home, env):
        self.home, self.env, self.port, self.server = home, env, free_port(), None

    def start(self, armed=""):
        self.server = start(self.home, self.port, env=self.env | ({VARIABLE: armed} if armed else {}))
        until(lambda: call(self.port, "/health/ready")["status"] == "ready")

    def kill(self):
        if self.server is not None:
            kill(self.server)
            self.server = None

    def died(self, place):
        """Wait until its worker died at the armed place, and end the rest before it starts another."""
        log = self.home.parent / "server.log"
        until(lambda: f"failpoint {place}" in log.read_text(errors="replace"))
        self.kill()

    def submit(self, key, **more):
        return call(self.port, "/api/v1/cases", BODY | more, Idempotency_Key=key)

    def events(self, receipt):
        shown = call(self.port, f"/api/v1/cases/{receipt['reference']}", Lianxin_Receipt=receipt["receipt"])
        return Counter(line["event"] for line in shown["timeline"])


def test_a_request_without_an_answer_is_answered_when_it_comes_again(county):
    place = "door.after_commit_before_answer"
    county.start(armed=f"{place}:2")
    first = county.submit("first-key")
    with pytest.raises((OSError, HTTPException)) as lost:
        county.submit("second-key")
    assert not isinstance(lost.value, HTTPError)
    county.died(place)
    county.start()
    second = county.submit("second-key")
    assert county.submit("second-key") == second
    assert county.submit("first-key") == first
    for receipt in (first, second):
        events = until(lambda receipt=receipt: county.events(receipt)["deadline.started"] and county.events(receipt))
        assert (events["case.submitted"], events["case.routed"], events["deadline.started"]) == (1, 1, 1)
    sealed = [json.dumps(receipt, sort_keys=True) for receipt in (first, second)]
    assert len(set(sealed)) == 2


class Letters:
    """A mail server that keeps what it gets."""

    def __init__(self):
        self.ids = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's own name
        text = envelope.content.decode(errors="replace")
        self.ids += [line for line in text.splitlines() if line.lower().startswith("message-id:")]
        return "250 OK"


def test_a_mail_goes_again_under_its_own_id(county):
    letters, place = Letters(), "messages.after_send_before_mark"
    post = Controller(letters, hostname="127.0.0.1", port=free_port())
    post.start()
    try:
        county.env |= {"LIANXIN_SMTP": f"smtp://127.0.0.1:{post.port}"}
        county.start(armed=place)
        county.submit("a-key", contact={"email": "zhou@example.com"})
        county.died(place)
        assert len(letters.ids) == 1
        county.start()
        until(lambda: len(letters.ids) > 1)
        county.submit("another-key", contact={"email": "zhou@example.com"})
        until(lambda: len(set(letters.ids)) > 1)
    finally:
        post.stop()
    again = Counter(letters.ids)
    assert again.pop(letters.ids[0]) == 2
    assert set(again.values()) == {1}
