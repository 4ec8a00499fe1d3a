"""Broker and database go away and come back while residents submit without a pause: every receipt counts, once."""

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
LEAST = 20  # receipts between two blows: there is work in every stage


@dataclass
class Residents:
    """Submit one after the other, each until there is an answer; `ledger` holds every 201."""

    composed: Composed
    ledger: list[dict[str, Any]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._hands = threading.Thread(target=self._work)
        self._hands.start()

    def _work(self) -> None:
        while not self._stop.is_set():
            self._one({"Idempotency-Key": secrets.token_hex(16)})

    def _one(self, headers: dict[str, str]) -> None:
        """Ask again under the same key until the case is taken; a refusal would be a mistake."""
        body = {"mechanism": "suggestions", "kind": "suggestion", "title": "路灯", "text": "坏了", "category": "water"}
        while True:
            try:
                answer = requests.post(f"{self.composed.address}/api/v1/cases", json=body, headers=headers, timeout=30)
            except requests.RequestException:
                continue
            if answer.status_code == 201:
                self.ledger.append(answer.json())
                return
            if answer.status_code < 500:
                self.wrong.append(answer.text)
                return

    def some_more(self) -> None:
        """Wait for more receipts."""
        wanted = len(self.ledger) + LEAST
        until("more receipts", lambda: len(self.ledger) >= wanted or self.wrong, 120)

    def stop(self) -> None:
        """Let the last one get its answer."""
        self._stop.set()
        self._hands.join(120)


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
