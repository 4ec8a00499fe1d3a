"""A composed deployment, and people who use it through its one port."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import requests

ONE_SHOT = ("init", "migrate")
PATIENCE = 60.0  # seconds for a fact to travel, or for a container to come back
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
PASSWORD = "four words in a row"


def compose_binary() -> str:
    """Give the Compose that came with the packages of the checks, or the engine's own plugin."""
    beside = Path(sys.executable).with_name("docker-compose")
    return str(beside) if beside.exists() else shutil.which("docker-compose") or "docker compose"


def run(*command: str) -> str:
    """Run a command and give what it printed."""
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


def until(what: str, true: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Wait for something to become true; what was there last is in the failure."""
    end = monotonic() + patience
    while not (found := true()):
        assert monotonic() < end, f"{what}: not within {patience:.0f} s"
        sleep(0.25)
    return found


@dataclass
class Composed:
    """One project of containers; `address` is the gateway's."""

    command: str
    project: str
    file: Path
    address: str
    _tokens: dict[str, str] = field(default_factory=dict)

    def compose(self, *arguments: str) -> str:
        """Run a Compose command on this project."""
        return run(*self.command.split(), "-p", self.project, "-f", str(self.file), *arguments)

    def containers(self) -> dict[str, dict[str, Any]]:
        """Give what the engine knows of each container, by service."""
        names = run("docker", "ps", "-aq", "--filter", f"label=com.docker.compose.project={self.project}").split()
        found = json.loads(run("docker", "inspect", *names)) if names else []
        return {one["Config"]["Labels"]["com.docker.compose.service"]: one for one in found}

    def all_well(self) -> bool:
        """Tell whether every container that should be up is, and is healthy."""
        states = {name: one["State"] for name, one in self.containers().items() if name not in ONE_SHOT}
        return bool(states) and all(one.get("Health", {}).get("Status") == "healthy" for one in states.values())

    def kill(self, service: str) -> None:
        """Kill a container's first process, as the kernel would; the engine starts it again by itself."""
        before = self.containers()[service]["State"]["Pid"]
        os.kill(before, signal.SIGKILL)
        until(f"{service} started anew", lambda: self.containers()[service]["State"]["Pid"] not in (0, before))

    def inside(self, service: str, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in a running container; gives how it ended."""
        name = self.containers()[service]["Id"]
        return subprocess.run(
            ["docker", "exec", name, *command], check=False, capture_output=True, text=True, timeout=60
        )

    def ask(self, method: str, path: str, body: Any = None, *, post: str = "", **headers: str) -> requests.Response:
        """Send a request as a program."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if post:
            sent["Authorization"] = f"Bearer {self.token(post)}"
        return requests.request(method, f"{self.address}{path}", json=body, headers=sent, timeout=30)

    def link(self, login: str, *more: str) -> str:
        """Print a one-time sign-in address, as the county's IT department does."""
        return self.compose("run", "--rm", "init", "link", login, *more).strip()

    def token(self, post: str) -> str:
        """Give the token of somebody who holds this post: signed in once by a one-time address."""
        if post not in self._tokens:
            browser = requests.Session()
            sign_in(browser, self.link(post, "--name", f"岗位 {post}", "--post", post))
            page = until("the sign-in is known", lambda: _tokens_page(browser, self.address))
            made = browser.post(
                f"{self.address}/staff/tokens", {"csrf_token": _csrf(page), "scope": ["desk.read", "desk"]}, timeout=30
            )
            self._tokens[post] = re.search(r"<code>([^<]+)</code>", made.text).group(1)
        return self._tokens[post]

    def submit(self, **more: Any) -> dict[str, Any]:
        """Submit a suggestion."""
        body = {
            "mechanism": "suggestions",
            "kind": "suggestion",
            "title": "村口的路灯坏了",
            "text": "晚上看不见路，老人不敢出门。",
            "category": "water",
            **more,
        }
        response = self.ask("POST", "/api/v1/cases", body)
        assert response.status_code == 201, response.text
        return dict(response.json())

    def follow(self, receipt: Mapping[str, Any]) -> dict[str, Any]:
        """Look a case up with its receipt."""
        response = self.ask("GET", f"/api/v1/cases/{receipt['reference']}", Lianxin_Receipt=receipt["receipt"])
        assert response.status_code == 200, response.text
        return dict(response.json())

    def step(self, receipt: Mapping[str, Any], step: str, post: str, **inputs: Any) -> None:
        """Take a step as whoever holds a post, once the desk knows the case."""
        path = f"/api/v1/desk/cases/{receipt['reference']}"
        until(f"{step} is open", lambda: self.ask("GET", path, post=post).status_code == 200)
        response = self.ask("POST", f"{path}/{step}", {"inputs": inputs}, post=post)
        assert response.status_code == 200, response.text

    def wait_for_phase(self, receipt: Mapping[str, Any], phase: str) -> dict[str, Any]:
        """Wait until the resident sees the case in a phase."""
        return dict(until(f"phase {phase}", lambda: (case := self.follow(receipt))["phase"] == phase and case))


def sign_in(browser: requests.Session, address: str) -> requests.Response:
    """Open a one-time address and choose a password."""
    page = browser.get(address, timeout=30)
    assert page.status_code == 200, page.text
    return browser.post(
        address, {"csrf_token": _csrf(page.text), "password": PASSWORD}, allow_redirects=False, timeout=30
    )


def _tokens_page(browser: requests.Session, address: str) -> str:
    page = browser.get(f"{address}/staff/tokens", allow_redirects=False, timeout=30)
    return page.text if page.status_code == 200 else ""


def _csrf(page: str) -> str:
    return CSRF.search(page).group(1)
