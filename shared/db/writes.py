"""Rows that a transaction adds and does not read again: collected, and sent together at its end.

On PostgreSQL they and the COMMIT leave in one round trip, few rows as one statement; a flush would wait for an answer
after each table. A statement is made once for each shape of a transaction: making it costs more than running it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import count, islice, repeat
from typing import Any, cast

from sqlalchemy import Column, Connection, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase

Row = Mapping[str, Any]
Where = tuple[Table, str]  # and what is done about a key that is taken
Shape = tuple[tuple[Where, int], ...]

FEW = 24  # rows that go as one statement; more go in blocks, or there would be a statement for every size of a batch
BLOCKS = (256, 128, 64, 32, 16, 8, 4, 2, 1)  # rows of one statement


class Writes:
    """What a transaction will add; a column that a row doesn't name gets its default."""

    def __init__(self) -> None:
        self._rows: dict[Where, list[Row]] = {}

    def add(self, kind: type[DeclarativeBase], rows: Iterable[Row], conflict: str = "") -> None:
        """Collect rows of a table, by the names of its columns; `conflict` is the insert's `ON CONFLICT`."""
        self._rows.setdefault((cast("Table", kind.__table__), conflict), []).extend(rows)

    def finish(self, connection: Connection) -> None:
        """Insert what was collected and, where that saves a round trip, commit. `IntegrityError`: a key is taken."""
        rows = {where: content for where, content in self._rows.items() if content}
        if not rows:
            return
        self._rows, dialect = {}, connection.dialect
        raw = cast("Any", connection.connection.driver_connection)
        try:
            if dialect.name == "postgresql":
                _in_one_trip(raw, rows, dialect)
            else:
                _in_blocks(raw.cursor(), rows, dialect)
        except dialect.loaded_dbapi.IntegrityError as error:
            raise IntegrityError(str(error), None, error) from error


def _in_one_trip(raw: Any, rows: Mapping[Where, list[Row]], dialect: Dialect) -> None:
    from psycopg import RawCursor  # noqa: PLC0415 - the embedded mode needs no client of PostgreSQL
    from psycopg.pq import TransactionStatus  # noqa: PLC0415 - same

    shape = tuple((where, len(content)) for where, content in rows.items())
    if sum(many for _, many in shape) > FEW:
        with raw.pipeline():
            _in_blocks(RawCursor(raw), rows, dialect)
            raw.execute("COMMIT")
        return
    statement = _all_at_once(shape, dialect)
    given = [value for (table, _), content in rows.items() for value in _values(table, content, dialect)]
    if raw.info.transaction_status == TransactionStatus.IDLE:
        _alone(raw, statement, given)  # nothing was asked before: one statement is a transaction of its own
        return
    with raw.pipeline():
        RawCursor(raw).execute(statement, given)
        raw.execute("COMMIT")


def _alone(raw: Any, statement: str, values: list[Any]) -> None:
    from psycopg import RawCursor  # noqa: PLC0415 - see above

    raw.autocommit = True
    try:
        RawCursor(raw).execute(statement, values)
    finally:
        raw.autocommit = False


def _in_blocks(cursor: Any, rows: Mapping[Where, list[Row]], dialect: Dialect) -> None:
    """Insert in a few statements of fixed sizes, which the server knows after the first of each."""
    for where, content in rows.items():
        left = iter(content)
        for many in _sizes(len(content)):
            statement = _all_at_once(((where, many),), dialect)
            cursor.execute(statement, _values(where[0], islice(left, many), dialect))
    cursor.close()


def _sizes(many: int) -> Iterator[int]:
    for block in BLOCKS:
        yield from repeat(block, many // block)
        many %= block


def _values(table: Table, rows: Iterable[Row], dialect: Dialect) -> list[Any]:
    """Give rows' values as the driver takes them. Raises `TypeError` for a column that isn't there."""
    columns, values = _columns(table, dialect), []
    for row in rows:
        if unknown := row.keys() - columns.keys():
            raise TypeError(f"{table.name} has no columns {', '.join(sorted(unknown))}")
        values += [value_of(row) for value_of in columns.values()]
    return values


@lru_cache(1024)
def _all_at_once(shape: Shape, dialect: Dialect) -> str:
    """Give the statement that inserts so many rows into each of these tables."""
    # Numbered marks, as PostgreSQL has them: psycopg translates its own, for a long statement each time anew.
    marks = (f"${number}" for number in count(1)) if dialect.name == "postgresql" else repeat("?")
    *others, last = [_insert(where, many, marks, dialect) for where, many in shape]
    named = ", ".join(f"w{number} AS ({insert})" for number, insert in enumerate(others))
    return f"WITH {named} {last}" if named else last


def _insert(where: Where, many: int, marks: Iterator[str], dialect: Dialect) -> str:
    table, conflict = where
    quote, width = dialect.identifier_preparer.quote, len(table.columns)
    names = ", ".join(quote(column.name) for column in table.columns)
    rows = ", ".join(f"({', '.join(islice(marks, width))})" for _ in range(many))
    return f"INSERT INTO {quote(table.name)} ({names}) VALUES {rows} {conflict}"  # noqa: S608 - names of our own models


@cache
def _columns(table: Table, dialect: Dialect) -> Mapping[str, Callable[[Row], Any]]:
    return {column.name: _value_of(column, dialect) for column in table.columns}


def _value_of(column: Column[Any], dialect: Dialect) -> Callable[[Row], Any]:
    """Give what makes a column's value from a row: the value or its default, converted as the type says."""
    name, default = column.name, _default_of(column)
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        return lambda row: row[name] if name in row else default()
    return lambda row: process(row[name] if name in row else default())


def _default_of(column: Column[Any]) -> Callable[[], Any]:
    default: Any = column.default
    if default is None:
        return lambda: None
    return (lambda: default.arg(None)) if default.is_callable else (lambda: default.arg)
