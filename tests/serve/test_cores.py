"""Doors that only serve: a process for each share of the cores, and a new one takes the place of a dead one."""

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import pytest
from dev_server import free_port

PROGRAM = """
import os, sys
from gunicorn.app.base import BaseApplication
from prometheus_client import generate_latest
from lianxin.serve import gunicorn_options
from shared.metrics import REQUESTS, counted

class Counted:
    collect = staticmethod(counted)

def door(environ, start):
    REQUESTS.labels("test", "GET", "/", "200").observe(0.01)
    start("200 OK", [("Process", str(os.getpid()))])
    return [generate_latest(Counted())]

class Doors(BaseApplication):
    def load_config(self):
        options = gunicorn_options("127.0.0.1", int(sys.argv[1]), processes=2, threads=4, proxied=False)
        for key, value in options.items():
            self.cfg.set(key, value)
    def load(self):
        return door

Doors().run()
"""
CORES = len(os.sched_getaffinity(0))
PATIENCE = 60


def processes_of(gunicorn):
    return {int(one) for one in Path(f"/proc/{gunicorn.pid}/task/{gunicorn.pid}/children").read_text().split()}


def wait_for(found, what):
    until = time.monotonic() + PATIENCE
    while not (answer := found()):
        assert time.monotonic() < until, what
        os.sched_yield()
    return answer


def stay_apart(gunicorn, without=frozenset()):
    """Give the processes once there are two that keep to their own cores."""
    found = processes_of(gunicorn) - without
    shares = [os.sched_getaffinity(one) for one in found]
    return found if len(shares) == 2 and not set.intersection(*shares) else None


@pytest.fixture
def served():
    """Give a gunicorn with two processes, and its port."""
    port = free_port()
    with subprocess.Popen([sys.executable, "-c", PROGRAM, str(port)]) as gunicorn:
        yield gunicorn, port
        gunicorn.terminate()


@pytest.mark.skipif(CORES < 2, reason="one core can't be shared out")
def test_each_process_of_the_doors_keeps_to_its_own_cores_and_is_replaced_there(served):
    gunicorn, _ = served
    first = wait_for(lambda: stay_apart(gunicorn), "two processes on cores of their own")
    dead = min(first)
    os.kill(dead, signal.SIGKILL)
    wait_for(lambda: stay_apart(gunicorn, {dead}), "another process on the free core")


def test_whichever_process_is_asked_tells_what_all_have_counted(served):
    gunicorn, port = served
    wait_for(lambda: len(processes_of(gunicorn)) == 2 and answers(port), "two processes that answer")
    answered, total, asked = set(), 0.0, 1
    while len(answered) < 2:
        asked += 1
        process, total = ask(port)
        answered.add(process)
    assert total == asked


def answers(port):
    with suppress(OSError):
        return ask(port)
    return None


def ask(port):
    """Give which process answered, and how many requests it says were answered by all."""
    with urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
        text = answer.read().decode()
    (line,) = re.findall(r"^lianxin_request_seconds_count.* (.+)$", text, re.MULTILINE)
    return answer.headers["Process"], float(line)
