"""The lock of a service's database on PostgreSQL: one holder, lost with its connection, which brings the calls."""

from threading import Event
from time import monotonic

import pytest
from sqlalchemy import text
from tiny import ThingHappened, make_service

from shared.bus.memory import MemoryCarrier
from shared.clock import SystemClock
from shared.db.engine import Database
from shared.db.lock import LockLost, lock_of
from shared.journal.tell import tell
from shared.kit.owner import Owner

pytestmark = pytest.mark.real

PATIENCE = 60  # seconds


@pytest.fixture
def database(postgres_url):
    made = Database(postgres_url, schema="routing")
    yield made
    made.dispose()


@pytest.fixture
def lock(database):
    made = lock_of(database)
    yield made
    made.close()


def taken(lock):
    """Wait until a lock is had: the server lets go of it in its own time after the connection's end."""
    end = monotonic() + PATIENCE
    while not (had := lock.take()) and monotonic() < end:
        Event().wait(0.02)
    return had


def test_one_holds_it_and_another_takes_it_when_that_one_lets_go(database, lock):
    other = lock_of(database)
    assert (lock.take(), other.take()) == (True, False)
    lock.close()
    assert taken(other)
    other.close()


def test_services_of_one_database_do_not_lock_each_other_out(postgres_url, lock):
    intake = Database(postgres_url, schema="intake")
    other = lock_of(intake)
    assert lock.take()
    assert other.take()
    other.close()
    intake.dispose()


def test_who_waits_for_calls_notices_that_its_connection_was_ended(database, lock):
    assert lock.take()
    with database.writing() as connection:
        connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"))
    with pytest.raises(LockLost):
        lock.listen(PATIENCE)
    again = lock_of(database)
    assert taken(again)
    again.close()


def test_without_a_server_it_says_so():
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:1/none", schema="routing")
    with pytest.raises(LockLost):
        lock_of(nowhere).take()


def test_a_process_that_only_serves_calls_who_works(tmp_path, postgres_url):
    running = make_service("intake", tmp_path, MemoryCarrier(), SystemClock(), postgres_url)
    works, serves = lock_of(running.database), Owner(running, None)
    assert works.take()
    serves.start()
    with running.transaction() as session:
        tell(session, ThingHappened(subject="a", number=1))
    assert works.listen(PATIENCE)
    serves.stop()
    serves.join()
    works.close()
    running.database.dispose()
