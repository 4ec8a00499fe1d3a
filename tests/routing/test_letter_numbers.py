"""Numbers of letters on a real database: many heads sign at once, also the very first letter of a series."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from world import full_county

from lianxin.deployment import compose
from lianxin.home import Settings
from lianxin.migrate import migrate_all
from services.routing import letters
from services.routing.models import LetterNumberRow

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
SIGNERS, EACH = 6, 10


@pytest.fixture(params=["embedded", pytest.param("production", marks=pytest.mark.real)])
def routing(request, tmp_path):
    """Give routing alone, migrated, on a database of its own."""
    settings = {} if request.param == "embedded" else {"database": request.getfixturevalue("postgres_url")}
    deployment = compose(full_county(), Settings(home=tmp_path, **settings), names=("routing",))
    list(migrate_all(deployment))
    yield deployment.services["routing"]
    deployment.close()


def sign(routing, start, *, fails_every=EACH + 1):
    """Sign a signer's letters, each in a transaction of its own; some of them come to nothing."""
    start.wait()
    numbers = []
    for turn in range(1, EACH + 1):
        try:
            with routing.transaction(NOW) as session:
                number = letters._next_number(session, "青禾建复")
                1 // (turn % fails_every)
            numbers.append(number)
        except ZeroDivisionError:
            continue
    return numbers


def signed_at_once(routing, signers=SIGNERS, **how):
    start = threading.Barrier(signers)
    with ThreadPoolExecutor(signers) as pool:
        done = [pool.submit(sign, routing, start, **how) for _ in range(signers)]
        return [number for one in done for number in one.result()]


@pytest.mark.slow
def test_signers_at_once_leave_no_gap_and_no_number_twice(routing):
    numbers = signed_at_once(routing, fails_every=3)
    assert sorted(numbers) == sorted(f"青禾建复〔2026〕{one}号" for one in range(1, len(numbers) + 1))
    assert len(numbers) == SIGNERS * (EACH - EACH // 3)


@pytest.mark.slow
@pytest.mark.real
def test_the_race_for_the_first_letter_is_seen_where_it_is_there(postgres_url, tmp_path, monkeypatch):
    """The planted bug stood here before: two heads see no row of a series, both make it, and one of them fails."""
    both_looked = threading.Barrier(2)

    def read_then_written(session, series) -> str:
        counter = session.get(LetterNumberRow, (series, 2026), with_for_update=True)
        if counter is None:
            both_looked.wait()
            counter = LetterNumberRow(series=series, year=2026, last=0)
            session.add(counter)
        counter.last += 1
        return f"{series}〔2026〕{counter.last}号"

    deployment = compose(full_county(), Settings(home=tmp_path, database=postgres_url), names=("routing",))
    list(migrate_all(deployment))
    monkeypatch.setattr(letters, "_next_number", read_then_written)
    try:
        with pytest.raises(IntegrityError, match="letter_numbers_pkey"):
            signed_at_once(deployment.services["routing"], signers=2)
    finally:
        deployment.close()


def test_a_new_year_begins_anew(routing):
    with routing.transaction(NOW) as session:
        letters._next_number(session, "青禾建复")
    with routing.transaction(NOW.replace(year=2027)) as session:
        assert letters._next_number(session, "青禾建复") == "青禾建复〔2027〕1号"
    with routing.reading() as session:
        assert session.scalars(select(LetterNumberRow.year).order_by(LetterNumberRow.year)).all() == [2026, 2027]
