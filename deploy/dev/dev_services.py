"""A private broker and database for tests and development: found by address, or started from installed binaries.

Only the standard library, so that a bare Python can run it. Nothing that was not started here is ever touched.
"""

import grp
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from dev_server import NotHere, answers, as_server_user, free_port, lets_in, open_way, wait

BROKER_USER = "rabbitmq"
BROKER_BIN = Path("/usr/lib/rabbitmq/bin")  # behind Debian's wrapper, which insists on changing users
IN_ROOT = Path(__file__).with_name("in-root")
LARGEST_MESSAGE = 33_554_432  # bytes, as a county's broker has it: the defaults are 128 MiB and, since 4.0, 16 MiB


@dataclass
class DevServices:
    """Starts what is asked for, stops what it started."""

    folder: Path
    _processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    _amqp: str = ""
    _broker: str = ""
    _postgres: str = ""
    rabbit_env: dict[str, str] = field(default_factory=dict)
    postgres_settings: tuple[str, ...] = ()  # such as "fsync=on", beside those every private server has

    @property
    def amqp_url(self) -> str:
        """Give a broker's address: the one that is given, or a private one."""
        if not self._amqp:
            self._amqp = os.environ.get("LIANXIN_TEST_AMQP", "") or self._start_rabbit()
        return self._amqp

    @property
    def broker_url(self) -> str:
        """Give the address of the broker's HTTP interface."""
        _ = self.amqp_url
        return self._broker or os.environ["LIANXIN_TEST_BROKER"]

    @property
    def postgres_url(self) -> str:
        """Give a database server's address (SQLAlchemy form): the one that is given, or a private one."""
        if not self._postgres:
            self._postgres = os.environ.get("LIANXIN_TEST_POSTGRES", "") or self._start_postgres()
        return self._postgres

    def _start_rabbit(self) -> str:
        port, http_port, password = free_port(), free_port(), secrets.token_hex(16)
        settings = (
            f"default_user = lianxin\ndefault_pass = {password}\n"
            f"management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {http_port}\n"
        )
        home = self.folder / "rabbitmq"
        env = broker_environment(home, f"lianxin{port}@localhost", port, free_port())
        command = broker_tool("rabbitmq-server")
        make_broker_home(home, port, settings, "rabbitmq_management", secrets.token_hex(20))
        self.rabbit_env = env
        self._run("RabbitMQ", command, env, home / "out.log", lambda: answers(port))
        self._broker = f"http://lianxin:{password}@127.0.0.1:{http_port}"
        return f"amqp://lianxin:{password}@127.0.0.1:{port}/%2F"

    def _start_postgres(self) -> str:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
        initdb = str(found[0]) if found else shutil.which("initdb")
        if initdb is None:
            raise NotHere("PostgreSQL is needed: sudo apt-get install -y postgresql, or set LIANXIN_TEST_POSTGRES")
        home = self.folder / "postgres"
        home.mkdir(parents=True, exist_ok=True)
        port, password = free_port(), secrets.token_hex(16)
        secret = home / "password"
        secret.write_text(password)
        if os.geteuid() == 0:
            shutil.chown(home, "postgres", "postgres")
            shutil.chown(secret, "postgres", "postgres")
            open_way(home)
        data = home / "data"
        make = [initdb, "-D", str(data), "-U", "lianxin", "--auth=scram-sha-256", f"--pwfile={secret}", "-E", "UTF8"]
        subprocess.run(
            as_server_user([*make, "--locale=C.UTF-8", "--no-sync"], "postgres"),
            check=True,
            capture_output=True,
            cwd="/",
        )
        serve = [str(Path(initdb).with_name("postgres")), "-D", str(data), "-p", str(port), "-h", "127.0.0.1"]
        settings = ["-c", f"unix_socket_directories={home}", "-c", "max_connections=300"]
        settings += [word for setting in self.postgres_settings for word in ("-c", setting)]
        command, is_ready = as_server_user([*serve, *settings], "postgres"), Path(initdb).with_name("pg_isready")
        self._run("PostgreSQL", command, dict(os.environ), home / "out.log", lambda: lets_in(is_ready, port))
        return f"postgresql+psycopg://lianxin:{password}@127.0.0.1:{port}/postgres"

    def _run(self, what: str, command: list[str], env: dict[str, str], log: Path, ready: Callable[[], bool]) -> None:
        with log.open("wb") as out:
            process = subprocess.Popen(command, env=env, stdout=out, stderr=out, start_new_session=True, cwd="/")
        self._processes.append(process)
        wait(what, process, ready, log)

    def stop(self) -> None:
        """Stop what was started here, and nothing else."""
        for process in reversed(self._processes):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self._processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._processes.clear()
        self._stop_name_server()

    def _stop_name_server(self) -> None:
        """Stop the broker's own epmd: Erlang starts it as a daemon that outlives the node."""
        port, epmd = self.rabbit_env.get("ERL_EPMD_PORT"), shutil.which("epmd")
        if port and epmd:
            subprocess.run([epmd, "-port", port, "-kill"], check=False, capture_output=True)
        self.rabbit_env = {}


def broker_tool(name: str, *words: str, group: str = BROKER_USER) -> list[str]:
    """Give the command of one of the broker's programs, as the user it wants. Raises `NotHere` where none is installed.

    LIANXIN_TEST_RABBITMQ names the root file system of another Debian: its RabbitMQ is used instead of this machine's.
    """
    inner = BROKER_BIN / name
    if root := os.environ.get("LIANXIN_TEST_RABBITMQ", ""):
        return _in_root(Path(root), group, str(inner), *words)
    if os.geteuid() == 0 and inner.exists():
        return as_server_user([str(inner), *words], BROKER_USER, group)
    if (found := shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:{BROKER_BIN}")) is None:
        raise NotHere("RabbitMQ is needed: sudo apt-get install -y rabbitmq-server, or set LIANXIN_TEST_AMQP")
    return [found, *words]


def _in_root(root: Path, group: str, *command: str) -> list[str]:
    if os.geteuid() != 0 or not root.joinpath(command[0].lstrip("/")).exists():
        raise NotHere(f"LIANXIN_TEST_RABBITMQ: only root can start a broker in {root}, and {command[0]} must be there")
    user, group_id = pwd.getpwnam(BROKER_USER).pw_uid, grp.getgrnam(group).gr_gid
    return [str(IN_ROOT), str(root), str(user), str(group_id), *command]


def broker_environment(home: Path, node: str, port: int, epmd_port: int) -> dict[str, str]:
    """Give the environment of a node that keeps everything in its home and is found through its own name server."""
    return {
        **os.environ,
        "HOME": str(home),
        "RABBITMQ_NODENAME": node,
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "ERL_EPMD_PORT": str(epmd_port),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_RELAXED_COMMAND_CHECK": "1",  # or it refuses to end before it has noticed that a killed node is gone
        "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
        "RABBITMQ_LOG_BASE": str(home / "log"),
        "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "enabled_plugins"),
        "RABBITMQ_PID_FILE": str(home / "pid"),
        "RABBITMQ_CONF_ENV_FILE": str(home / "none"),
    }


def make_broker_home(home: Path, port: int, settings: str, plugins: str, cookie: str) -> None:
    """Write a node's settings, with a listener on the loopback only, and give its home to its user."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "rabbitmq.conf").write_text(
        f"listeners.tcp.1 = 127.0.0.1:{port}\n{settings}"
        f"max_message_size = {LARGEST_MESSAGE}\n"
        "loopback_users.guest = true\nlog.console = true\nlog.file = false\n"
        "vm_memory_high_watermark.relative = 0.3\n"
        "disk_free_limit.absolute = 100MB\n"
    )
    (home / "enabled_plugins").write_text(f"[{plugins}].\n")
    secret = home / ".erlang.cookie"
    secret.write_text(cookie)
    secret.chmod(0o400)
    if os.geteuid() == 0:
        for path in (home, *home.rglob("*")):
            shutil.chown(path, BROKER_USER, BROKER_USER)
        open_way(home)


def main() -> int:
    """Print the addresses and keep the servers up until interrupted."""
    services = DevServices(Path(tempfile.mkdtemp(prefix="lianxin-dev-")))
    try:
        print(f"export LIANXIN_TEST_AMQP='{services.amqp_url}'")
        print(f"export LIANXIN_TEST_POSTGRES='{services.postgres_url}'", flush=True)
        signal.sigwait({signal.SIGINT, signal.SIGTERM})
    except NotHere as missing:
        print(missing, file=sys.stderr)
        return 1
    finally:
        services.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
