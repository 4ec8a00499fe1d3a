"""What only a real server and a real browser show: twins at one moment, an answer to what is too large, the docs."""

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from threading import Barrier

import pytest
from dev_server import free_port
from playwright.sync_api import sync_playwright

pytestmark = pytest.mark.real

BODY = json.dumps({"mechanism": "suggestions", "kind": "suggestion", "title": "路灯", "text": "坏了"}).encode()
TWINS = 8
MB = 1024 * 1024
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    home, port = tmp_path_factory.mktemp("served"), free_port()
    command = [str(Path(sys.executable).parent / "lianxin"), "run", "--home", str(home / "home"), "--port", str(port)]
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    while not ready(port):
        assert server.poll() is None, (home / "server.log").read_text()
    yield port
    os.killpg(server.pid, signal.SIGTERM)
    server.wait()


def ready(port):
    try:
        return ask(port, "GET", "/health/ready")[0] == 200
    except ConnectionRefusedError:
        return False


def ask(port, method, path, body=None, **headers):
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    sent = {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, sent)
    answer = connection.getresponse()
    found = answer.status, json.loads(answer.read())
    connection.close()
    return found


def test_the_one_worker_tells_its_figures_to_who_asks_beside_it(port):
    ask(port, "GET", "/api/v1/mechanisms")
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    assert 'lianxin_request_seconds_count{method="GET",route="/api/v1/mechanisms"' in text
    assert 'lianxin_told_facts{service="routing"}' in text
    assert "lianxin_ready 1.0" in text
    assert ask(port, "GET", "/metrics", X_Forwarded_For="127.0.0.1")[0] == 404


def at_once(port, keys):
    gate = Barrier(len(keys))

    def send(key) -> tuple[int, dict]:
        gate.wait()
        return ask(port, "POST", "/api/v1/cases", BODY, Idempotency_Key=key)

    with ThreadPoolExecutor(len(keys)) as pool:
        return list(pool.map(send, keys))


def test_twins_at_the_same_moment_are_one_case(port):
    answers = at_once(port, ["twin"] * TWINS)
    assert {status for status, _ in answers} == {201}
    assert len({reply["reference"] for _, reply in answers}) == 1
    assert len({reply["receipt"] for _, reply in answers}) == 1


def test_strangers_at_the_same_moment_are_many(port):
    answers = at_once(port, [f"stranger {number}" for number in range(TWINS)])
    assert len({reply["reference"] for _, reply in answers}) == TWINS


def test_what_is_too_large_is_answered_and_not_cut_off(port):
    form = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n' + b"x" * (26 * MB)
    status, problem = ask(
        port, "POST", "/api/v1/cases/uploads", form + b"\r\n--x--\r\n", Content_Type="multipart/form-data; boundary=x"
    )
    assert (status, problem["code"]) == (413, "request-too-large")
    assert problem["next_action"]


@pytest.mark.browser
def test_the_documentation_is_drawn_without_the_outside(port):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        page, said, asked = browser.new_page(), [], []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"http://127.0.0.1:{port}/api/docs/try")
        page.click(".opblock-post .opblock-summary >> nth=0")
        page.wait_for_selector(".opblock-body .responses-wrapper")
        document = ask(port, "GET", "/api/v1/openapi.json")[1]
        drawn = page.locator(".opblock").count()
        browser.close()
    assert drawn == sum(len({"get", "post"} & set(item)) for item in document["paths"].values())
    assert said == []
    assert [url for url in asked if not url.startswith((f"http://127.0.0.1:{port}/", "data:"))] == []
