"""The session an action gets: rows, the place it runs in, facts to tell, and the keys of private text."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.orm import Session as OrmSession

from shared.blobs.store import BlobStore
from shared.calendar.kept import Lately, counted, keep, kept
from shared.calendar.notice import Notice
from shared.calendar.workdays import WorkCalendar
from shared.county.model import County
from shared.crypto.case_key import KeyGone, new_case_key, open_sealed, seal
from shared.crypto.keyring import Keyring
from shared.crypto.private import Private, Sealed
from shared.db.writes import Row, Writes
from shared.errors import NotYet
from shared.facts.base import Envelope, Fact
from shared.journal.tables import CaseKeyRow
from shared.kit.figures import Figures
from shared.law.packs import Rules
from shared.log import correlation
from shared.workflow.mechanism import Mechanism


@dataclass(frozen=True)
class Here:
    """Where an action runs: what it may read beside its rows. Frozen for the life of the process.

    `look` gives every service's figures now; it talks to the outside world.
    """

    service: str
    county: County
    mechanisms: dict[str, Mechanism]
    rules: Rules
    keyring: Keyring
    blobs: BlobStore
    settings: dict[str, Any] = field(default_factory=dict)
    look: Callable[[], Sequence[Figures]] = tuple
    lately: Lately = field(default_factory=Lately)

    @property
    def source(self) -> str:
        """Give this service's name in facts."""
        return f"/counties/{self.county.slug}/services/{self.service}"


class Session(OrmSession):
    """A transaction's session. `now` is its moment, `cause` the fact that set it off."""

    def __init__(self, connection: Connection, here: Here, now: datetime, cause: Envelope | None = None) -> None:
        super().__init__(bind=connection, autoflush=True, expire_on_commit=False)
        self._connection = connection
        self.here = here
        self.now = now
        self.cause = cause
        self.correlation = cause.correlation if cause else correlation()
        self.told: list[tuple[Fact, Envelope | None]] = []
        self.born: set[str] = set()  # subjects of which nothing was told before
        self._writes = Writes()
        self._keys: dict[str, bytes] = {}

    @cached_property
    def calendar(self) -> WorkCalendar:
        """Give the days off by which this transaction counts: the county's files, and what was announced since."""
        return self.here.lately.get(self._counted)

    def _counted(self) -> WorkCalendar:
        return counted(self.here.county.notices, kept(self), self.here.county.slug)

    def count_by(self, notice: Notice) -> None:
        """Keep a notice that was announced, and count by it from here on."""
        keep(self, notice)
        self.here.lately.forget()
        self.calendar = self._counted()  # by a row that is not committed: nobody else's yet

    @property
    def story(self) -> str | None:
        """Give the correlation id of what is being done: the cause's, or the door's."""
        return self.cause.correlation if self.cause else self.correlation

    def write(self, kind: type[DeclarativeBase], *rows: Row, conflict: str = "") -> None:
        """Add rows that this transaction doesn't read again; they are sent at its end, all at once.

        `conflict` says in SQL (`ON CONFLICT ...`) what is done where a key is taken; without it that is an error.
        """
        self._writes.add(kind, rows, conflict)

    def finish(self) -> None:
        """Send what was added and written; the kit calls it last, nothing may follow but the commit."""
        self.flush()
        self._writes.finish(self._connection)

    def make_key(self, case: str) -> None:
        """Make a new case's key and store it wrapped; only intake does."""
        self._keys[case] = new_case_key()
        self.born.add(case)
        self.write(CaseKeyRow, {"case": case, "wrapped": self.here.keyring.wrap(self._keys[case], case.encode())})

    def store_keys(self, keys: Mapping[str, bytes]) -> None:
        """Keep cases' keys under this service's master key; a second copy changes nothing."""
        self._keys.update(keys)
        known = set(self.scalars(select(CaseKeyRow.case).where(CaseKeyRow.case.in_(keys))))
        rows = ((case, self.here.keyring.wrap(key, case.encode())) for case, key in keys.items() if case not in known)
        self.write(CaseKeyRow, *({"case": case, "wrapped": wrapped} for case, wrapped in rows))

    def load_keys(self, cases: Iterable[str]) -> None:
        """Fetch many cases' keys in one query, before a list reveals them."""
        wanted = set(cases) - self._keys.keys()
        if wanted:
            rows = self.scalars(select(CaseKeyRow).where(CaseKeyRow.case.in_(wanted)))
            self._keys.update({row.case: self.here.keyring.unwrap(row.wrapped, row.case.encode()) for row in rows})

    def _key(self, case: str) -> bytes:
        if case not in self._keys:
            self.load_keys((case,))
        if case not in self._keys:
            raise KeyGone(case)
        return self._keys[case]

    def seal(self, case: str, private: Private[str] | Sealed) -> Sealed:
        """Seal private text under its case's key; sealed text stays. Raises `NotYet` while the key is on its way."""
        if isinstance(private, Sealed):
            return private
        try:
            return Sealed(case=case, token=seal(self._key(case), private.reveal(), context=case))
        except KeyGone as gone:
            raise NotYet(f"no key for case {case}") from gone

    def reveal(self, private: Private[str] | Sealed) -> str:
        """Give private text in the clear. Raises `KeyGone` where the case was erased or its key never came."""
        if isinstance(private, Private):
            return private.reveal()
        return open_sealed(self._key(private.case), private.token, context=private.case)

    def reveal_or_wait(self, private: Private[str] | Sealed) -> str:
        """Give private text in the clear to a fact's handler. Raises `NotYet` while the key is on its way."""
        try:
            return self.reveal(private)
        except KeyGone as gone:
            raise NotYet(str(gone)) from gone
