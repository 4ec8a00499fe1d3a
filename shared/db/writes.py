"""Rows that a transaction adds and does not read again: collected, and sent together at its end.

On PostgreSQL they leave in one round trip (psycopg's pipeline), where a flush waits for an answer after each table.
A table's statement is made once for each process: making it anew would cost more than running it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from sqlalchemy import Column, Connection, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase

Row = Mapping[str, Any]


class Writes:
    """What a transaction will add; a column that a row doesn't name gets its default."""

    def __init__(self) -> None:
        self._rows: dict[Table, list[Row]] = {}

    def add(self, kind: type[DeclarativeBase], rows: Iterable[Row]) -> None:
        """Collect rows of a table, by the names of its columns."""
        self._rows.setdefault(cast("Table", kind.__table__), []).extend(rows)

    def send(self, connection: Connection) -> None:
        """Insert what was collected. Raises `IntegrityError` where a key is taken already."""
        if not self._rows:
            return
        rows, self._rows = self._rows, {}
        dialect = connection.dialect
        batches = [(_plan(table, dialect), content) for table, content in rows.items()]
        try:
            _send(connection.connection.driver_connection, batches, one_trip=dialect.name == "postgresql")
        except dialect.loaded_dbapi.IntegrityError as error:
            raise IntegrityError(str(error), None, error) from error


@dataclass(frozen=True)
class Plan:
    """How a table's rows are inserted: its statement, and for each column how its value is made."""

    statement: str
    columns: Mapping[str, Callable[[Row], Any]]

    def values(self, row: Row) -> list[Any]:
        """Give a row's values as the driver takes them. Raises `TypeError` for a column that isn't there."""
        if unknown := row.keys() - self.columns.keys():
            raise TypeError(f"no such columns: {', '.join(sorted(unknown))}")
        return [value_of(row) for value_of in self.columns.values()]


def _send(raw: Any, batches: list[tuple[Plan, list[Row]]], *, one_trip: bool) -> None:
    if one_trip:
        with raw.pipeline():
            _send(raw, batches, one_trip=False)
        return
    cursor = raw.cursor()
    for plan, rows in batches:
        for row in rows:
            cursor.execute(plan.statement, plan.values(row))
    cursor.close()


@cache
def _plan(table: Table, dialect: Dialect) -> Plan:
    columns = list(table.columns)
    quote, mark = dialect.identifier_preparer.quote, "%s" if dialect.name == "postgresql" else "?"
    names, marks = ", ".join(quote(column.name) for column in columns), ", ".join([mark] * len(columns))
    statement = f"INSERT INTO {quote(table.name)} ({names}) VALUES ({marks})"  # noqa: S608 - names of our own models
    return Plan(statement, {column.name: _value_of(column, dialect) for column in columns})


def _value_of(column: Column[Any], dialect: Dialect) -> Callable[[Row], Any]:
    name, default = column.name, _default_of(column)
    process = column.type.dialect_impl(dialect).bind_processor(dialect) or _same

    def value_of(row: Row) -> Any:
        return process(row[name] if name in row else default())

    return value_of


def _default_of(column: Column[Any]) -> Callable[[], Any]:
    default: Any = column.default
    if default is None:
        return lambda: None
    return (lambda: default.arg(None)) if default.is_callable else (lambda: default.arg)


def _same(value: Any) -> Any:
    return value
