"""Private RabbitMQ nodes that may be killed, suspended, cut off and joined to a cluster."""

import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from dev_server import answers, free_port, wait
from dev_services import BROKER_USER, broker_environment, broker_tool, make_broker_home

PATIENCE = 120  # seconds for a command of rabbitmqctl
# Nodes that don't hear each other shall notice within seconds.
QUICK_TO_NOTICE = "net_ticktime = 8\n"


@dataclass
class Node:
    """One broker, on a home of its own. Its data outlive its process."""

    home: Path
    env: dict[str, str]
    password: str
    group: str
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def name(self) -> str:
        """Give the node's name in a cluster."""
        return self.env["RABBITMQ_NODENAME"]

    @property
    def port(self) -> int:
        """Give the port for clients."""
        return int(self.env["RABBITMQ_NODE_PORT"])

    @property
    def url(self) -> str:
        """Give the address for clients."""
        return f"amqp://lianxin:{self.password}@127.0.0.1:{self.port}/%2F"

    def start(self) -> None:
        """Start it; it takes connections when this returns."""
        command = broker_tool("rabbitmq-server", group=self.group)
        log = self.home / "out.log"
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                command, env=self.env, stdout=out, stderr=out, start_new_session=True, cwd="/"
            )
        wait("RabbitMQ", self.process, lambda: answers(self.port), log)

    def signal(self, number: int) -> None:
        """Send a signal to all of it: the start script and the broker."""
        assert self.process is not None
        os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """End it as `kill -9` does."""
        if self.process is not None:
            self.signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Let it do nothing, with all its connections open."""
        self.signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.signal(signal.SIGCONT)

    def ctl(self, *words: str) -> str:
        """Run rabbitmqctl on it; gives what it printed."""
        command = broker_tool("rabbitmqctl", "-q", *words)
        ended = subprocess.run(command, env=self.env, check=True, capture_output=True, text=True, timeout=PATIENCE)
        return ended.stdout

    def join(self, other: "Node") -> None:
        """Become a member of another node's cluster."""
        self.ctl("stop_app")
        self.ctl("join_cluster", other.name)
        self.ctl("start_app")


@contextmanager
def nodes(number: int, *, first_group: str = BROKER_USER) -> Iterator[list[Node]]:
    """Start so many nodes with one name server between them; all end with the block.

    The first may run under a group of its own, by which the packet filter knows what it sends.

    Not in pytest's folder: every other run of pytest closes that one to the servers' users again.
    """
    epmd, cookie, password = free_port(), secrets.token_hex(20), secrets.token_hex(16)
    with TemporaryDirectory(prefix="lianxin-nodes-", ignore_cleanup_errors=True) as folder:
        groups = [first_group, *[BROKER_USER] * (number - 1)]
        made = [
            make_node(Path(folder) / f"node{which}", group, epmd, cookie, password)
            for which, group in enumerate(groups)
        ]
        try:
            for node in made:
                node.start()
            yield made
        finally:
            for node in made:
                node.kill()
            if (tool := shutil.which("epmd")) is not None:
                subprocess.run([tool, "-port", str(epmd), "-kill"], check=False, capture_output=True)


def make_node(home: Path, group: str, epmd: int, cookie: str, password: str) -> Node:
    """Make a node's home and give the node, not yet started."""
    port = free_port()
    settings = f"{QUICK_TO_NOTICE}default_user = lianxin\ndefault_pass = {password}\n"
    make_broker_home(home, port, settings, "", cookie)
    env = broker_environment(home, f"lianxin{port}@localhost", port, epmd)
    return Node(home, env, password, group)
