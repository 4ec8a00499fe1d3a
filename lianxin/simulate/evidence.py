"""What the services wrote, as plain values: journals, rows, and the simulator's own notes."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from lianxin.simulate.actors import Actors
from lianxin.simulate.plan import START
from lianxin.simulate.town import Stillness, Town
from shared.access.tables import CaseAccessRow
from shared.calendar.notice import Notice
from shared.county.model import DutyItem
from shared.county.structure import Rung
from shared.facts.base import Envelope
from shared.journal.tables import JournalRow, LeafRow
from shared.kit.running import Running
from shared.law.packs import Rules
from shared.workflow.mechanism import Mechanism

TABLES = {  # rows that oracles look at beside the journals
    "routing": ("cases", "steps", "deadlines", "letters", "duties"),
    "notification": ("messages",),
    "intake": ("cases",),
    "disclosure": (),
}
SEALED = ("token", "sealed")


@dataclass(frozen=True)
class Told:
    """A fact as it was told: by whom, what (`case.routed`), about what, in which order, when by the teller's clock."""

    service: str
    what: str
    subject: str
    seq: int
    at: datetime
    data: Mapping[str, Any]
    id: str


@dataclass(frozen=True)
class Book:
    """A service's journal with its dense numbers: leaves by number, and the bytes' hashes by fact."""

    leaves: Sequence[tuple[int, str, bytes]]
    hashes: Mapping[str, bytes]


@dataclass(frozen=True)
class Mail:
    """A mail that left, to somebody who works here: its bytes as text, and when it was made."""

    person: str
    at: datetime
    text: str


@dataclass(frozen=True)
class Evidence:
    """All that an oracle may know."""

    ended: datetime
    told: Sequence[Told]
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    books: Mapping[str, Book]
    behind: Sequence[str]
    accepted: Sequence[str]
    failures: Sequence[tuple[str, str]]
    still: Sequence[Stillness]
    calendars: Sequence[tuple[datetime, tuple[Notice, ...]]]
    slug: str
    mechanisms: Mapping[str, Mechanism]
    rules: Rules
    people: Mapping[str, frozenset[str]]
    county_name: str = ""
    ladder: Sequence[Rung] = ()
    references: Mapping[str, str] = field(default_factory=dict)
    bars: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)  # by service and case, from rows
    mails: Sequence[Mail] = ()
    duties: Sequence[DutyItem] = ()
    began: datetime = START

    def of(self, *whats: str) -> Iterator[Told]:
        """Give the facts of these names, each subject's in its order."""
        return (one for one in self.told if one.what in whats)

    def by_subject(self, *prefixes: str) -> Mapping[str, list[Told]]:
        """Give facts whose name begins so, by subject and in order."""
        found: dict[str, list[Told]] = defaultdict(list)
        for one in self.told:
            if one.what.startswith(prefixes):
                found[one.subject].append(one)
        return found

    def history(self, case: str) -> list[str]:
        """Give a case's life in lines, for whoever looks into a finding."""
        mine = sorted((one for one in self.told if one.subject == case), key=lambda one: (one.at, one.service, one.seq))
        return [f"{one.at:%Y-%m-%d %H:%M:%S} {one.service} {one.seq} {one.what} {_short(one.data)}" for one in mine]

    def digest(self) -> str:
        """Give the hash of all journals, without what is encrypted: two runs of a seed have the same."""
        total = hashlib.sha256()
        for one in self.told:
            line = (one.service, one.what, one.subject, one.seq, one.at.isoformat(), _plain(one.data))
            total.update(json.dumps(line, ensure_ascii=False, sort_keys=True, default=str).encode())
        return total.hexdigest()


def _short(data: Mapping[str, Any]) -> str:
    names = ("step", "state_from", "state", "unit", "unit_from", "rule", "due", "reason", "outcome", "stopped_since")
    return " ".join(f"{name}={data[name]}" for name in names if data.get(name))


SECRET = {"public", "signing", "hashes", "root", "fact", "sha256", "blob"}


def _plain(value: Any) -> Any:
    """Leave out what libsodium made: keys, sealed texts, hashes of such bytes."""
    if isinstance(value, Mapping):
        if "token" in value or "sealed" in value:
            return "sealed"
        return {name: _plain(one) for name, one in value.items() if name not in SECRET}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def read_evidence(town: Town, actors: Actors) -> Evidence:
    """Read everything that was written."""
    services, told = town.deployment.services, []
    for name, running in services.items():
        told += list(_told(name, running))
    rows = {
        f"{name}.{table}": _rows(services[name], table) if name in services else []
        for name, tables in TABLES.items()
        for table in tables
    }
    here = town.service("routing").here
    return Evidence(
        ended=town.clock.now(),
        told=told,
        rows=rows,
        books={name: _book(running) for name, running in services.items()},
        behind=list(_behind(services)),
        accepted=tuple(actors.accepted),
        failures=tuple(actors.failures),
        still=tuple(town.still),
        calendars=tuple(town.calendars),
        slug=town.county.slug,
        mechanisms=town.deployment.mechanisms,
        rules=here.rules,
        people={one.id: frozenset({one.id, *one.posts, *one.units}) for one in actors.staff.people},
        county_name=town.county.name("en"),
        ladder=town.county.ladder,
        duties=town.county.duties,
        began=START,
        references={str(row["id"]): str(row["reference"]) for row in rows["routing.cases"]},
        bars={name: _bars(one) for name, one in services.items() if "routing" in (name, *one.service.follows)},
        mails=list(_mails(town, actors)),
    )


def _bars(running: Running) -> Mapping[str, frozenset[str]]:
    """Give whom a service knows to be barred, by case."""
    found: dict[str, set[str]] = defaultdict(set)
    with running.reading() as session:
        barred = select(CaseAccessRow.case, CaseAccessRow.code).where(CaseAccessRow.what == "barred")
        for case, code in session.execute(barred):
            found[case].add(code)
    return {case: frozenset(codes) for case, codes in found.items()}


def _mails(town: Town, actors: Actors) -> Iterator[Mail]:
    """Read what lies in the outbox and went to somebody who works here."""
    login_of = {f"{one.login}@simulated.invalid": one.id for one in actors.staff.people}
    if "notification" not in town.deployment.services:
        return
    for file in sorted(Path(town.service("notification").here.settings["outbox"]).glob("*.eml")):
        mail = message_from_bytes(file.read_bytes(), policy=policy.default)
        if person := login_of.get(mail["To"]):
            yield Mail(person, parsedate_to_datetime(mail["Date"]), f"{mail['Subject']}\n{mail.get_content()}")


def _told(name: str, running: Running) -> Iterator[Told]:
    with running.reading() as session:
        raw = session.scalars(select(JournalRow.envelope).order_by(JournalRow.subject, JournalRow.seq)).all()
    for one in map(Envelope.from_bytes, raw):
        what = ".".join(one.type.split(".")[2:-1])
        yield Told(name, what, one.subject, one.seq, one.time, one.data, one.id)


def _rows(running: Running, table: str) -> list[Mapping[str, Any]]:
    mapped = running.service.tables.tables[table]
    with running.reading() as session:
        return [dict(row._mapping) for row in session.execute(select(mapped))]  # noqa: SLF001 - SQLAlchemy's public name


def _book(running: Running) -> Book:
    with running.reading() as session:
        leaves = session.execute(select(LeafRow.number, LeafRow.fact, LeafRow.hash).order_by(LeafRow.number)).all()
        raw = session.execute(select(JournalRow.id, JournalRow.envelope)).all()
    return Book(
        [(number, fact, found) for number, fact, found in leaves],
        {fact: hashlib.sha256(b"\x00" + envelope).digest() for fact, envelope in raw},
    )


def _behind(services: Mapping[str, Running]) -> Iterable[str]:
    """Name what is left over after all is calm: unsent facts, keys on their way, waiting facts, facts not applied."""
    last: dict[str, dict[str, int]] = {}
    for name, running in services.items():
        with running.reading() as session:
            for table in ("unsent", "key_out"):
                if number := session.scalar(text(f"SELECT count(*) FROM {table}")):  # noqa: S608 - our own two names
                    yield f"{name}: {number} rows are left in {table}"
            waiting = session.execute(text("SELECT status, type, subject, error FROM waiting")).all()
            yield from (f"{name}: {status} {what} about {subject}: {error}" for status, what, subject, error in waiting)
            told = session.execute(text("SELECT subject, last FROM subject")).all()
            last[running.here.source] = {str(subject): int(number) for subject, number in told}
    for name, running in services.items():
        with running.reading() as session:
            applied = session.execute(text("SELECT source, subject, last FROM applied")).all()
        known = {(source, subject): number for source, subject, number in applied}
        for source, subjects in last.items():
            if source.rsplit("/", 1)[-1] in running.service.follows and source != running.here.source:
                short = [subject for subject, number in subjects.items() if known.get((source, subject), 0) < number]
                yield from (f"{name}: is behind {source} about {subject}" for subject in short[:3])
