"""The other side that was invited: reminded, waited for, and nobody worse off where no answer comes."""

import pytest
from sqlalchemy import select

from services.notification.models import MessageRow
from tests.mechanisms.mediation.making import (
    REGISTRAR,
    SAFE,
    ask_for_it,
    invite,
    last_letter,
    outcome,
    terms,
)

pytestmark = pytest.mark.quick
TRIED = {"summary": "两次电话、一次上门，均未找到本人。"}


def reminded(world):
    with world.service("notification").reading() as session:
        told = select(MessageRow.to).where(MessageRow.template == "own_near").order_by(MessageRow.to)
        return list(session.scalars(told))


def test_who_has_not_said_yes_or_no_is_reminded_a_week_before_the_end(embedded_world):
    world = embedded_world
    first = ask_for_it(world)
    invite(world, first)
    assert ("mediation.come", "open", "2026-12-02") in terms(world, first)
    world.pass_days(22)
    assert reminded(world) == []
    world.pass_days(2)
    assert reminded(world) == ["resident", "respondent"]
    world.pass_days(8)
    assert ("mediation.come", "breached", "2026-12-02") in terms(
        world, first
    )  # the head sees it, and the case waits on
    assert world.follow(first)["phase"] == "waiting"


def test_a_request_without_an_answer_is_ended_without_prejudice(embedded_world):
    world = embedded_world
    first = ask_for_it(world)
    world.step(first, "screen", REGISTRAR, **SAFE)
    world.pass_days(10)
    world.step(first, "invite again", REGISTRAR)
    world.pass_days(14)
    assert world.try_step(first, "not come", REGISTRAR, **TRIED).get_json()["code"] == "guard-not-met"
    world.pass_days(1)
    world.step(first, "not come", REGISTRAR, **TRIED)
    assert outcome(world, first) == ("closed", "not_come")
    letter = last_letter(world, first)
    assert "没有答复不等于拒绝" in letter
    assert TRIED["summary"] in letter
    assert "司法等途径" in letter
    assert ("mediation.come", "met", "2026-12-02") in terms(world, first)
