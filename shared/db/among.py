"""Questions about many words as one statement for any number of them: written once, and known to the server.

`among` narrows by words, where whatever plan will do. `zipped` gives lists of words as rows, to look up one row for
each by a subquery: then even a plan that the server made while the table was empty, and keeps until it next counts
the rows, goes by the index. With `among` such a plan reads the whole table each time.
"""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Dialect, String, TableValuedAlias, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Boolean, TypeDecorator, TypeEngine, UserDefinedType


class ArrayInText(UserDefinedType[str]):
    """PostgreSQL's array of words, written as text by us: psycopg looks at each word, which takes it 3 µs a word."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_how: Any) -> str:
        """Give the type's name."""
        return "VARCHAR[]"


class Words(TypeDecorator[Collection[str]]):
    """Any number of words as one parameter: an array on PostgreSQL, a JSON text on SQLite."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Give the type of the parameter."""
        return dialect.type_descriptor(ArrayInText() if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Collection[str] | None, dialect: Dialect) -> str:
        """Give the words as the driver takes them."""
        words = list(value or ())
        return array_of(words) if dialect.name == "postgresql" else json.dumps(words)


def array_of(words: list[str]) -> str:
    """Write words as PostgreSQL reads an array: each in quotation marks, with a stroke before marks and strokes."""
    if not words:
        return "{}"
    joined = "\0".join(words)
    if joined.count("\0") >= len(words):
        raise ValueError("no word may hold a NUL")
    quoted = joined.replace("\\", "\\\\").replace('"', '\\"').replace("\0", '","')
    return f'{{"{quoted}"}}'


class Among(FunctionElement[bool]):
    """True where a column's value is one of the words."""

    name = "among"
    type = Boolean()
    inherit_cache = True


def among(column: ColumnElement[str], words: str) -> Among:
    """Compare a column with the words of a parameter called `words`."""
    given: BindParameter[Collection[str]] = bindparam(words, type_=Words())
    return Among(column, given)


@compiles(Among, "postgresql")
def _postgresql(element: Among, compiler: SQLCompiler, **how: Any) -> str:
    column, words = (compiler.process(clause, **how) for clause in element.clauses)
    return f"{column} = ANY ({words})"


@compiles(Among, "sqlite")
def _sqlite(element: Among, compiler: SQLCompiler, **how: Any) -> str:
    column, words = (compiler.process(clause, **how) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({words}))"  # noqa: S608 - a column and a mark, both compiled


class Zipped(FunctionElement[Any]):
    """Lists of words of one length as rows of columns `w0`, `w1`, ..."""

    name = "zipped"
    inherit_cache = True


def zipped(*words: str) -> TableValuedAlias:
    """Give parameters of these names, each a list of words and all of one length, as rows: columns `w0`, `w1`, ..."""
    given = [bindparam(name, type_=Words()) for name in words]
    return Zipped(*given).table_valued(*(f"w{number}" for number in range(len(words)))).alias("asked")


@compiles(Zipped, "postgresql")
def _zipped_postgresql(element: Zipped, compiler: SQLCompiler, **how: Any) -> str:
    lists = [compiler.process(clause, **how) for clause in element.clauses]
    names = ", ".join(f"w{number}" for number in range(len(lists)))
    return f"(SELECT * FROM unnest({', '.join(lists)}) AS row ({names}))"  # noqa: S608 - marks and numbers


@compiles(Zipped, "sqlite")
def _zipped_sqlite(element: Zipped, compiler: SQLCompiler, **how: Any) -> str:
    lists = [compiler.process(clause, **how) for clause in element.clauses]
    columns = ", ".join(f"l{number}.value AS w{number}" for number in range(len(lists)))
    first, *others = (f"json_each({one}) AS l{number}" for number, one in enumerate(lists))
    joined = "".join(f" JOIN {other} USING (key)" for other in others)
    return f"(SELECT {columns} FROM {first}{joined})"  # noqa: S608 - marks and numbers
