"""Days that a step may not say: a letter received before it was signed, a plan for yesterday, the year 9999."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from shared.errors import Invalid, Refusal
from shared.law.local import local_day
from shared.workflow.case import Case
from shared.workflow.declare import Step
from shared.workflow.schedule import Schedule
from shared.workflow.schema import Day

TEN_YEARS = timedelta(days=3_652)  # a year mistyped is no plan, and no calendar counts so far


NOT_YET = "Choose a day from the day on which the case was received to today."
OVER = "The day must lie ahead."
TOO_FAR = "Choose a day within the next ten years."


class NotReceivedYet(Refusal):
    """A letter can't have been received on that day."""

    code = "bad-day-of-service"
    message = "The day must lie between the day of signing and today."
    next_action = "Enter the day on which the letter was received."


def fits_the_calendar(step: Step, case: Case, given: Mapping[str, Any], now: datetime) -> None:
    """Raise `NotReceivedYet` for a day of service before signing or ahead, `Invalid` for days that a field refuses."""
    today = local_day(now)
    _plans_fit(step, given, today)
    received = local_day(case.received_at)
    if step.serves:
        _was_received(given["received_on"], local_day(case.done["sign"].at) if "sign" in case.done else received, today)
    _fields_take(step, given, min(received, today), today)


def _was_received(day: date, earliest: date, today: date) -> None:
    if not earliest <= day <= today:
        raise NotReceivedYet(field="received_on")


def _plans_fit(step: Step, given: Mapping[str, Any], today: date) -> None:
    """Raise `Invalid` at the lines of a plan whose day has come already, or is more than ten years away."""
    for name, field in (step.asks.asked() if step.asks else {}).items():
        planned = [one["on"] for one in given.get(name) or ()] if isinstance(field, Schedule) else []
        if past := {at: [OVER] for at, day in enumerate(planned) if day <= today}:
            raise Invalid({name: past})
        if any(day > today + TEN_YEARS for day in planned):
            raise Invalid({name: [TOO_FAR]})


def _fields_take(step: Step, given: Mapping[str, Any], received: date, today: date) -> None:
    """Raise `Invalid` at each field whose day is not one of those that it takes: of the past, or ahead."""
    errors: dict[str, list[str]] = {}
    for name, field in (step.asks.asked() if step.asks else {}).items():
        day = given.get(name)
        if isinstance(field, Day) and day is not None and (wrong := _wrong(field, day, received, today)):
            errors[name] = [wrong]
    if errors:
        raise Invalid(errors)


def _wrong(field: Day, day: date, received: date, today: date) -> str | None:
    if field.past and not received <= day <= today:
        return NOT_YET
    if field.ahead and day <= today:
        return OVER
    return TOO_FAR if field.ahead and day > today + TEN_YEARS else None
