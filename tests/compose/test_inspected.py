"""A build behind an inspected connection: packages come through an authority that only the folder names."""

import hashlib
import os
import re
import shutil
import threading
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from authority import Authority
from composed import ROOT, host_address, run

pytestmark = [pytest.mark.compose, pytest.mark.timeout(900)]

CACHE = Path(os.environ.get("AIRGAP_CACHE") or Path.home() / ".cache" / "lianxin" / "airgap")
IMAGE = "lianxin/inspected:test"
NAME = "index.office.test"


class Index(BaseHTTPRequestHandler):
    """A package index over a folder of wheels, as pip asks it; `taken` are the files it gave."""

    wheels: dict[str, Path]
    taken: set[str]

    def do_GET(self) -> None:
        *_, word = self.path.strip("/").split("/")
        if word in self.wheels:
            self.taken.add(word)
            self._answer(self.wheels[word].read_bytes(), "application/zip")
        else:
            names = [name for name in self.wheels if normal(name.split("-")[0]) == normal(word)]
            links = (f'<a href="/files/{escape(name)}">{escape(name)}</a>' for name in names)
            self._answer("".join(links).encode(), "text/html")

    def _answer(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


@contextmanager
def index(address, authority, wheels):
    """Serve wheels over TLS; gives the address of the index and the files it gave."""
    taken: set[str] = set()
    handler = type("OfWheels", (Index,), {"wheels": {path.name: path for path in wheels.glob("*.whl")}, "taken": taken})
    server = ThreadingHTTPServer((address, 0), handler)
    server.socket = authority.server(NAME).wrap_socket(server.socket, server_side=True)
    hands = threading.Thread(target=server.serve_forever)
    hands.start()
    try:
        yield f"https://{NAME}:{server.server_port}/simple", taken
    finally:
        server.shutdown()
        hands.join()
        server.server_close()


def test_a_build_trusts_an_authority_that_was_dropped_into_the_folder(tmp_path):
    address = host_address()
    authority, context = Authority(tmp_path), tmp_path / "context"
    run(str(ROOT / "deploy" / "airgap" / "context"), str(context))
    shutil.copy(authority.certificate, context / "deploy" / "certificates")
    lock = hashlib.sha256((ROOT / "requirements" / "run.txt").read_bytes()).hexdigest()
    with index(address, authority, CACHE / f"wheels-{lock[:16]}") as (url, taken):
        settings = {"PIP_INDEX_URL": url, "no_proxy": f"{os.environ.get('no_proxy', '')},{NAME}"}
        settings |= {name: os.environ[name] for name in ("http_proxy", "https_proxy") if name in os.environ}
        words = [word for name, value in settings.items() for word in ("--build-arg", f"{name}={value}")]
        file = (
            "--add-host",
            f"{NAME}:{address}",
            "--file",
            str(context / "deploy" / "Dockerfile"),
            "--target",
            "build",
            "--tag",
            IMAGE,
        )
        run("docker", "build", *words, *file, str(context), env=os.environ | {"DOCKER_BUILDKIT": "0"}, timeout=600)
    run("docker", "image", "rm", IMAGE)
    assert any(name.startswith("flask-") for name in taken)
