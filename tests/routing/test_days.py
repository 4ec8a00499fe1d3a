"""Which days a form takes: of what took place from the receipt to today, of what is to come within ten years."""

from datetime import date, timedelta

import pytest

from lianxin.loading import found_mechanisms, load_mechanism
from services.routing.days import NotReceivedYet, fits_the_calendar
from shared.errors import Invalid
from shared.law.local import local_day
from shared.web.mistakes import translate_error
from shared.workflow.declare import STAY
from shared.workflow.schema import Day, Schema
from tests.workflow.makers import SERVE, START, a_case, a_step

NOW = START + timedelta(days=20)
OVER, FAR = "The day must lie ahead.", "Choose a day within the next ten years."
PAST = "Choose a day from the day on which the case was received to today."


class Took(Schema):
    """What took place."""

    day = Day(seen="parties", title="Date", past=True)


class Plan(Schema):
    """What is to come."""

    day = Day(seen="parties", title="Date", ahead=True, required=False)


class Any(Schema):
    """A day of birth, say."""

    day = Day(seen="parties", title="Date", whenever="when somebody was born")


DAYS = [
    (Took, date.min, PAST),
    (Took, date(2026, 11, 1), PAST),
    (Took, date(2026, 11, 2), None),
    (Took, date(2026, 11, 22), None),
    (Took, date(2026, 11, 23), PAST),
    (Took, date(2099, 1, 1), PAST),
    (Took, date.max, PAST),
    (Plan, None, None),
    (Plan, date.min, OVER),
    (Plan, date(2020, 1, 1), OVER),
    (Plan, date(2026, 11, 22), OVER),
    (Plan, date(2026, 11, 23), None),
    (Plan, date(2026, 11, 22) + timedelta(days=3_652), None),
    (Plan, date(2026, 11, 22) + timedelta(days=3_653), FAR),
    (Plan, date.max, FAR),
    (Any, date.min, None),
    (Any, date.max, None),
]


@pytest.mark.quick
@pytest.mark.parametrize(("form", "day", "wrong"), DAYS)
def test_a_form_takes_the_days_that_it_says(form, day, wrong):
    step, given = a_step("note", to=STAY, asks=form), {} if day is None else {"day": day}
    if wrong is None:
        fits_the_calendar(step, a_case(), given, NOW)
        return
    with pytest.raises(Invalid) as refused:
        fits_the_calendar(step, a_case(), given, NOW)
    assert refused.value.errors == {"day": [wrong]}


@pytest.mark.quick
def test_today_is_a_day_of_what_took_place_also_where_the_clock_was_set_back_before_the_receipt():
    now = START - timedelta(days=1)
    fits_the_calendar(a_step("note", to=STAY, asks=Took), a_case(), {"day": local_day(now)}, now)


@pytest.mark.quick
def test_a_day_of_service_keeps_its_own_sentence():
    with pytest.raises(NotReceivedYet):
        fits_the_calendar(SERVE, a_case(), {"received_on": date(2099, 1, 1)}, NOW)


FREE = [  # each bounded by `fits`
    "what a plan owes is opened after the visit",
    "a call may be made before the day that was agreed",
]


def test_every_day_that_a_shipped_step_asks_says_which_days_it_takes():
    steps = [step for name in found_mechanisms() for step in load_mechanism(name).workflow.steps if step.asks]
    fields = [field for step in steps for field in step.asks.asked().values() if isinstance(field, Day)]
    assert len(fields) > 10
    free = [field for field in fields if field.whenever]
    assert [field.whenever for field in free] == FREE
    assert all(field.past != field.ahead for field in fields if field not in free)


@pytest.mark.parametrize("day", ["0001-01-01", "2026-11-01", "2026-11-03", "2099-01-01", "9999-12-31"])
def test_nobody_was_heard_on_a_day_that_cannot_be(embedded_world, day):
    world = embedded_world
    contact = {"name": "陈某", "phone": "13800000000"}
    case = world.submit("petitions", "petition", addressed_to="water-bureau", contact=contact)
    world.step(case, "accept", "water-officer")
    refused = world.try_step(case, "hear", "water-officer", day=day, way="phone", summary="已听取。")
    said = [{"field": "day", "message": "请填写自收到该事项之日起至今日的日期。"}]
    assert (refused.status_code, refused.get_json()["errors"]) == (422, said)
    assert "draft" not in [one["step"] for one in world.desk(case, "water-officer")["offers"]]
    assert translate_error("en", PAST) == PAST
