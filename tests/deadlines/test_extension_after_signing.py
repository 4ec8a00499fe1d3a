"""More time after the signature: the term runs until the answer is served, so it can be prolonged until then."""

import json

import pytest
from sqlalchemy import select

from services.directory.people import add_person
from services.directory.signin import make_token
from services.routing.models import LetterRow

WHY = {"reasons": "邮件退回，另行送达。"}


@pytest.fixture
def second_head(county):
    """Give the name of another head of the same unit, who took no step."""
    with county.service("directory").inside():
        person = add_person(
            "副局长", "second", ["housing-head"], "a-long-password", email="two@example.test", now=county.clock.now()
        )
        county.tokens["second"] = make_token(person, "test", 365, now=county.clock.now())
    county.settle()
    return "second"


def offered(world, case, post):
    return "extend" in [one["step"] for one in world.desk(case, post)["offers"]]


def served(world):
    with world.service("routing").reading() as session:
        rows = session.scalars(select(LetterRow).where(LetterRow.served_on.is_not(None))).all()
        return [row.letter for row in rows]


def remedies(world):
    """Give what each letter prints of its reader's rights."""
    with world.service("routing").reading() as session:
        rows = session.scalars(select(LetterRow)).all()
        return {row.letter: json.loads(session.reveal(row.paper))["remedy"] for row in rows}


@pytest.fixture
def signed(county, petition, prepare, second_head):
    prepare(petition)
    county.step(petition, "sign", "housing-head")
    return petition


def test_a_signed_answer_that_does_not_arrive_gets_more_time(county, signed, term, second_head):
    assert not offered(county, signed, "housing-head")  # who signed grants none
    assert offered(county, signed, second_head)
    county.step(signed, "extend", second_head, **WHY)
    assert term(signed) == ("extended", "2027-01-01")
    county.pass_days(70)
    county.step(signed, "serve", "housing-officer", method="hand", proof="本人签收", received_on="2027-01-11")
    assert term(signed, "petition.extend")[0] == "met"
    assert "deadline.breached" not in county.events(signed)


def test_its_letter_tells_no_right_of_the_answer_and_is_not_what_is_served(county, signed, second_head):
    county.step(signed, "extend", second_head, **WHY)
    told = remedies(county)
    assert "复查" in told["opinion"]
    assert told["extension"] == ""
    county.step(signed, "serve", "housing-officer", method="hand", proof="本人签收", received_on="2026-11-02")
    assert served(county) == ["opinion"]


def test_after_the_due_moment_nobody_grants_it(county, signed, second_head):
    county.pass_days(61)
    assert not offered(county, signed, second_head)
    assert county.try_step(signed, "extend", second_head, **WHY).get_json()["code"] == "extension-too-late"
