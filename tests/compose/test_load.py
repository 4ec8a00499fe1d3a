"""Broker and database go away and come back while eight residents at a time submit: every receipt counts, once."""

import secrets
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from composed import Composed, run, until

pytestmark = [pytest.mark.compose, pytest.mark.timeout(900)]

LINES = "SELECT count(*) FROM intake.journal WHERE type = 'org.lianxin.case.submitted.v1'"
COUNT = """
import psycopg, sys
url = open('/run/lianxin/database').read().strip().replace('+psycopg', '')
with psycopg.connect(url) as connection:
    print(connection.execute(sys.argv[1]).fetchone()[0])
"""
LEAST = 80  # receipts between two blows: there is work in every stage
RESIDENTS = 8  # at a time: requests are in the middle of something when a server goes
AGAIN = 0.2  # seconds before somebody who got no answer asks again; all of them at once would keep a server down


@dataclass
class Residents:
    """So many submit at a time, each until there is an answer, and then the next; `ledger` holds every 201."""

    composed: Composed
    ledger: list[dict[str, Any]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._hands = [threading.Thread(target=self._work) for _ in range(RESIDENTS)]
        for one in self._hands:
            one.start()

    def _work(self) -> None:
        while not self._stop.is_set():
            self._one({"Idempotency-Key": secrets.token_hex(16)})

    def _one(self, headers: dict[str, str]) -> None:
        """Ask again under the same key until the case is taken; a refusal would be a mistake."""
        body = {"mechanism": "suggestions", "kind": "suggestion", "title": "路灯", "text": "坏了", "category": "water"}
        while (answer := self._ask(body, headers)) is None or answer.status_code >= 500:
            self._stop.wait(AGAIN)
        if answer.status_code == 201:
            self.ledger.append(answer.json())
        else:
            self.wrong.append(answer.text)

    def _ask(self, body: dict[str, str], headers: dict[str, str]) -> requests.Response | None:
        try:
            return requests.post(f"{self.composed.address}/api/v1/cases", json=body, headers=headers, timeout=30)
        except requests.RequestException:
            return None

    def some_more(self) -> None:
        """Wait for more receipts."""
        wanted = len(self.ledger) + LEAST
        until("more receipts", lambda: len(self.ledger) >= wanted or self.wrong, 120)

    def stop(self) -> None:
        """Let the last of each get its answer."""
        self._stop.set()
        for one in self._hands:
            one.join(120)
        assert not any(one.is_alive() for one in self._hands), "somebody still waits for an answer"


def submitted(composed):
    """Give how many submissions intake's journal holds."""
    done = composed.inside("intake", "python3", "-c", COUNT, LINES)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def restart(composed, service):
    run("docker", "restart", "--timeout", "10", composed.containers()[service]["Id"])


def kill(composed, service):
    composed.kill(service)


@pytest.mark.parametrize("service", ["postgres", "rabbitmq"])
def test_what_everybody_stands_on_restarts_under_load(composed, service):
    before, residents = submitted(composed), Residents(composed)
    try:
        for blow in (kill, restart):
            residents.some_more()
            blow(composed, service)
            until("all are well again", composed.all_well, 120)
        residents.some_more()
    finally:
        residents.stop()

    assert residents.wrong == []
    references = [receipt["reference"] for receipt in residents.ledger]
    assert len(set(references)) == len(references)
    assert submitted(composed) - before == len(references)
    for receipt in residents.ledger:
        events = Counter(line["event"] for line in composed.wait_for_phase(receipt, "triage")["timeline"])
        assert (events["case.submitted"], events["case.routed"]) == (1, 1)
