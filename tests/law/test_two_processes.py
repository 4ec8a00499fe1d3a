"""A notice is taken in while processes run: each counts by it from its next question, and none is started again."""

import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from dev_server import free_port
from server import call, start, until
from sqlalchemy import select

from lianxin.deployment import compose
from lianxin.home import Settings
from services.routing import clocks
from services.routing.models import CaseRow
from shared.county.file import load_county, shipped
from shared.workflow.declare import Deadline

pytestmark = pytest.mark.real

BODY = {"mechanism": "suggestions", "kind": "suggestion", "title": "路灯", "text": "坏了", "category": "roads"}
LIANXIN = str(Path(sys.executable).parent / "lianxin")
RULE = "info.answer"


class Office:
    """Processes of one county on a real broker and a real database, and its command line."""

    def __init__(self, home, amqp, database, ends):
        self.home, self.ends = home, ends
        self.settings = Settings(home=home, amqp=amqp, database=database)
        own = {"LIANXIN_AMQP": amqp, "LIANXIN_DATABASE": database, "LIANXIN_HOME": str(home)}
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("LIANXIN_")} | own

    def run(self, *words):
        """Run services as a process of their own; gives its port when it is ready."""
        port = free_port()
        server = start(self.home, port, *words, env=self.env)
        self.ends.callback(server.wait)
        self.ends.callback(os.killpg, server.pid, signal.SIGTERM)
        until(lambda: call(port, "/health/ready")["status"] == "ready")
        return port

    def command(self, *words):
        """Run a command as an operator does."""
        done = subprocess.run([LIANXIN, *words], env=self.env, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def boxed(self, *words, typed):
        """Run a command as the box `migrate` does: no broker, a home that is empty, and a file through a pipe."""
        own = {name: value for name, value in self.env.items() if name != "LIANXIN_AMQP"}
        own["LIANXIN_HOME"] = str(self.home.parent / "box")
        done = subprocess.run([LIANXIN, *words], env=own, input=typed, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start_term(self, reference):
        """Start a term in working days for a case, as a step of routing does."""
        deployment = compose(load_county(shipped("full")), self.settings, names=("routing",))
        with deployment.services["routing"].transaction() as session:
            row = session.scalars(select(CaseRow).where(CaseRow.reference == reference)).one()
            clocks.start(session, row, [Deadline(RULE)], session.now)
        deployment.close()


@pytest.fixture
def office(tmp_path, amqp_url, postgres_url):
    with ExitStack() as ends:
        (tmp_path / "home").mkdir(mode=0o700)
        made = Office(tmp_path / "home", amqp_url, postgres_url, ends)
        made.command("migrate")
        yield made


def a_week_off(folder):
    """Write notices by which the county has the coming week off, one for each year it touches."""
    today = datetime.now(UTC).date()
    week = [today + timedelta(days=ahead) for ahead in range(2, 9)]
    for year in sorted({day.year for day in week}):
        off = json.dumps([day.isoformat() for day in week if day.year == year])
        named = f'calendar = "CN+qinghe"\nyear = {year}\nversion = 1\nstatus = "announced"\nsource = "县庆放假"'
        file = folder / f"{year}.toml"
        file.write_text(f"{named}\noff = {off}\n", encoding="utf-8")
        yield file


def followed(port, receipt):
    return call(port, f"/api/v1/cases/{receipt['reference']}", Lianxin_Receipt=receipt["receipt"])


def promise(port, receipt, rule=RULE):
    return next((one for one in followed(port, receipt)["promises"] if one["rule"] == rule), None)


def test_processes_that_run_count_by_a_notice_and_open_deadlines_move_once(office, tmp_path):
    intake, routing = office.run("intake", "directory"), office.run("routing")
    second = office.run("intake", "--role", "web")
    receipt = call(intake, "/api/v1/cases", BODY)

    until(lambda: "case.routed" in [line["event"] for line in followed(intake, receipt)["timeline"]])
    office.start_term(receipt["reference"])
    before = until(lambda: promise(second, receipt))
    left = {port: promise(port, receipt, "suggestion.reply")["working_days_left"] for port in (intake, second)}

    files = list(a_week_off(tmp_path))
    for file in files:
        said = office.boxed("calendar", "import", "/dev/stdin", "--yes", typed=file.read_text(encoding="utf-8"))
        assert "nothing has to be restarted" in said
    after = until(lambda: (found := promise(second, receipt))["due"] != before["due"] and found)
    assert 5 <= (date.fromisoformat(after["due"]) - date.fromisoformat(before["due"])).days <= 11
    for port, days in left.items():
        # No process has to start again; each looks for notices once a second.
        until(lambda port=port, days=days: promise(port, receipt, "suggestion.reply")["working_days_left"] == days - 5)
    for file in files:
        office.command("calendar", "import", str(file), "--yes")  # a second time nothing happens
    events = [line["event"] for line in followed(intake, receipt)["timeline"]]
    assert events.count("deadline.moved") == len(files)
    assert call(routing, "/health/ready")["status"] == "ready"
