"""`lianxin run` as a process of its own: started, asked, killed."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen


def start(home, port, *more, env=None):
    """Start `lianxin run`, its log beside its home."""
    command = [str(Path(sys.executable).parent / "lianxin"), "run", "--home", str(home), "--port", str(port), *more]
    with (home.parent / "server.log").open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, env=env)


def kill(server):
    """End a server and its workers as `kill -9` does."""
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()


@contextmanager
def serving(home, port, *more):
    """Run the server until the block ends, and end it as an operator would."""
    server = start(home, port, *more)
    try:
        until(lambda: call(port, "/health/ready")["status"] == "ready")
        yield server
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def call(port, path, body=None, **headers):
    """Ask a server, and give its answer."""
    data = json.dumps(body).encode() if body is not None else None
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    request = Request(f"http://127.0.0.1:{port}{path}", data, {"Content-Type": "application/json", **sent})
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
