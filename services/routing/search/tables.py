"""Rows by which cases are found. They hold numbers made of words with a key, and no word."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Index, String, bindparam, or_, text
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Boolean, Text, TypeDecorator, TypeEngine, UserDefinedType

from services.routing.models import Base

SPAN = 30 * 86_400  # seconds; of a million cases in three years one span holds some thirty thousand


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


class WithSpan(FunctionElement[Any]):
    """The words of a row and the number of its span, in PostgreSQL's index: by it the newest that have a word are met.

    The number of a span may be a word's as well; what is found by numbers is read before it is shown.
    """

    name = "with_span"
    inherit_cache = True


class SearchRow(Base):
    """By what a case is found, all of it that whoever handles the case may read.

    `release` counts the ways of making it: a row of an earlier one is made anew. On SQLite, which has no index into a
    list, triggers keep `WordRow` beside it.
    """

    __tablename__ = "search"
    __table_args__ = (Index("ix_search_newest", "received_at", "case"),)

    case: Mapped[str] = mapped_column(String(32), primary_key=True)
    received_at: Mapped[datetime]
    release: Mapped[int]
    words: Mapped[Any] = mapped_column(Numbers)


IN_INDEX = WithSpan(SearchRow.words, SearchRow.received_at)
_EMPTY = text("words IS NULL")  # on SQLite
Index("ix_search_words", IN_INDEX, postgresql_using="gin", sqlite_where=_EMPTY)


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


def has_all(numbers: Collection[int], row: Any) -> ColumnElement[bool]:
    """Give the SQL condition under which a row, of the table or of a part of it, has all of these; it is looked at."""
    return HasAll(row.words, row.case, _given(numbers))


def looked_up(numbers: Collection[int], spans: Collection[int] = ()) -> ColumnElement[bool]:
    """Give the SQL condition under which a row of the table has all of these, by the index.

    With spans, which PostgreSQL alone knows, only where it was received in one of them.
    """
    having = (HasAll(IN_INDEX, SearchRow.case, _given({*numbers, span})) for span in spans)
    return or_(*having) if spans else HasAll(IN_INDEX, SearchRow.case, _given(numbers))


def span_of(moment: datetime) -> int:
    """Give the number of the thirty days in which a moment lies."""
    return int(moment.timestamp() // SPAN)


def _given(numbers: Collection[int]) -> BindParameter[Collection[int]]:
    return bindparam("sought", sorted(numbers), type_=Numbers(), unique=True)


@compiles(WithSpan, "postgresql")
def _with_span(element: WithSpan, compiler: SQLCompiler, **how: Any) -> str:
    words, received_at = (compiler.process(clause, **how) for clause in element.clauses)
    # Bracketed as the server gives it back: whether it has the index that it should have is compared as text.
    return f"({words} || floor(EXTRACT(epoch FROM ({received_at} AT TIME ZONE 'UTC')) / {SPAN})::integer)"


@compiles(WithSpan, "sqlite")
def _words_alone(element: WithSpan, compiler: SQLCompiler, **how: Any) -> str:
    return compiler.process(next(iter(element.clauses)), **how)


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
