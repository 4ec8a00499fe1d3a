"""`column IN (many words)` as one statement for any number of words: written once, and known to the server."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import ARRAY, BindParameter, ColumnElement, Dialect, String, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Boolean, TypeDecorator, TypeEngine


class Words(TypeDecorator[Collection[str]]):
    """Any number of words as one parameter: an array on PostgreSQL, a JSON text on SQLite."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Give the type of the parameter."""
        return dialect.type_descriptor(ARRAY(String()) if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Collection[str] | None, dialect: Dialect) -> Any:
        """Give the words as the driver takes them."""
        words = list(value or ())
        return words if dialect.name == "postgresql" else json.dumps(words)


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
