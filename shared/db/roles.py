"""PostgreSQL roles: one for each service, which may use its own schema and nothing else, and never rewrite history."""

import base64
import hashlib
import hmac

from psycopg import sql
from sqlalchemy import Connection

from shared.db.engine import Database

APPEND_ONLY = ("journal", "leaf")
KEPT_BY_MIGRATIONS = ("alembic_version",)
ATTRIBUTES = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION NOBYPASSRLS"
ROUNDS = 4096  # PostgreSQL's own


def verifier(password: str, salt: bytes) -> str:
    """Give what PostgreSQL keeps of a password (SCRAM-SHA-256, RFC 7677), so that nobody else needs the password."""
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ROUNDS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    salt64, stored64, server64 = (base64.b64encode(part).decode() for part in (salt, stored, server))
    return f"SCRAM-SHA-256${ROUNDS}:{salt64}${stored64}:{server64}"


def close_to_others(database: Database) -> None:
    """Take from everybody what PostgreSQL gives to all: connecting, temporary tables, the public schema."""
    with database.writing() as connection:
        _run(connection, "REVOKE ALL ON DATABASE {} FROM PUBLIC", _database_name(connection))
        _run(connection, "REVOKE ALL ON SCHEMA public FROM PUBLIC")


def make_role(database: Database, role: str, password: str) -> None:
    """Make or mend a service's role; `password` is a verifier. It owns nothing, so it can't change a table's form."""
    schema = database.schema or role
    with database.writing() as connection:
        known = connection.exec_driver_sql("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).first()
        _run(connection, f"{'ALTER' if known else 'CREATE'} ROLE {{}} {ATTRIBUTES}", role)
        _run(connection, "ALTER ROLE {} PASSWORD {}", role, sql.Literal(password))
        _run(connection, "GRANT CONNECT ON DATABASE {} TO {}", _database_name(connection), role)
        _run(connection, "GRANT USAGE ON SCHEMA {} TO {}", schema, role)
        _grant_tables(connection, schema, role)


def _grant_tables(connection: Connection, schema: str, role: str) -> None:
    _run(connection, "REVOKE ALL ON ALL TABLES IN SCHEMA {} FROM {}", schema, role)
    _run(connection, "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {} TO {}", schema, role)
    _run(connection, "GRANT USAGE ON ALL SEQUENCES IN SCHEMA {} TO {}", schema, role)
    for table in APPEND_ONLY:
        _run(connection, "REVOKE UPDATE, DELETE ON {}.{} FROM {}", schema, table, role)
    for table in KEPT_BY_MIGRATIONS:
        _run(connection, "REVOKE INSERT, UPDATE, DELETE ON {}.{} FROM {}", schema, table, role)


def _database_name(connection: Connection) -> str:
    return str(connection.exec_driver_sql("SELECT current_database()").scalar_one())


def _run(connection: Connection, statement: str, *names: str | sql.Literal) -> None:
    """Run a statement whose names are quoted by the driver; there are no bind parameters in such statements."""
    quoted = (name if isinstance(name, sql.Literal) else sql.Identifier(name) for name in names)
    driver = connection.connection.driver_connection
    connection.exec_driver_sql(sql.SQL(statement).format(*quoted).as_string(driver).replace("%", "%%"))
