"""What is measured, started as in production: private servers, Lianxin's processes, and the end of all of them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from kombu import Connection

from lianxin.loading import SERVICES

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.append(str(ROOT / "deploy" / "dev"))

from dev_services import DevServices, free_port  # noqa: E402 - found through the line above

PATIENCE = 90.0  # seconds for a process to be ready
# What the promise "on disk" rests on, said aloud although PostgreSQL has them so; and the moments of commits, to read.
SETTINGS = ("fsync=on", "synchronous_commit=on", "full_page_writes=on", "track_commit_timestamp=on")


@dataclass
class Stand:
    """The private servers, a home folder for each deployment, and every process that was started."""

    folder: Path
    services: DevServices
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def database(self, name: str) -> str:
        """Make a database and give its address, as psycopg reads it."""
        server = plain(self.services.postgres_url)
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return server.rpartition("/")[0] + f"/{name}"

    def settings(self, home: str, *, database: str = "", amqp: str = "") -> dict[str, str]:
        """Give the environment of a deployment of this stand."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LIANXIN_")}
        own = {"LIANXIN_HOME": str(self.folder / home)}
        if database:
            own["LIANXIN_DATABASE"] = database.replace("postgresql://", "postgresql+psycopg://", 1)
        if amqp:
            own["LIANXIN_AMQP"] = amqp
        return kept | own

    def empty_broker(self) -> str:
        """Forget what an earlier deployment left in the queues; gives the broker's address."""
        with Connection(self.services.amqp_url) as connection:
            for name in (*SERVICES, "unrouted", "dead"):
                connection.channel().queue_delete(f"q.{name}")
        return self.services.amqp_url

    @property
    def servers(self) -> dict[str, "subprocess.Popen[bytes]"]:
        """Give the private servers' first processes; the database is always started first."""
        return dict(zip(("PostgreSQL", "RabbitMQ"), self.services._processes, strict=True))

    def start(self, command: list[str], env: Mapping[str, str], log: str) -> "subprocess.Popen[bytes]":
        """Start a process in a group of its own."""
        with (self.folder / f"{log}.log").open("ab") as out:
            process = subprocess.Popen(command, env=dict(env), stdout=out, stderr=out, start_new_session=True)
        self.processes.append(process)
        return process

    def lianxin(self, env: Mapping[str, str], *words: str) -> tuple["subprocess.Popen[bytes]", int]:
        """Start `lianxin run`; gives the process and its port, ready."""
        port = free_port()
        name = "-".join(word for word in words if not word.startswith("--")) or "lianxin"
        process = self.start([executable(), "run", *words, "--port", str(port)], env, name)
        self.ready(process, port, "/health/ready", name)
        return process, port

    def ready(
        self, process: "subprocess.Popen[bytes]", port: int, path: str, name: str, patience: float = PATIENCE
    ) -> None:
        """Wait until a page answers with 200."""
        until = time.monotonic() + patience
        while time.monotonic() < until and process.poll() is None:
            if answers(port, path):
                return
            time.sleep(0.02)
        raise SystemExit(f"{name} did not become ready; its log ends with:\n{self.log(name)}")

    def log(self, name: str) -> str:
        """Give the end of a process's log."""
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace")[-2_000:] if path.exists() else ""

    def stop(self, *processes: "subprocess.Popen[bytes]") -> None:
        """End processes that were started here: all of them, or those that are given."""
        for process in processes or tuple(self.processes):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in processes or tuple(self.processes):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def executable() -> str:
    """Give the installed command."""
    return str(Path(sys.executable).parent / "lianxin")


def plain(url: str) -> str:
    """Give a database's address without SQLAlchemy's word for the driver."""
    return url.replace("+psycopg", "", 1)


def worked(process: "subprocess.Popen[bytes]") -> float:
    """Give the seconds of processor time that the workers of a gunicorn have taken."""
    below = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    fields = [Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in below]
    return sum(int(field[11]) + int(field[12]) for field in fields) / os.sysconf("SC_CLK_TCK")


def seconds_of(pid: int) -> float:
    """Give the seconds of processor time that a process and all below it have taken, those that ended included."""
    try:
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0  # it has ended meanwhile: its parent has its seconds
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK") + sum(seconds_of(int(one)) for one in below)


def answers(port: int, path: str) -> bool:
    """Tell whether a page is there."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def run(env: Mapping[str, str], *words: str) -> None:
    """Run a command of Lianxin to its end."""
    subprocess.run([executable(), *words], env=dict(env), check=True, stdout=subprocess.DEVNULL)


@contextmanager
def stand() -> Iterator[Stand]:
    """Start the private servers; stop them, and whatever was started beside them, at the end."""
    with TemporaryDirectory(prefix="lianxin-bench-", ignore_cleanup_errors=True) as folder:
        made = Stand(Path(folder), DevServices(Path(folder), postgres_settings=SETTINGS))
        try:
            _ = made.services.postgres_url  # the database first, so that `servers` knows which is which
            yield made
        finally:
            made.stop()
            made.services.stop()


def one(url: str, question: str) -> Any:
    """Ask a database for one value."""
    with psycopg.connect(url) as connection:
        row = connection.execute(question).fetchone()
        return row[0] if row else None
