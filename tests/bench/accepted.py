"""How many cases are accepted each second, beside a bare service that writes the same rows and bytes."""

import json
import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any
from urllib.request import Request, urlopen

import bare
import psycopg
from case import BODY
from psycopg.types.json import set_json_loads
from servers import HERE, Stand, free_port, one, plain, run, worked

ROUNDS = 5
SECONDS = 4.0
CONNECTIONS = 16
THREADS = 8
ORDER = ("bare", "plain", "web", "whole")
TABLES = {  # and which of their rows are the case's: the service told facts of its own at its start
    "reply": "true",
    "case_key": "true",
    "cases": "true",
    "receipts": "true",
    "key_out": "true",
    "subject": "subject IN (SELECT id FROM intake.cases)",
    "journal": "subject IN (SELECT id FROM intake.cases)",
    "unsent": "id IN (SELECT journal.id FROM intake.journal, intake.cases WHERE subject = cases.id)",
}


@dataclass
class Contestant:
    """A server under load: its cases per second and processor time for a case (ms), by round."""

    process: Any
    port: int
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def measure(stand: Stand, show: Callable[[str], None]) -> dict[str, Any]:
    """Measure in alternating rounds; gives for each server cases per second and processor time, by round."""
    show("accepted cases: starting servers")
    contestants, whole_database = _contestants(stand)
    for turn in range(ROUNDS + 1):
        for name in ORDER if turn % 2 else reversed(ORDER):
            show(f"accepted cases, round {turn} of {ROUNDS}: {name}")
            _burden(stand, contestants[name], warm_up=turn == 0)
            if name == "whole":
                wait_until_sent(whole_database)
    stand.stop(*(one.process for one in contestants.values()))
    return {
        "rates": {name: contestants[name].rates for name in ORDER},
        "cpu": {name: contestants[name].cpu for name in ORDER},
    }


def _contestants(stand: Stand) -> tuple[dict[str, Contestant], str]:
    amqp, database, whole_database = stand.empty_broker(), stand.database("accepted"), stand.database("whole")
    web_env = stand.settings("web", database=database, amqp=amqp)
    whole_env = stand.settings("whole", database=whole_database, amqp=amqp)
    run(web_env, "migrate")
    run(whole_env, "migrate")
    stand.stop(stand.lianxin(web_env, "intake", "--role", "worker")[0])  # doors open where a worker has begun once
    web = Contestant(*stand.lianxin(web_env, "intake", "--role", "web"))
    whole = Contestant(*stand.lianxin(whole_env, "intake"))
    others = {way: Contestant(*server) for way, server in _bare(stand, database, web.port).items()}
    return {"web": web, "whole": whole, **others}, whole_database


def _burden(stand: Stand, contestant: Contestant, *, warm_up: bool) -> None:
    with psycopg.connect(plain(stand.services.postgres_url), autocommit=True) as connection:
        connection.execute("CHECKPOINT")  # so that none pays for another's
    before = worked(contestant.process)
    outcome = load(contestant.port, seconds=1.0 if warm_up else SECONDS, connections=CONNECTIONS)
    if not warm_up:
        contestant.rates.append(outcome["rate"])
        contestant.cpu.append((worked(contestant.process) - before) / len(outcome["took"]) * 1000)


def load(port: int, **plan: Any) -> dict[str, Any]:
    """Put a load on from a process of its own; any answer but 201 ends the measurement."""
    plan |= {"port": port, "body": BODY}
    done = subprocess.run(
        [sys.executable, str(HERE / "load.py")], input=json.dumps(plan).encode(), stdout=subprocess.PIPE, check=True
    )
    outcome = json.loads(done.stdout)
    if outcome["refused"] or not outcome["took"]:
        raise SystemExit(f"not accepted: {sorted(set(outcome['refused']))}, {len(outcome['refused'])} times")
    return outcome | {"rate": len(outcome["took"]) / plan["seconds"]}


def wait_until_sent(url: str, seconds: float = 120) -> None:
    """Wait until the relay has nothing left, so that its work burdens nobody else's turn."""
    until = time.monotonic() + seconds
    while one(url, "SELECT count(*) FROM intake.unsent"):
        if time.monotonic() > until:
            raise SystemExit("the relay did not come to its end")
        time.sleep(0.1)


def _bare(stand: Stand, url: str, port: int) -> dict[str, tuple[Any, int]]:
    """Submit one case, take its rows for a template, and start the bare service with it, written in each way."""
    request = Request(
        f"http://127.0.0.1:{port}/api/v1/cases",
        json.dumps(BODY).encode(),
        {"Content-Type": "application/json", "Idempotency-Key": "template"},
    )
    with urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
        reply = json.loads(answer.read())
    template = _rows(url)
    cases, receipts, journal = template["cases"][0], template["receipts"][0], template["journal"][0]
    keys = (cases["id"], cases["reference"], receipts["hash"], journal["id"], template["reply"][0]["key"])
    with psycopg.connect(url) as connection:
        connection.execute("CREATE SCHEMA bare")
        bare.copies(connection, template)
    plan = {"url": url, "threads": THREADS, "template": template, "keys": keys, "reply": reply}
    return {way: _served(stand, way, plan) for way in bare.WAYS}


def _served(stand: Stand, way: str, plan: dict[str, Any]) -> tuple[Any, int]:
    port = free_port()
    path = stand.folder / f"{way}.pickle"
    path.write_bytes(pickle.dumps({**plan, "way": way, "port": port}))
    process = stand.start([sys.executable, str(HERE / "bare.py"), str(path)], stand.settings(way), way)
    stand.ready(process, port, "/", way)
    return process, port


def _rows(url: str) -> dict[str, list[dict[str, Any]]]:
    with psycopg.connect(url, row_factory=psycopg.rows.dict_row) as connection:
        set_json_loads(bytes.decode, connection)  # a document is written again as it is, not read and written
        return {
            table: connection.execute(f"SELECT * FROM intake.{table} WHERE {its}").fetchall()
            for table, its in TABLES.items()
        }


def spread(values: list[float]) -> tuple[float, float, float]:
    """Give the least, the middle and the greatest."""
    return min(values), median(values), max(values)
