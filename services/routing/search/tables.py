"""Rows by which cases are found. They hold numbers made of words with a key, and no word."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, String, bindparam, text
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Boolean, Text, TypeDecorator, TypeEngine, UserDefinedType

from services.routing.models import Base


class _Integers(UserDefinedType[Any]):
    """PostgreSQL's array of integers, written as text by us: the driver would look at each number."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_how: Any) -> str:
        """Give the type's name."""
        return "INTEGER[]"


class Numbers(TypeDecorator[Collection[int]]):
    """A set of 32-bit numbers: an array on PostgreSQL, a JSON text on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Give the type of the column."""
        return dialect.type_descriptor(_Integers() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Collection[int] | None, dialect: Dialect) -> str:
        """Give the numbers as the driver takes them."""
        inside = ",".join(map(str, sorted(value or ())))
        return f"{{{inside}}}" if dialect.name == "postgresql" else f"[{inside}]"

    def process_result_value(self, value: Any, dialect: Dialect) -> Collection[int]:
        """Give the numbers back."""
        numbers: list[int] = value if dialect.name == "postgresql" else json.loads(value)
        return numbers


class SearchRow(Base):
    """By what a case is found, all of it that whoever handles the case may read.

    `release` counts the ways of making it: a row of an earlier one is made anew. On SQLite, which has no index into a
    list, triggers keep `WordRow` beside it.
    """

    __tablename__ = "search"
    __table_args__ = (
        Index("ix_search_newest", "received_at", "case"),
        Index(
            "ix_search_words", "words", postgresql_using="gin", sqlite_where=text("words IS NULL")
        ),  # empty on SQLite
    )

    case: Mapped[str] = mapped_column(String(32), primary_key=True)
    received_at: Mapped[datetime]
    release: Mapped[int]
    words: Mapped[Any] = mapped_column(Numbers)


class WordRow(Base):
    """One word of one case, for SQLite's sake; empty on PostgreSQL."""

    __tablename__ = "search_words"
    __table_args__ = (Index("ix_search_words_case", "case"), {"sqlite_with_rowid": False})

    word: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case: Mapped[str] = mapped_column(String(32), primary_key=True)


class HasAll(FunctionElement[bool]):
    """True where a row of `search` has every one of some numbers."""

    name = "has_all"
    type = Boolean()
    inherit_cache = True


def has_all(numbers: Collection[int], row: Any = SearchRow) -> ColumnElement[bool]:
    """Give the SQL condition under which a row of `search` has all of these; `row` is that table, or a part of it."""
    return HasAll(row.words, row.case, bindparam("sought", sorted(numbers), type_=Numbers(), unique=True))


@compiles(HasAll, "postgresql")
def _postgresql(element: HasAll, compiler: SQLCompiler, **how: Any) -> str:
    words, _, given = (compiler.process(clause, **how) for clause in element.clauses)
    return f"{words} @> {given}"


@compiles(HasAll, "sqlite")
def _sqlite(element: HasAll, compiler: SQLCompiler, **how: Any) -> str:
    _, case, given = (compiler.process(clause, **how) for clause in element.clauses)
    return (
        f'{case} IN (SELECT w."case" FROM search_words AS w WHERE w.word IN (SELECT value FROM json_each({given})) '  # noqa: S608 - columns and a mark, all compiled
        f'GROUP BY w."case" HAVING count(*) = json_array_length({given}))'
    )
