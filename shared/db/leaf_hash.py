"""RFC 6962's hash of a leaf, computed where the bytes lie: PostgreSQL has SHA-256, SQLite is taught ours."""

import hashlib
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

NAME = "leaf_hash"  # of the function that every SQLite connection gets


def leaf_hash(content: bytes) -> bytes:
    """Give the leaf hash of some bytes."""
    return hashlib.sha256(b"\x00" + content).digest()


class LeafHash(FunctionElement[bytes]):
    """The same in a statement: `LeafHash(column)`."""

    name = NAME
    type = LargeBinary()
    inherit_cache = True


def hashed(content: ColumnElement[bytes]) -> LeafHash:
    """Give the leaf hash of a column."""
    return LeafHash(content)


@compiles(LeafHash, "postgresql")
def _postgresql(element: LeafHash, compiler: SQLCompiler, **how: Any) -> str:
    return f"sha256('\\x00'::bytea || {compiler.process(element.clauses, **how)})"


@compiles(LeafHash, "sqlite")
def _sqlite(element: LeafHash, compiler: SQLCompiler, **how: Any) -> str:
    return f"{NAME}({compiler.process(element.clauses, **how)})"
