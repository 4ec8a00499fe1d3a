"""Doors that only serve: a process for each share of the cores, and a new one takes the place of a dead one."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = """
import sys
from gunicorn.app.base import BaseApplication
from lianxin.serve import gunicorn_options

class Doors(BaseApplication):
    def load_config(self):
        for key, value in gunicorn_options("127.0.0.1", 0, processes=2, threads=4, proxied=False).items():
            self.cfg.set(key, value)
    def load(self):
        return lambda environ, start: []

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


@pytest.mark.skipif(CORES < 2, reason="one core can't be shared out")
def test_each_process_of_the_doors_keeps_to_its_own_cores_and_is_replaced_there():
    with subprocess.Popen([sys.executable, "-c", PROGRAM]) as gunicorn:
        try:
            first = wait_for(lambda: stay_apart(gunicorn), "two processes on cores of their own")
            dead = min(first)
            os.kill(dead, signal.SIGKILL)
            wait_for(lambda: stay_apart(gunicorn, {dead}), "another process on the free core")
        finally:
            gunicorn.terminate()
