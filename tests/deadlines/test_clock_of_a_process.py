"""Real processes whose machine's clock jumps: set by libfaketime, which reads the time to tell from a file.

Terms of 30 days start with the receipt, so nobody has to work: cases come in, days pass at once, processes die.
"""

import os
import signal
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dev_server import free_port
from ends import AT_MOST, assert_each_ended_once, entries
from server import call, kill, start, until
from sqlalchemy import select

from lianxin.deployment import compose
from lianxin.home import Settings
from lianxin.migrate import migrate_all
from services.routing.models import CaseRow, DeadlineRow
from shared.bus.rabbit import declare_all
from shared.county.file import load_county, shipped

pytestmark = pytest.mark.real

BODY = {"mechanism": "suggestions", "kind": "suggestion", "title": "路灯", "text": "坏了", "category": "roads"}
SERVICES = ("intake", "directory", "routing")
CASES = 3


def library() -> str:
    """Give the library that changes a process's clock; `deploy/dev/system-packages` brings it."""
    return str(next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")))


class Place:
    """A county's processes under one clock that is not the machine's; `clock.now()` tells it."""

    def __init__(self, home, amqp, database):
        self.home, self.port, self.ahead = home, free_port(), timedelta()
        self.file = home.parent / "clock"
        self.settings = Settings(home=home, amqp=amqp, database=database)
        self.deployment = compose(load_county(shipped("full")), self.settings)
        list(migrate_all(self.deployment))
        declare_all(amqp, {name: one.service.follows for name, one in self.deployment.services.items()})
        faked = {
            "LD_PRELOAD": library(),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",  # waiting goes on as ever: only the date jumps
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",  # its name in later versions
            "PYTHONPATH": str(Path(__file__).with_name("faked")),
        }
        own = {"LIANXIN_AMQP": amqp, "LIANXIN_DATABASE": database, "LIANXIN_HOME": str(home)}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LIANXIN_")}
        self.env = {**kept, **own, **faked}
        self.server = None
        self.jump(timedelta())

    @property
    def clock(self):
        """Give the clock, as the oracle asks it."""
        return self

    def now(self):
        """Give what the processes take for now."""
        return datetime.now(UTC) + self.ahead

    def jump(self, ahead):
        """Set the clock so far from the machine's; running processes see it at once."""
        self.ahead = ahead
        half = self.file.with_suffix(".half")
        half.write_text(f"{ahead.total_seconds():+.3f}\n")
        half.replace(self.file)

    def jump_to(self, moment):
        """Set the clock to a moment."""
        self.jump(moment - datetime.now(UTC))

    def start(self):
        """Start the services, and wait until they work."""
        self.server = start(self.home, self.port, *SERVICES, env=self.env)
        until(lambda: call(self.port, "/health/live"))

    def stop(self):
        """End them as an operator does."""
        os.killpg(self.server.pid, signal.SIGTERM)
        self.server.wait()

    def service(self, name):
        """Give a service's rows, as the oracle reads them."""
        return self.deployment.services[name]

    def submit(self):
        """Submit some cases; gives the moment from which the first is late, once routing has them all."""
        receipts = [call(self.port, "/api/v1/cases", BODY) for _ in range(CASES)]
        until(lambda: self.routed(receipts))
        return datetime.fromisoformat(receipts[0]["promises"][0]["due_at"])

    def routed(self, receipts):
        """Tell whether routing has them."""
        return all("case.routed" in self.events(one) for one in receipts)

    def events(self, receipt):
        """Give what happened to a case."""
        found = call(self.port, f"/api/v1/cases/{receipt['reference']}", Lianxin_Receipt=receipt["receipt"])
        return [line["event"] for line in found["timeline"]]

    def told(self, what):
        """Give the entries of a kind about what was submitted here; the county's own duties run beside."""
        mine = select(DeadlineRow.instance).join(CaseRow, CaseRow.id == DeadlineRow.case)
        with self.service("routing").reading() as session:
            known = set(session.scalars(mine.where(CaseRow.mechanism == BODY["mechanism"])))
        return [one for one in entries(self) if one.what == what and one.instance in known]


@pytest.fixture
def place(tmp_path, amqp_url, postgres_url):
    with ExitStack() as ends:
        made = Place(tmp_path / "home", amqp_url, postgres_url)
        ends.callback(made.deployment.close)
        made.start()
        yield made
        if made.server.poll() is None:
            made.stop()


def test_a_clock_that_jumps_under_real_processes_ends_every_term_once(place):
    due = place.submit()
    place.jump_to(due - timedelta(seconds=4))  # the last seconds of the last day
    assert place.told("breached") == []
    until(lambda: len(place.told("breached")) == CASES)
    assert all(due <= one.at <= due + AT_MOST for one in place.told("breached"))

    place.jump(timedelta(days=-3))  # set back by three days: nothing is undone, and what is new counts from there
    new = place.submit()
    assert new < due
    place.jump_to(due + timedelta(days=20))
    until(lambda: len(place.told("breached")) == 2 * CASES)

    kill(place.server)
    place.jump_to(due + timedelta(days=40))
    place.start()
    third = place.submit()
    kill(place.server)  # with terms that run, and nobody there when they end
    place.jump_to(third + timedelta(days=5))
    place.start()
    until(lambda: len(place.told("breached")) == 3 * CASES)
    place.jump_to(third - timedelta(days=1))
    place.stop()
    place.start()
    place.jump_to(third + timedelta(days=6))
    place.submit()

    moments = sorted(one.at for one in place.told("breached"))
    assert len(moments) == 3 * CASES
    assert all(moment >= third for moment in moments[-CASES:])
    assert_each_ended_once(place)
