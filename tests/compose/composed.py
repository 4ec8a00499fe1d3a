"""A composed deployment, and people who use it through its one port."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import requests

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "install.md"
ONE_SHOT = ("init", "migrate")
FIRST_START = 240.0  # seconds for all containers on two busy cores
PATIENCE = 60.0  # seconds for a fact to travel, or for a container to come back
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
PASSWORD = "four words in a row"


def compose_binary() -> str:
    """Give the Compose that came with the packages of the checks, or the engine's own plugin."""
    beside = Path(sys.executable).with_name("docker-compose")
    return str(beside) if beside.exists() else shutil.which("docker-compose") or "docker compose"


def run(*command: str, timeout: float = 120, **how: Any) -> str:
    """Run a command and give what it printed; where it fails, what it said is in the failure."""
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=timeout, **how)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def free_port() -> int:
    """Give a port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def host_address() -> str:
    """Give the address of this machine that containers of the engine's own bridge reach.

    An engine names it only from its second start on; it is the first of the bridge's network all the same.
    """
    found = json.loads(run("docker", "network", "inspect", "bridge"))[0]["IPAM"]["Config"][0]
    return str(found.get("Gateway") or next(ip_network(found["Subnet"]).hosts()))


def until(what: str, true: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Wait for something to become true; what was there last is in the failure."""
    end = monotonic() + patience
    while not (found := true()):
        assert monotonic() < end, f"{what}: not within {patience:.0f} s"
        sleep(0.25)
    return found


@dataclass
class Composed:
    """One project of containers, run from a folder as a county has it; `address` is the gateway's."""

    project: str
    folder: Path
    address: str
    _tokens: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """Give what commands of this project find in their environment: nothing of another project's."""
        own = {"COMPOSE_PROJECT_NAME": self.project, "LIANXIN_PORT": self.address.rpartition(":")[2]}
        return {name: value for name, value in os.environ.items() if not name.startswith("LIANXIN_")} | own

    def compose(self, *arguments: str, **how: Any) -> str:
        """Run a Compose command on this project, with the files that the folder and its .env name."""
        return run(*compose_binary().split(), *arguments, cwd=self.folder, env=self.environment, **how)

    def follow_guide(self, name: str, *, typed: str = "", **instead: str) -> str:
        """Run a block of docs/install.md as it stands there, but for the places it names; gives what it printed."""
        block = re.search(rf"<!-- compose: {name} -->\n```sh\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
        assert block, f"docs/install.md has no block called {name}"
        script = block[1].replace("/srv/lianxin", str(self.folder / "srv"))
        for word, other in instead.items():
            script = script.replace(word, other)
        plugins = self.folder / ".docker" / "cli-plugins"
        if not plugins.exists():
            plugins.mkdir(parents=True)
            (plugins / "docker-compose").symlink_to(compose_binary())
        environment = self.environment | {"DOCKER_CONFIG": str(plugins.parent)}
        how: Any = {"cwd": self.folder, "env": environment, "input": typed, "timeout": FIRST_START}
        return run("sh", "-euc", script, **how)

    def up(self) -> None:
        """Start what is not running, and wait until all of it is well."""
        self.compose("up", "--detach", "--quiet-pull", "--remove-orphans", timeout=FIRST_START)
        until("all are well", self.all_well, FIRST_START)

    def remove(self) -> None:
        """Take everything down; nothing of the project stays, also what another of its files named."""
        self.compose("--profile", "*", "down", "--volumes", "--remove-orphans", "--timeout", "10")
        mine = f"label=com.docker.compose.project={self.project}"
        if left := run("docker", "volume", "ls", "-q", "--filter", mine).split():
            run("docker", "volume", "rm", *left)

    def every_container(self) -> list[dict[str, Any]]:
        """Give what the engine knows of each container, replicas one by one."""
        names = run("docker", "ps", "-aq", "--filter", f"label=com.docker.compose.project={self.project}").split()
        return list(json.loads(run("docker", "inspect", *names))) if names else []

    def replicas(self, service: str) -> list[dict[str, Any]]:
        """Give the containers of a service."""
        return [one for one in self.every_container() if service_of(one) == service]

    def containers(self) -> dict[str, dict[str, Any]]:
        """Give what the engine knows of each container, by service."""
        return {service_of(one): one for one in self.every_container()}

    def all_well(self) -> bool:
        """Tell whether every container that should be up is, and is healthy."""
        states = [one["State"] for one in self.every_container() if service_of(one) not in ONE_SHOT]
        return bool(states) and all(one.get("Health", {}).get("Status") == "healthy" for one in states)

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
        """Submit a suggestion; what is None is not sent."""
        body = {
            "mechanism": "suggestions",
            "kind": "suggestion",
            "title": "村口的路灯坏了",
            "text": "晚上看不见路，老人不敢出门。",
            "category": "water",
            **more,
        }
        sent = {name: value for name, value in body.items() if value is not None}
        response = self.ask("POST", "/api/v1/cases", sent)
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


def service_of(container: Mapping[str, Any]) -> str:
    """Give the service that a container belongs to."""
    return str(container["Config"]["Labels"]["com.docker.compose.service"])


def excess(container: Mapping[str, Any]) -> list[str]:
    """Give what a container may beyond what it needs: nothing."""
    host = container["HostConfig"]
    by_user = container["Config"]["User"] or user_of_image(container)
    well = {
        "writes to its files": host["ReadonlyRootfs"],
        "has capabilities": host["CapDrop"] == ["ALL"] and not host["CapAdd"],
        "may gain privileges": "no-new-privileges:true" in host["SecurityOpt"] and not host["Privileged"],
        "has no limit of memory": host["Memory"] > 0,
        "has no limit of processes": host["PidsLimit"] > 0,
        "is root": by_user not in ("", "0", "root"),
        "reaches the engine": not any("docker.sock" in mount["Source"] for mount in container["Mounts"]),
    }
    return [what for what, kept in well.items() if not kept]


def user_of_image(container: Mapping[str, Any]) -> str:
    """Give the user whom a container's image names."""
    return str(json.loads(run("docker", "image", "inspect", str(container["Image"])))[0]["Config"]["User"])


def published(container: Mapping[str, Any]) -> dict[str, list[str]]:
    """Give a container's published ports, each with the addresses of this machine that it is published at."""
    ports = container["NetworkSettings"]["Ports"]
    return {port: sorted({one["HostIp"] for one in hosts}) for port, hosts in ports.items() if hosts}


def an_office(folder: Path, project: str, **settings: str) -> Composed:
    """Lay out a folder as the guide says, with an .env of these settings."""
    port = free_port()
    for name in ("docker-compose.yml", "compose.scale.yml", ".env.example"):
        shutil.copy(ROOT / name, folder)
    for name in ("counties", "certificates"):
        shutil.copytree(ROOT / "deploy" / name, folder / "deploy" / name)
    settings |= {"LIANXIN_PORT": str(port), "LIANXIN_ADDRESS": f"http://127.0.0.1:{port}"}
    lines = (folder / ".env.example").read_text().splitlines()
    (folder / ".env").write_text("\n".join([*lines, *(f"{name}={value}" for name, value in settings.items()), ""]))
    return Composed(project, folder, settings["LIANXIN_ADDRESS"])


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
