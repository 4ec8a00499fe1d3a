"""A million cases in routing's tables on PostgreSQL: written by two processes, loaded by COPY, seeded."""

import json
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from rich.console import Console
from rich.progress import Progress
from written import COLUMNS, TABLES, Rows, Writer

from lianxin.deployment import compose
from lianxin.home import Settings
from services.routing.listed import ListedRow
from shared.county.model import County

SEED, CHUNK, PROCESSES = 20261129, 2_000, 2
LOADED = ", ".join(f"'{kind.__tablename__}'" for kind in (*TABLES, ListedRow))
# Every index that keeps no promise of uniqueness: made anew at the end, which is quicker than row by row. Those of
# terms stay: the triggers that keep the lists look a case's terms up by them.
INDEXES = f"""
SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'routing' AND tablename IN ({LOADED})
AND indexdef NOT LIKE 'CREATE UNIQUE%' AND tablename <> 'deadlines' ORDER BY indexdef LIKE '%USING gin%' DESC
"""
_writer: list[Any] = []  # of a process that writes: its Writer and its connection


def load(url: str, settings: Settings, county: County, numbers: range, now: datetime) -> None:
    """Put the cases of these numbers into the tables, and let the server count them anew."""
    with _without_indexes(url), _progress(len(numbers)) as advance:
        chunks = [range(at, min(at + CHUNK, numbers.stop)) for at in range(numbers.start, numbers.stop, CHUNK)]
        # Not forked: this process has threads and connections.
        with multiprocessing.get_context("spawn").Pool(PROCESSES, _begin, (url, settings, county, now)) as pool:
            for done in pool.imap_unordered(_load, chunks):
                advance(done)
    with psycopg.connect(url, autocommit=True) as connection:
        for kind in (*TABLES, ListedRow):
            connection.execute(f"VACUUM (ANALYZE) routing.{kind.__tablename__}")  # type: ignore[arg-type]


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """Give a function that is told how many more cases are there: on a terminal only."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _done: None
        return
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(f"loading {total:,} cases", total=total)
        yield lambda done: bar.advance(task, done)


@contextmanager
def _without_indexes(url: str) -> Iterator[None]:
    with psycopg.connect(url, autocommit=True) as connection:
        indexes = connection.execute(INDEXES).fetchall()  # type: ignore[arg-type]
        for name, _ in indexes:
            connection.execute(f'DROP INDEX routing."{name}"')  # type: ignore[arg-type]
    yield
    with ThreadPoolExecutor(PROCESSES) as pool:
        list(pool.map(lambda one: _index(url, one[1]), indexes))


def _index(url: str, definition: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET maintenance_work_mem = '1GB'")
        connection.execute(definition)  # type: ignore[arg-type]


def _begin(url: str, settings: Settings, county: County, now: datetime) -> None:
    deployment = compose(county, settings, names=("routing",))
    connection = psycopg.connect(url, autocommit=True, options="-csynchronous_commit=off")
    _writer[:] = Writer(deployment.services["routing"].here, SEED, now), connection


def _load(numbers: range) -> int:
    writer, connection = _writer
    copy_rows(connection, writer.rows(numbers))
    return len(numbers)


def copy_rows(connection: "psycopg.Connection[Any]", rows: Rows) -> None:
    """Load rows in one transaction; triggers keep the lists."""
    with connection.transaction(), connection.cursor() as cursor:
        for kind, columns in COLUMNS.items():
            names = ", ".join(f'"{name}"' for name in columns)
            with cursor.copy(f"COPY routing.{kind.__tablename__} ({names}) FROM STDIN") as copy:  # type: ignore[arg-type]
                copy.write("".join(_line(row, columns) for row in rows[kind]))


def _line(row: dict[str, Any], columns: list[str]) -> str:
    return "\t".join([_text(row[name]) for name in columns]) + "\n"


def _text(value: Any) -> str:
    """Write a value as COPY reads it."""
    if value is None:
        return r"\N"
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return rf"\\x{value.hex()}"
    if isinstance(value, set):
        return f"{{{','.join(map(str, sorted(value)))}}}"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False).replace("\\", "\\\\")
    return str(value)


def home_of(folder: Path, url: str) -> Settings:
    """Give the settings of a deployment in this process."""
    return Settings(home=folder, database=url.replace("postgresql:", "postgresql+psycopg:", 1))
