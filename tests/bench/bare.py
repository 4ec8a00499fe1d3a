"""The measure to compare with: Flask and psycopg, nothing else, writing the same rows and bytes in one transaction.

It is given a template (the rows that one submission to Lianxin left, by table) and copies of those tables, indexes
included. For each request it reads the JSON, makes fresh keys, writes and commits all rows, and answers. No checks, no
crypto, no limits, no idempotency. It is written in two ways: plainly, a statement for each row in one transaction, as
such a service usually is; and as one prepared statement, the floor for a durable POST in Python.
"""

import pickle
import secrets
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from queue import LifoQueue
from typing import Any

import psycopg
from flask import Flask, jsonify, request
from gunicorn.app.base import BaseApplication

from lianxin.cores import processes
from lianxin.serve import gunicorn_options

POOL = 10  # as many as Lianxin keeps for each service
Row = dict[str, Any]


def copies(database: psycopg.Connection, template: dict[str, list[Row]]) -> None:
    """Make the tables anew, like Lianxin's own."""
    for table in template:
        database.execute(f'CREATE TABLE bare."{table}" (LIKE intake."{table}" INCLUDING ALL)')


Write = Callable[[psycopg.Connection, Row], None]


def make(url: str, write: Write, keys: tuple[Any, ...], reply: Row) -> Flask:
    """Make the service. `keys` are the template's values that must be fresh for every case; `reply` is its answer."""
    app = Flask("bare")
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    pool: LifoQueue[psycopg.Connection] = LifoQueue()
    for _ in range(POOL):
        pool.put(psycopg.connect(url, options="-csearch_path=bare", prepare_threshold=1, autocommit=True))

    @app.get("/")
    def here() -> str:
        return "bare"

    @app.post("/api/v1/cases")
    def submit() -> tuple[Any, int]:
        request.get_json()
        fresh = {key: _like(key) for key in keys}
        connection = pool.get()
        try:
            write(connection, fresh)
        finally:
            pool.put(connection)
        return jsonify(reply | {"reference": fresh[reply["reference"]]}), 201

    return app


def in_one_statement(template: dict[str, list[Row]]) -> Write:
    """Write all rows with one statement, which is a transaction of its own."""
    statement = _insert(template)
    values = [value for rows in template.values() for row in rows for value in row.values()]

    def write(connection: psycopg.Connection, fresh: Row) -> None:
        psycopg.RawCursor(connection).execute(statement, [_filled(value, fresh) for value in values])

    return write


def row_by_row(template: dict[str, list[Row]]) -> Write:
    """Write each row with a statement of its own, all in one transaction."""
    inserts = [(_insert({table: [row]}), list(row.values())) for table, rows in template.items() for row in rows]

    def write(connection: psycopg.Connection, fresh: Row) -> None:
        with connection.transaction():
            cursor = psycopg.RawCursor(connection)
            for statement, values in inserts:
                cursor.execute(statement, [_filled(value, fresh) for value in values])

    return write


WAYS = {"bare": in_one_statement, "plain": row_by_row}


def _insert(template: dict[str, list[Row]]) -> str:
    marks, inserts = count(1), []
    for table, rows in template.items():
        columns = ", ".join(f'"{name}"' for name in rows[0])
        lines = ", ".join(f"({', '.join(f'${next(marks)}' for _ in row)})" for row in rows)
        inserts.append(f'INSERT INTO "{table}" ({columns}) VALUES {lines}')
    named = ", ".join(f"w{number} AS ({insert})" for number, insert in enumerate(inserts[:-1]))
    return f"WITH {named} {inserts[-1]}" if named else inserts[-1]


def _like(key: Any) -> Any:
    return secrets.token_bytes(len(key)) if isinstance(key, bytes) else secrets.token_hex(len(key))[: len(key)]


def _filled(value: Any, fresh: Row) -> Any:
    return fresh.get(value, value) if isinstance(value, str | bytes) else value


class Bare(BaseApplication):
    """gunicorn with the settings of Lianxin's doors: as many processes, on the same cores."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self._plan = plan
        super().__init__()

    def load_config(self) -> None:
        """Hand gunicorn its settings."""
        for key, value in gunicorn_options(
            "127.0.0.1",
            self._plan["port"],
            processes=processes(),
            threads=self._plan["threads"],
            proxied=False,
        ).items():
            self.cfg.set(key, value)

    def load(self) -> Flask:
        """Make the service in the worker, after the fork."""
        write = WAYS[self._plan["way"]](self._plan["template"])
        return make(self._plan["url"], write, self._plan["keys"], self._plan["reply"])


if __name__ == "__main__":
    Bare(pickle.loads(Path(sys.argv[1]).read_bytes())).run()  # noqa: S301 - written by the bench itself
