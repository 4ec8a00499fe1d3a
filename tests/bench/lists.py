"""Desk lists, search and long cases at the door: signed-in staff ask the real service, over ever more cases."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from statistics import quantiles
from urllib.parse import quote

import county_file
import million
from county_of_500 import large_county
from servers import Stand, one, run
from sqlalchemy import select
from written import LONG, NARROW, PETITION_OFFICE, Writer

from lianxin.deployment import Deployment, compose
from services.directory.people import add_person
from services.directory.signin import make_token, sign_in
from services.routing.listed import ListedRow
from services.routing.models import CaseRow
from services.routing.search.index import numbers_of
from services.routing.search.said import said_in
from services.routing.search.tables import SearchRow
from services.routing.search.words import folded, found_by
from shared.access.signin import COOKIE
from shared.access.tables import CaseAccessRow
from shared.kit.running import Running

SIZES = (10_000, 100_000, 1_000_000)
ASKED, WARM = 120, 12  # times for each figure, and before it
PASSWORD = "a-long-password"  # of people who live as long as the measurement
PATIENCE = 90.0
SAMPLE = 40  # cases that are looked at as the service does
WHO = {"one unit": (f"{NARROW}-officer", f"{NARROW}-reader"), "the petition office": (f"{PETITION_OFFICE}-officer",)}
# Places in the vocabulary's words of two characters: the commonest; one in some hundred cases; one in few.
WORDS = {"common": (0, 1, 2, 3), "middling": (900, 901, 902, 903), "rare": (20_000, 20_001, 20_002, 20_003)}


@dataclass
class Found:
    """Seconds by what was asked, by whom and among how many cases; how long the loading took, and what it weighs."""

    took: dict[tuple[str, str], dict[int, list[float]]] = field(default_factory=dict)
    loading: dict[int, float] = field(default_factory=dict)
    bytes: int = 0


@dataclass
class Door:
    """A running service, and who asks it."""

    port: int
    deployment: Deployment
    people: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def introduce(self) -> None:
        """Add the people, by directory's own action."""
        with self.deployment.services["directory"].inside():
            for who, posts in WHO.items():
                self.people[who] = add_person(who, posts[0], posts, PASSWORD, now=datetime.now(UTC))
                self.tokens[who] = make_token(self.people[who], "bench", 2, now=datetime.now(UTC))

    def headers(self, who: str) -> dict[str, dict[str, str]]:
        """Sign somebody in: as a person, whose cookie lasts a quarter of an hour, and as a program."""
        with self.deployment.services["directory"].inside():
            cookie = sign_in(WHO[who][0], PASSWORD, now=datetime.now(UTC)).cookie
        return {"page": {"Cookie": f"{COOKIE}={cookie}"}, "api": {"Authorization": f"Bearer {self.tokens[who]}"}}


def measure(stand: Stand, show: Callable[[str], None], sizes: tuple[int, ...] = SIZES) -> Found:
    """Load cases up to each size, and ask."""
    url, path = stand.database("lists"), stand.folder / "lists.toml"
    county = county_file.write(large_county(), path)
    env = stand.settings("lists", database=url, amqp=stand.empty_broker()) | {"LIANXIN_COUNTY": str(path)}
    settings = million.home_of(stand.folder / "lists", url)
    run(env, "migrate")
    show("lists: starting routing and directory")
    _, port = stand.lianxin(env, "routing", "directory")
    door = Door(port, compose(county, settings, names=("routing", "directory")))
    door.introduce()
    _known(url)
    writer = Writer(door.deployment.services["routing"].here, million.SEED, datetime.now(UTC))
    found, before = Found(), 0
    for size in sizes:
        show(f"lists: loading {size:,} cases")
        began = time.monotonic()
        million.load(url, settings, county, range(before, size), datetime.now(UTC))
        found.loading[size], before = time.monotonic() - began, size
        _as_the_service_writes(door.deployment.services["routing"])
        for who in WHO:
            for (what, where), paths in _questions(writer):
                show(f"lists: {what}, {who}, among {size:,} cases")
                found.took.setdefault((what, who), {})[size] = _ask(port, door.headers(who)[where], paths)
    found.bytes = one(url, "SELECT pg_database_size(current_database())")
    stand.stop(stand.processes[-1])
    door.deployment.close()
    return found


def _as_the_service_writes(running: Running) -> None:
    """Stop where a sample opens to other words than those by which it is found, or may be seen by whom no list has."""
    with running.reading() as session:
        rows = session.scalars(select(CaseRow).order_by(CaseRow.id).limit(SAMPLE)).all()
        session.load_keys(row.id for row in rows)
        for row, texts in zip(rows, said_in(session, rows), strict=True):
            words = (word for text in texts for word in found_by(folded(text)))
            if numbers_of(running.here.keyring, words) != set(session.get_one(SearchRow, row.id).words):
                raise SystemExit(f"{row.reference} is not found by its own words")
        seen = select(CaseAccessRow.case, CaseAccessRow.code).where(CaseAccessRow.what != "barred")
        listed = select(ListedRow.case, ListedRow.code)
        ids = [row.id for row in rows]
        pairs = [{*session.execute(one.where(one.selected_columns[0].in_(ids)))} for one in (seen, listed)]
        if pairs[0] != pairs[1]:
            raise SystemExit("the lists are not those of who may see the cases")


def _known(url: str) -> None:
    """Wait until routing knows the people with their posts."""
    until = time.monotonic() + PATIENCE
    question = "SELECT count(*) FROM routing.person WHERE jsonb_array_length(posts) > 0"
    while one(url, question) < len(WHO) or one(url, "SELECT count(*) FROM routing.confirmed") < 1:
        if time.monotonic() > until:
            raise SystemExit("routing did not get to know the staff")
        time.sleep(0.1)


def _questions(writer: Writer) -> Iterator[tuple[tuple[str, str], list[str]]]:
    """Give what is asked, where, and the addresses that are asked in turn."""
    yield ("a work list of 50", "api"), ["/api/v1/desk/cases?limit=50"]
    yield ("today's page: 25 lines and what there is to do, counted", "page"), ["/desk"]
    for how, places in WORDS.items():
        words = [quote(writer.vocabulary.pairs[at]) for at in places]
        yield (f"the search page, a {how} word", "page"), [f"/desk?q={word}" for word in words]
    yield ("a case with 200 lines", "page"), [f"/desk/cases/{writer.reference(number)}" for number in range(LONG)]


def _ask(port: int, headers: dict[str, str], paths: list[str]) -> list[float]:
    """Ask one address after the other over a kept connection; gives how long each took. Any answer but 200 ends it."""
    connection, took = HTTPConnection("127.0.0.1", port, timeout=60), []
    for turn in range(WARM + ASKED):
        path, began = paths[turn % len(paths)], time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        took.append(time.perf_counter() - began)
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status}")
    connection.close()
    return took[WARM:]


def p50_and_p95(seconds: list[float]) -> tuple[float, float]:
    """Give the middle and the 95th of a hundred."""
    cuts = quantiles(seconds, n=100, method="inclusive")
    return cuts[49], cuts[94]
