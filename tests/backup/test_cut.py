"""The cut is one moment of all databases: nobody holds what its sender had not committed."""

import gzip
import sqlite3
import threading
from contextlib import closing, contextmanager
from itertools import count

import psycopg
import pytest

from lianxin.backup.cut import cut
from lianxin.home import Settings

NAMES = ("sender", "receiver")
CUTS = 10


class Pair:
    """A sender that commits a number, and a receiver that commits it after that; both as fast as they can."""

    def __init__(self, settings):
        self.settings = settings
        for name in NAMES:
            with self.connection(name) as connection:
                connection.execute(f"CREATE TABLE {self.table(name)} (n integer)")

    @contextmanager
    def connection(self, name):
        if self.settings.embedded:
            self.settings.database_url(name)
            found = sqlite3.connect(self.settings.home / "db" / f"{name}.sqlite", timeout=30, isolation_level=None)
            found.execute("PRAGMA journal_mode=WAL")
        else:
            found = psycopg.connect(self.settings.database.replace("+psycopg", ""), autocommit=True)
            found.execute(f"CREATE SCHEMA IF NOT EXISTS {name}")
        with closing(found):
            yield found

    def table(self, name):
        return "told" if self.settings.embedded else f"{name}.told"

    def work(self, stop):
        with self.connection("sender") as sender, self.connection("receiver") as receiver:
            for number in count(1):
                for name, connection in (("sender", sender), ("receiver", receiver)):
                    connection.execute(f"INSERT INTO {self.table(name)} VALUES ({number})")  # noqa: S608 - its own names
                if stop.is_set():
                    return

    def last(self, name):
        with self.connection(name) as connection:
            return connection.execute(f"SELECT coalesce(max(n), 0) FROM {self.table(name)}").fetchone()[0]  # noqa: S608 - same

    def saved(self, name, folder):
        if self.settings.embedded:
            with closing(sqlite3.connect(folder / f"{name}.sqlite")) as connection:
                return connection.execute("SELECT coalesce(max(n), 0) FROM told").fetchone()[0]
        lines = gzip.decompress((folder / name / "told.csv.gz").read_bytes()).split()[1:]
        return max(map(int, lines), default=0)


@pytest.fixture(params=["embedded", pytest.param("production", marks=pytest.mark.real)])
def pair(request, tmp_path):
    database = None if request.param == "embedded" else request.getfixturevalue("postgres_url")
    made = Pair(Settings(home=tmp_path / "home", database=database))
    stop = threading.Event()
    hands = threading.Thread(target=made.work, args=(stop,))
    hands.start()
    yield made
    stop.set()
    hands.join()


def grown(pair, name, than):
    """Wait until a table has grown."""
    while pair.last(name) <= than:
        pass
    return pair.last(name)


def torn(sender, receiver):
    """Tell whether a receiver holds what its sender had not committed."""
    return receiver > sender


def test_a_receiver_never_holds_more_than_its_sender(pair, tmp_path):
    for number in range(CUTS):
        folder = tmp_path / str(number)
        folder.mkdir()
        begun = grown(pair, "sender", 0)
        with cut(pair.settings, NAMES) as cuts:
            grown(pair, "receiver", pair.last("sender"))  # the work goes on while the cut is being saved
            for one in cuts.values():
                one.save(folder)
        sender, receiver = (pair.saved(name, folder) for name in NAMES)
        assert sender >= begun
        assert not torn(sender, receiver)


def test_copies_made_one_after_the_other_would_be_torn(pair):
    sender = pair.last("sender")
    assert torn(sender, grown(pair, "receiver", sender))
