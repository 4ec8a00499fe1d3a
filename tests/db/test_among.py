"""Words that travel as one parameter arrive as they were, whatever stands in them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, String, Table, create_engine, select
from sqlalchemy.exc import StatementError

from shared.db.among import among, zipped

WORDS = st.lists(
    st.one_of(
        st.text(st.characters(blacklist_characters="\0", blacklist_categories=("Cs",))),
        st.text(st.sampled_from("{}\",\\ 'NULnul\t\n\u2003")),
    ),
    max_size=8,
)
HERE = Table("heard", MetaData(), Column("word", String))
ROWS = select(*zipped("first", "second").c)
FOUND = select(HERE.c.word).where(among(HERE.c.word, "words"))


@pytest.fixture(
    params=[pytest.param("sqlite", marks=pytest.mark.quick), pytest.param("postgresql", marks=pytest.mark.real)]
)
def connection(request):
    url = "sqlite://" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    engine = create_engine(url)
    with engine.connect() as connection:
        HERE.metadata.create_all(connection)
        yield connection
        connection.rollback()
    engine.dispose()


@given(words=WORDS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_lists_come_back_as_rows_in_their_order(connection, words):
    given = {"first": words, "second": words[::-1]}
    assert connection.execute(ROWS, given).all() == list(zip(words, words[::-1], strict=True))


@given(words=WORDS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_word_is_found_among_them_and_no_other(connection, words):
    with connection.begin_nested() as kept:
        connection.execute(HERE.insert(), [{"word": word} for word in {*words, "another"}])
        assert set(connection.scalars(FOUND, {"words": words})) == set(words)
        kept.rollback()


@pytest.mark.real
def test_a_word_with_a_nul_is_refused_where_a_server_could_not_hold_it(postgres_url):
    engine = create_engine(postgres_url)
    with engine.connect() as connection, pytest.raises(StatementError, match="NUL"):
        connection.execute(ROWS, {"first": ["a\0b"], "second": ["c"]})
    engine.dispose()
