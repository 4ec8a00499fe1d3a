"""Cases are found by what they say: the same ones on both databases, and only those that one may see."""

import secrets
import unicodedata
from datetime import UTC, datetime, timedelta
from itertools import count
from unittest.mock import Mock
from urllib.parse import quote

import pytest
from conftest import new_database
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from world import full_county, make_world

from services.intake.erase import erase
from services.routing.models import CaseRow
from services.routing.search import find as find_room
from services.routing.search.find import find
from services.routing.search.index import index_at_start, index_new
from services.routing.search.tables import SearchRow, WordRow, looked_up
from services.routing.search.words import asked_for, excerpt, folded, found_by, marked, says, sought
from shared.access.actor import StaffMember
from shared.access.tables import CaseAccessRow
from shared.crypto.private import Private

START = datetime(2026, 11, 2, tzinfo=UTC)
NUMBERS = count(1)
ALPHABET = "水管道漏路灯灯" * 2 + "abAB12" + "ＡＢ１２" + "，。 -"
TEXTS = st.text(alphabet=ALPHABET, min_size=2, max_size=14)
QUESTIONS = st.one_of(
    st.text(alphabet="水管道漏路灯", min_size=2, max_size=2),  # what is sought most: a word of two characters
    st.text(alphabet=ALPHABET, min_size=1, max_size=6),
)


def plain(text):
    """Fold a text another way than the service does."""
    once = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in unicodedata.normalize("NFKC", once) if unicodedata.category(one)[0] in "LN")


@given(TEXTS, st.data())
def test_what_is_in_a_text_is_sought_by_words_that_find_it(text, data):
    whole = folded(text)
    start = data.draw(st.integers(0, len(whole)))
    part = whole[start : data.draw(st.integers(start, len(whole)))]
    assert set(sought(part)) <= set(found_by(whole))
    assert whole == plain(text)


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("水管", ("水管",)),
        (" 水 管道 ", ("水", "管道")),
        ("青禾信受〔２０２６〕１２号", ("青禾信受202612号",)),
        ("ＱＨ 7k4m", ("qh", "7k4m")),
        ("Straße", ("strasse",)),
        ("水", ()),
        ("，。", ()),
        ("水 电", ()),
        ("", ()),
    ],
)
def test_what_is_typed_is_folded(typed, parts):
    assert asked_for(typed) == parts


def test_traditional_and_simplified_stay_apart():
    assert not says([folded("漏電")], asked_for("漏电"))


def test_what_was_sought_is_marked_as_it_was_written():
    assert marked("村口的水 管漏了", ("水管",)) == (("村口的", False), ("水 管", True), ("漏了", False))
    assert marked("ＡＢ１２号", ("b1",)) == (("Ａ", False), ("Ｂ１", True), ("２号", False))
    assert excerpt(["无关", "前" * 50 + "路灯" + "后" * 50], ("路灯",)) == (
        ("…", False),
        ("前" * 24, False),
        ("路灯", True),
        ("后" * 24, False),
        ("…", False),
    )
    assert excerpt(["无关"], ("路灯",)) == ()


# --- as the plain question would find it, on both databases


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


def somebody(unit):
    return StaffMember("p-1", "s", "某人", (), (unit,), frozenset())


A_MINUTE = timedelta(minutes=1)


def keep(session, unit, case, number, title, text, access, apart=A_MINUTE):
    """Keep a case as `assign` does, with who may see it."""
    session.make_key(case)
    empty = dict.fromkeys(("category", "place", "addressed_to", "about", "contact", "details", "file_keys", "root"))
    row = CaseRow(
        id=case,
        reference=f"QH-{case[:8]}",
        mechanism="suggestions",
        mechanism_version=1,
        kind="suggestion",
        received_at=START + (number // 2 - 4) * apart,  # two of one moment: then the id decides
        channel="web",
        identity="none",
        language="zh",
        about_units=[],
        about_posts=[],
        title=session.seal(case, Private(title)),
        text=session.seal(case, Private(text)),
        files=[],
        unit=unit,
        co_handlers=[],
        urgent=False,
        rule="route",
        because=[],
        explanation=[],
        state="received",
        phase="closed" if number % 3 else "handling",
        progress={},
        changed_at=START,
        **empty,
    )
    session.add(row)
    index_new(session, row)
    if access != "nobody":
        session.add(CaseAccessRow(case=case, what="unit", code=unit if access != "others" else "other"))
    if access == "barred":
        session.add(CaseAccessRow(case=case, what="barred", code="p-1"))


def pages(session, unit, question, limit):
    """Give the ids of every page, one after the other."""
    after, ids = None, []
    while True:
        hits = find(session, somebody(unit), asked_for(question), (), after, limit)
        assert len(hits.rows) <= limit
        ids += [row.id for row in hits.rows]
        if (after := hits.after) is None:
            return ids


def expected(cases, question):
    parts = [plain(part) for part in question.split() if plain(part)]
    found = [
        (number // 2, case)
        for case, number, title, text, access in cases
        if access in ("mine", "also")
        and all(any(part in plain(said) for said in (title, text, f"QH-{case[:8]}")) for part in parts)
    ]
    return [case for _, case in sorted(found, reverse=True)]


ACCESS = st.sampled_from(["mine", "mine", "also", "others", "barred", "nobody"])


@pytest.mark.real
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    texts=st.lists(st.tuples(TEXTS, TEXTS, ACCESS), min_size=1, max_size=9),
    questions=st.lists(QUESTIONS, min_size=1, max_size=6),
    limit=st.integers(1, 4),
    apart=st.sampled_from([A_MINUTE, timedelta(days=17)]),
    few=st.sampled_from([0, 5_000]),
    walked=st.sampled_from([1, 3]),
)
def test_both_databases_find_what_a_plain_look_finds(both, texts, questions, limit, apart, few, walked):
    """However few are looked at one by one: of somebody who sees few, among the newest, by weeks, among all."""
    unit = f"u{next(NUMBERS)}"
    cases = [(secrets.token_hex(16), number, *said) for number, said in enumerate(texts)]
    for running in both:
        with running.transaction(START) as session:
            for case in cases:
                keep(session, unit, *case, apart)
        with running.reading() as session, pytest.MonkeyPatch.context() as patch:
            patch.setattr(find_room, "FEW", few)
            patch.setattr(find_room, "WALKED", walked)
            for question in questions:
                if asked_for(question):
                    assert pages(session, unit, question, limit) == expected(cases, question), question


@pytest.mark.real
def test_who_sees_many_finds_the_newest_first_over_months(both, monkeypatch):
    """Two of every five days: so every page but the last is filled from the weeks before it, not from all."""
    monkeypatch.setattr(find_room, "FEW", 0)
    monkeypatch.setattr(find_room, "WALKED", 1)
    unit = f"u{next(NUMBERS)}"
    cases = [(secrets.token_hex(16), number, "水管" if number % 4 else "路灯", "无", "mine") for number in range(30)]
    for running in both:
        with running.transaction(START) as session:
            for case in cases:
                keep(session, unit, *case, timedelta(days=5))
        with running.reading(START + timedelta(days=50)) as session:
            assert pages(session, unit, "水管", 3) == expected(cases, "水管")
            look = Mock(side_effect=looked_up)
            monkeypatch.setattr(find_room, "looked_up", look)
            find(session, somebody(unit), ("水管",), (), None, 3)
            assert look.call_count == 1, "weeks were enough, and on SQLite, which has no weeks, all is asked at once"


@pytest.mark.real
def test_many_that_only_look_alike_cost_a_fixed_number_of_questions_and_hide_nothing(both, monkeypatch):
    monkeypatch.setattr(find_room, "ROUNDS", 2)
    unit = f"u{next(NUMBERS)}"
    cases = [(secrets.token_hex(16), number, "水管水道管道", "无", "mine") for number in range(30)]
    cases[3] = (cases[3][0], 3, "水管道", "无", "mine")
    for running in both:
        with running.transaction(START) as session:
            for case in cases:
                keep(session, unit, *case)
        with running.reading() as session:
            first = find(session, somebody(unit), ("水管道",), (), None, 5)
            assert (first.rows, first.after is None) == ((), False)
            assert pages(session, unit, "水管道", 5) == [cases[3][0]]


# --- through the doors, as cases live


def references(world, question, post="water-officer"):
    answer = world.ask("GET", f"/api/v1/desk/cases?q={quote(question)}", post=post)
    assert answer.status_code == 200, answer.get_json()
    return [item["reference"] for item in answer.get_json()["items"]]


PETITION = {
    "title": "自来水发黄",
    "text": "三天了，GB5749 都达不到。",
    "addressed_to": "water-bureau",
    "category": "water",
    "details": {"request": "请检修管道。"},
    "contact": {"name": "陈秀兰", "phone": "13800001234"},
}
DRAFT = {
    "outcome": "explained",
    "facts": "经查，滤池破损。",
    "opinion": "依法解释。",
    "legal_basis": "条例",
    "summary": "已答复",
}


def let_keys_come(world):
    world.pass_days(0.1)


def test_a_case_is_found_by_what_it_says_and_by_what_its_steps_say(world):
    case = world.submit("petitions", "petition", **PETITION)
    let_keys_come(world)
    mine = [case["reference"]]
    for question in ("发黄", "管道", "gb5749", "ＧＢ５７", "自来 达不到", case["reference"], case["reference"][3:7]):
        assert references(world, question) == mine, question
    assert references(world, "滤池") == []
    world.step(case, "accept", "water-officer")
    world.step(case, "hear", "water-officer", day="2026-11-02", way="phone", summary="已听取")
    world.step(case, "draft", "water-officer", **DRAFT)
    assert references(world, "滤池") == mine
    number = world.desk(case, "water-officer")["letters"][0]["number"]
    for typed in (number, number.replace("〔", " ( ").replace("〕", " ) ")):
        assert references(world, typed) == mine, typed


def test_nobody_else_finds_it_and_nobody_finds_who_wrote_it(world):
    case = world.submit("petitions", "petition", **PETITION)
    let_keys_come(world)
    assert references(world, "陈秀兰") == references(world, "13800001234") == []
    assert references(world, "发黄", post="housing-officer") == []
    assert references(world, "发黄") == [case["reference"]]


def test_a_barred_person_finds_nothing(world):
    world.submit("petitions", "petition", **PETITION, about={"posts": ["water-head"]})
    let_keys_come(world)
    assert len(references(world, "发黄")) == 1
    assert references(world, "发黄", post="water-head") == []


def test_of_an_erased_case_nothing_is_kept(world):
    case = world.submit("petitions", "petition", **PETITION)
    let_keys_come(world)
    with world.service("routing").reading() as session:
        (name,) = session.scalars(select(CaseRow.id).where(CaseRow.reference == case["reference"]))
        assert session.get(SearchRow, name) is not None
    with world.service("intake").transaction() as session:
        erase.within(session, name, "test", now=world.clock.now())
    world.settle()
    with world.service("routing").reading() as session:
        assert session.get(SearchRow, name) is None
        assert session.scalar(select(func.count()).where(WordRow.case == name)) == 0
    assert references(world, "发黄") == []


def test_cases_of_an_earlier_release_are_made_findable_at_the_start(world):
    case = world.submit("petitions", "petition", **PETITION)
    let_keys_come(world)
    running = world.service("routing")
    with running.transaction() as session:
        session.query(SearchRow).delete()
    assert references(world, "发黄") == []
    with running.transaction() as session:
        index_at_start(session, now=world.clock.now())
    world.settle()
    assert references(world, "发黄") == [case["reference"]]
    with running.reading() as session:
        index_at_start(session, now=world.clock.now())
        assert not session.new


def test_a_step_before_its_case_can_be_found_is_not_lost(world):
    case = world.submit("petitions", "petition", **PETITION)
    let_keys_come(world)
    with world.service("routing").transaction() as session:
        session.query(SearchRow).delete()
    world.step(case, "accept", "water-officer")
    world.step(case, "hear", "water-officer", day="2026-11-02", way="phone", summary="已到现场听取")
    let_keys_come(world)
    assert references(world, "现场") == references(world, "发黄") == [case["reference"]]


def test_what_is_too_short_says_so(world):
    answer = world.ask("GET", "/api/v1/desk/cases?q=%E6%B0%B4", post="water-officer")
    assert answer.status_code == 422
    assert [one["field"] for one in answer.get_json()["errors"]] == ["q"]


@pytest.mark.quick
def test_the_page_marks_what_was_sought_and_helps_where_nothing_is(embedded_world):
    embedded_world.submit("petitions", "petition", **PETITION)
    let_keys_come(embedded_world)
    embedded_world.sign_in("water-officer")
    page = embedded_world.client.get("/desk?q=管道&lang=zh").text
    assert "请检修<mark>管道</mark>" in page
    assert "没有查到" in embedded_world.client.get("/desk?q=火车&lang=zh").text
    assert "请输入两个以上的字" in embedded_world.client.get("/desk?q=火&lang=zh").text
