"""Any private server: a free port, the user that it wants, and waiting until it answers. Only the standard library."""

import os
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 60.0  # seconds for a server to answer


class NotHere(Exception):
    """A server can't be had; the sentence says what to do."""


def free_port() -> int:
    """Give a port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Tell whether something listens on a port of the loopback."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def lets_in(is_ready: Path, port: int) -> bool:
    """Tell whether PostgreSQL takes connections: it listens before it does."""
    asked = [str(is_ready), "-q", "-h", "127.0.0.1", "-p", str(port)]
    return subprocess.run(asked, check=False, capture_output=True).returncode == 0


def wait(what: str, server: "subprocess.Popen[bytes]", ready: Callable[[], bool], log: Path) -> None:
    """Wait until a server is ready. Raises `NotHere`, with the end of its log, where it ends before or never is."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        if ready():
            return
        time.sleep(0.1)
    tail = log.read_text(errors="replace")[-800:] if log.exists() else ""
    raise NotHere(f"{what} did not start; its log ends with:\n{tail}")


def as_server_user(command: list[str], user: str, group: str = "") -> list[str]:
    """Give the command as it runs for a server that refuses root."""
    who = [f"--reuid={user}", f"--regid={group or user}", "--init-groups"]
    return ["setpriv", *who, *command] if os.geteuid() == 0 else command


def open_way(folder: Path) -> None:
    """Let another user pass through the folders above a temporary one of ours."""
    for parent in folder.parents:
        if parent.stat().st_uid == os.geteuid() and parent != Path("/") and not parent.stat().st_mode & 0o001:
            parent.chmod(parent.stat().st_mode | 0o011)
