"""Lists in their order: what the stored rank gives is what a plain sort gives, page by page, on both databases."""

import secrets
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from alembic import command
from conftest import new_database
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from world import full_county, make_world

from lianxin.migrate import metadata_of
from services.routing import worklist
from services.routing.listed import FAR, FIRST, ListedRow, Lists
from services.routing.models import CaseRow
from services.routing.worklist import Filters, _listed, counts, work
from shared.access.actor import StaffMember
from shared.access.tables import CaseAccessRow
from shared.crypto.private import Sealed
from shared.db.migrate import config
from shared.kit.session import Session
from shared.law.local import end_of_day, local_day

NOW = datetime(2026, 11, 2, 1, tzinfo=UTC)  # a Monday morning in Beijing
NUMBERS = count(1)
PHASES = ("triage", "handling", "waiting", "closed")


@pytest.fixture(scope="module")
def both(tmp_path_factory, dev_services):
    """Give routing on SQLite and on PostgreSQL."""
    with new_database(dev_services.postgres_url) as url:
        made = [
            make_world(tmp_path_factory.mktemp("lite"), county=full_county(duties=())),
            make_world(tmp_path_factory.mktemp("post"), county=full_county(duties=()), database=url),
        ]
        yield [world.service("routing") for world in made]
        for world in made:
            world.loop.close()


@st.composite
def standings(draw):
    """Give how a case stands: urgent, due (few moments, so that many are equal; or never), phase, mechanism."""
    hours = draw(st.none() | st.sampled_from([-500, -1, 0, 3, 15, 40, 63, 64, 900]))
    return {
        "urgent": draw(st.booleans()),
        "next_due": None if hours is None else NOW + timedelta(hours=hours),
        "phase": draw(st.sampled_from(PHASES)),
    }


ACCESS = st.sets(st.sampled_from(["unit", "post", "other"])).flatmap(
    lambda seen: st.tuples(st.just(seen), st.sampled_from([None, None, None, "person", "post", "unit", "stranger"]))
)
CASES = st.lists(
    st.fixed_dictionaries(
        {
            "first": standings(),
            "then": st.none() | standings(),
            "access": ACCESS,
            "then_access": st.none() | ACCESS,
            "early": st.booleans(),  # who may see it is written before the case is
            "mechanism": st.sampled_from(["petitions", "suggestions"]),
        }
    ),
    min_size=1,
    max_size=14,
)


def somebody(unit):
    return StaffMember("p-1", "s", "某人", (f"{unit}-officer",), (unit,), frozenset())


def row_of(case, unit, mechanism, standing):
    words = Sealed(case=case, token="-")
    empty = ("category", "place", "addressed_to", "about", "contact", "details", "file_keys", "root")
    lists = {name: [] for name in ("about_units", "about_posts", "files", "co_handlers", "because", "explanation")}
    return CaseRow(
        **dict.fromkeys(empty),
        **lists,
        **standing,
        id=case,
        reference=f"QH-{case[:8]}",
        mechanism=mechanism,
        mechanism_version=1,
        kind="petition" if mechanism == "petitions" else "suggestion",
        received_at=NOW,
        channel="web",
        identity="none",
        language="zh",
        title=words,
        text=words,
        unit=unit,
        rule="route",
        state="registered",
        progress={},
        changed_at=NOW,
    )


def access_rows(case, unit, access):
    seen, barred = access
    codes = {"unit": ("unit", unit), "post": ("post", f"{unit}-officer"), "other": ("unit", "somebody-else")}
    yield from (CaseAccessRow(case=case, what=codes[one][0], code=codes[one][1]) for one in sorted(seen))
    who = {"person": "p-1", "post": f"{unit}-officer", "unit": unit, "stranger": "p-2"}
    if barred:
        yield CaseAccessRow(case=case, what="barred", code=who[barred])


def keep(session, unit, case, given):
    """Write a case and who may see it, in either order."""
    parts = [[row_of(case, unit, given["mechanism"], given["first"])], [*access_rows(case, unit, given["access"])]]
    for part in reversed(parts) if given["early"] else parts:
        session.add_all(part)
        session.flush()


def change(session, unit, case, given):
    """Let a case go on, and others see it."""
    if given["then_access"] is not None:
        session.query(CaseAccessRow).filter_by(case=case).delete()
        session.add_all(access_rows(case, unit, given["then_access"]))
    for name, value in (given["then"] or {}).items():
        setattr(session.get_one(CaseRow, case), name, value)


def place(case, standing):
    """Give the place of a case in a list, written another way than the database has it."""
    if standing["urgent"] and standing["phase"] != "closed":
        return 0, NOW, case
    return (2, NOW, case) if standing["next_due"] is None else (1, standing["next_due"], case)


def stands(case):
    return case["then"] or case["first"]


def visible(cases):
    """Give the cases that somebody may see, in their order."""
    mine = []
    for case, one in cases.items():
        seen, barred = one["access"] if one["then_access"] is None else one["then_access"]
        if seen & {"unit", "post"} and barred in (None, "stranger"):
            mine.append((place(case, stands(one)), case, one))
    return [(case, one) for _, case, one in sorted(mine, key=lambda found: found[0])]


def is_due(which, standing):
    due, midnight = standing["next_due"], end_of_day(local_day(NOW))
    soon = midnight + timedelta(days=3)  # Tuesday to Thursday are working days
    if due is None:
        return False
    return {"late": due <= NOW, "today": NOW < due <= midnight, "soon": midnight < due <= soon}[which]


def expected(cases, filters):
    for case, one in visible(cases):
        standing = stands(one)
        phase = standing["phase"]
        in_phase = {"": phase != "closed", "any": True}.get(filters.phase, phase == filters.phase)
        kind = filters.mechanism in ("", one["mechanism"])
        if in_phase and kind and (not filters.due or is_due(filters.due, standing)):
            yield f"QH-{case[:8]}"


def pages(session, unit, filters, limit):
    """Give the references of every page, one after the other."""
    after, found = None, []
    while True:
        page = work.within(session, somebody(unit), filters, after, limit, now=NOW)
        assert len(page.items) <= limit
        found += [item.reference for item in page.items]
        if (after := page.after) is None:
            return found


FILTERS = st.builds(
    Filters,
    phase=st.sampled_from(["", "any", *PHASES]),
    mechanism=st.sampled_from(["", "", "petitions"]),
    due=st.sampled_from(["", "", "late", "today", "soon"]),
)


def counted(cases):
    running = [stands(one) for _, one in visible(cases) if stands(one)["phase"] != "closed"]
    return {
        **{name: sum(is_due(name, one) for one in running) for name in ("late", "today", "soon")},
        "new": sum(one["phase"] == "triage" for one in running),
        "waiting": sum(one["phase"] == "waiting" for one in running),
        "all": len(running),
    }


@pytest.mark.real
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(given=CASES, filters=st.lists(FILTERS, min_size=1, max_size=4), limit=st.integers(1, 5))
def test_lists_and_counts_are_those_of_a_plain_sort(both, given, filters, limit):
    unit = f"u{next(NUMBERS)}"
    cases = {secrets.token_hex(16): one for one in given}
    for running in both:
        with running.transaction(NOW) as session:
            for case, one in cases.items():
                keep(session, unit, case, one)
        with running.transaction(NOW) as session:
            for case, one in cases.items():
                change(session, unit, case, one)
        with running.reading() as session:
            for asked in (Filters(), *filters):
                assert pages(session, unit, asked, limit) == [*expected(cases, asked)], asked
            assert counts.within(session, somebody(unit), now=NOW) == counted(cases)


def a_case(**more):
    standing = {"urgent": False, "next_due": NOW, "phase": "handling"}
    same = {
        "first": standing,
        "then": None,
        "access": ({"unit"}, None),
        "then_access": None,
        "early": False,
        "mechanism": "petitions",
    }
    return {**same, **more}


@pytest.mark.real
def test_the_migration_writes_the_rows_that_the_triggers_would_have_kept(both):
    unit = f"u{next(NUMBERS)}"
    standings = [
        {"urgent": urgent, "next_due": due, "phase": phase}
        for urgent in (True, False)
        for due in (None, NOW)
        for phase in ("handling", "closed")
    ]
    cases = {secrets.token_hex(16): a_case(first=one, access=({"unit", "post"}, "stranger")) for one in standings}
    everything = select(ListedRow.what, ListedRow.code, ListedRow.case, ListedRow.rank, ListedRow.phase, ListedRow.due)
    for running in both:
        with running.transaction(NOW) as session:
            for case, one in cases.items():
                keep(session, unit, case, one)
        with running.reading() as session:
            kept = {tuple(row) for row in session.execute(everything)}
        assert len(kept) >= 2 * len(cases)
        for direction, revision in ((command.downgrade, "routing_0012"), (command.upgrade, "heads")):
            with running.database.writing() as connection:
                direction(config(running.service.folder, metadata_of(running.service), connection), revision)
        with running.reading() as session:
            assert {tuple(row) for row in session.execute(everything)} == kept
            assert pages(session, unit, Filters(phase="any"), 3) == [*expected(cases, Filters(phase="any"))]


@pytest.mark.real
def test_a_row_follows_its_case_until_it_is_gone(both):
    unit, case = f"u{next(NUMBERS)}", secrets.token_hex(16)
    for running in both:
        with running.transaction(NOW) as session:
            keep(session, unit, case, a_case(access=({"unit", "post"}, "stranger")))
            rows = session.scalars(select(ListedRow).where(ListedRow.case == case)).all()
            assert sorted((row.what, row.rank, row.due) for row in rows) == [("post", NOW, NOW), ("unit", NOW, NOW)]
            for values, rank in (({"urgent": True}, FIRST), ({"phase": "closed", "next_due": None}, FAR)):
                session.query(CaseRow).filter_by(id=case).update(values)
                ranks = session.scalars(select(ListedRow.rank).where(ListedRow.case == case)).all()
                assert ranks == [rank, rank]
            session.query(CaseRow).filter_by(id=case).delete()
            assert session.scalars(select(ListedRow.rank).where(ListedRow.case == case)).all() == []


@pytest.mark.real
@pytest.mark.parametrize("trigger", ["listed_case_changed ON cases", "listed_access_added ON case_access"])
def test_a_trigger_that_is_missing_is_noticed(both, trigger):
    """The comparison with a plain sort fails where the rows are not kept."""
    unit = f"u{next(NUMBERS)}"
    later, sooner = (
        {"urgent": False, "next_due": NOW + timedelta(hours=hours), "phase": "handling"} for hours in (2, -9)
    )
    cases = {secrets.token_hex(16): one for one in (a_case(), a_case(first=later, then=sooner))}
    for running in both:
        with running.database.rehearsing() as connection:
            session = Session(connection, running.here, NOW)
            name, _, table = trigger.partition(" ON ")
            on = "" if running.database.is_sqlite else f" ON {table}"
            session.execute(text(f"DROP TRIGGER {name}{on}"))
            for case, one in cases.items():
                keep(session, unit, case, one)
                change(session, unit, case, one)
            session.flush()
            assert pages(session, unit, Filters(), 2) != [*expected(cases, Filters())]


@pytest.mark.real
def test_a_row_that_is_left_over_shows_nothing(both):
    """Whoever may see a case is asked of `case_access`: a list is only a way to find it."""
    unit, case = f"u{next(NUMBERS)}", secrets.token_hex(16)
    for running in both:
        with running.transaction(NOW) as session:
            keep(session, unit, case, a_case(access=({"other"}, None)))
            session.add(ListedRow(case=case, what="unit", code=unit, rank=NOW, phase="handling", due=NOW))
        with running.reading() as session:
            assert pages(session, unit, Filters(), 5) == []


@pytest.mark.real
def test_nobody_counts_beyond_what_a_tile_says(both, monkeypatch):
    monkeypatch.setattr(worklist, "MOST", 3)
    unit = f"u{next(NUMBERS)}"
    for running in both:
        with running.transaction(NOW) as session:
            for _ in range(5):
                keep(session, unit, secrets.token_hex(16), a_case(access=({"unit", "post"}, None)))
        with running.reading() as session:
            found = counts.within(session, somebody(unit), now=NOW)
            assert (found["late"], found["all"], found["new"]) == (3, 3, 0)
            nobody = StaffMember("p-9", "s", "某人", (), (), frozenset())
            assert set(counts.within(session, nobody, now=NOW).values()) == {0}
            assert work.within(session, nobody, Filters(), None, 5, now=NOW).items == ()


@pytest.mark.real
def test_a_page_of_a_list_is_read_from_the_start_of_an_index(both):
    """On SQLite the plan is the same whatever the table holds: no list is read from end to end, none sorted whole."""
    with both[0].reading() as session:
        asked = str(_listed(Lists(2, 1), "", "", (), begun=True).compile(session.get_bind()))
        for mark, value in {"__[POSTCOMPILE_names]": "'p-1'", "__[POSTCOMPILE_most]": "51", "?": "'1'"}.items():
            asked = asked.replace(mark, value)
        plan = [row[3] for row in session.execute(text(f"EXPLAIN QUERY PLAN {asked}"))]
    assert sum("USING INDEX ix_listed_open (what=? AND code=?" in line for line in plan) == 2, plan
    assert not any("SCAN listed" in line for line in plan), plan
