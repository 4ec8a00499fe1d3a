"""A county whose deadlines are held against the journal when a test is over, and a petition that runs in it."""

from collections.abc import Iterator
from typing import Any

import pytest
from ends import assert_each_ended_once
from world import World

from services.directory.people import add_person
from services.directory.signin import make_token
from shared.law.local import local_day

OPINION = {
    "outcome": "explained",
    "facts": "已核实。",
    "opinion": "依法解释。",
    "legal_basis": "条例",
    "summary": "已解释。",
}
HEARING = {"day": "2026-11-02", "way": "phone", "summary": "希望尽快维修。"}


@pytest.fixture
def county(embedded_world: World) -> Iterator[World]:
    yield embedded_world
    assert_each_ended_once(embedded_world)


@pytest.fixture
def petition(county: World) -> dict[str, Any]:
    """Give the receipt of a petition that was accepted: 60 days run."""
    receipt = county.submit("petitions", "petition", category="housing")
    county.step(receipt, "accept", "housing-officer")
    return receipt


@pytest.fixture
def term(county: World) -> Any:
    """Tell how a case's term of a rule stands: status and due day."""

    def of(receipt: dict[str, Any], rule: str = "petition.handle") -> tuple[str, str]:
        (found,) = (one for one in county.follow(receipt)["promises"] if one["rule"] == rule)
        return found["status"], found["due"]

    return of


@pytest.fixture
def prepare(county: World) -> Any:
    """Bring a petition as far as the signature: heard, drafted, read."""

    def do(receipt: dict[str, Any]) -> None:
        county.step(receipt, "hear", "housing-officer", **HEARING)
        county.step(receipt, "draft", "housing-officer", **OPINION)
        county.step(receipt, "read", "housing-reader")

    return do


@pytest.fixture
def answer(county: World) -> Any:
    """Sign and serve what was prepared, today."""

    def do(receipt: dict[str, Any]) -> None:
        county.step(receipt, "sign", "housing-head")
        served = {"method": "hand", "proof": "本人签收", "received_on": local_day(county.clock.now()).isoformat()}
        county.step(receipt, "serve", "housing-officer", **served)

    return do


@pytest.fixture
def both(county: World) -> str:
    """Give the name of somebody who is officer and head at once."""
    with county.service("directory").inside():
        posts = ["housing-officer", "housing-head"]
        person = add_person(
            "身兼二职", "both", posts, "a-long-password", email="both@example.test", now=county.clock.now()
        )
        county.tokens["both"] = make_token(person, "test", 365, now=county.clock.now())
    county.settle()
    return "both"
