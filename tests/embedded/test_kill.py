"""`kill -9` at any moment: start again, and nothing is lost or doubled."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from dev_services import free_port

pytestmark = pytest.mark.real

BODY = {"mechanism": "suggestions", "kind": "suggestion", "title": "路灯", "text": "坏了", "category": "roads"}
KILLS = 4
CASES_EACH = 12


def start(home, port):
    command = [str(Path(sys.executable).parent / "lianxin"), "run", "--home", str(home), "--port", str(port)]
    with (home.parent / "server.log").open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)


def call(port, path, body=None, **headers):
    data = json.dumps(body).encode() if body is not None else None
    request = Request(f"http://127.0.0.1:{port}{path}", data, {"Content-Type": "application/json", **headers})
    with urlopen(request, timeout=10) as answer:  # noqa: S310 - loopback
        return json.loads(answer.read())


def until(ready, seconds=60):
    """Wait for an answer of the server, asking it again and again."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            found = ready()
        except (URLError, OSError):
            found = None
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("the server did not come so far")


def test_nothing_is_lost_or_doubled_by_kill_nine(tmp_path):
    home, port, receipts = tmp_path / "home", free_port(), []
    for round_number in range(KILLS):
        server = start(home, port)
        until(lambda: call(port, "/health/ready")["status"] == "ready")
        for number in range(CASES_EACH):
            key = {"Idempotency-Key": f"{round_number}-{number}"}
            receipts.append(call(port, "/api/v1/cases", BODY, **key))
        os.killpg(server.pid, signal.SIGKILL)  # in the middle of routing, numbering, sending
        server.wait()

    server = start(home, port)
    try:
        until(lambda: call(port, "/health/ready")["status"] == "ready")
        again = call(port, "/api/v1/cases", BODY, **{"Idempotency-Key": "0-0"})
        assert again["reference"] == receipts[0]["reference"]
        for receipt in receipts:
            shown = until(lambda receipt=receipt: routed(port, receipt))
            events = Counter(line["event"] for line in shown["timeline"])
            assert (events["case.submitted"], events["case.routed"], events["deadline.started"]) == (1, 1, 1)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def routed(port, receipt):
    shown = call(port, f"/api/v1/cases/{receipt['reference']}", **{"Lianxin-Receipt": receipt["receipt"]})
    started = any(line["event"] == "deadline.started" for line in shown["timeline"])
    return shown if shown["unit"] and started else None
