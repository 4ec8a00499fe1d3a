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


class NotReceivedYet(Refusal):
    """A letter can't have been received on that day."""

    code = "bad-day-of-service"
    message = "The day must lie between the day of signing and today."
    next_action = "Enter the day on which the letter was received."


def fits_the_calendar(step: Step, case: Case, given: Mapping[str, Any], now: datetime) -> None:
    """Raise `NotReceivedYet` for a day of service before signing or ahead, `Invalid` for days past or are too far."""
    _lies_ahead(step, given, local_day(now))
    _is_near(step, given, local_day(now) + TEN_YEARS)
    if not step.serves:
        return
    signed = [done.at for name, done in case.done.items() if name == "sign"]
    earliest = local_day(signed[0]) if signed else local_day(case.received_at)
    if not earliest <= given["received_on"] <= local_day(now):
        raise NotReceivedYet(field="received_on")


def _lies_ahead(step: Step, given: Mapping[str, Any], today: date) -> None:
    """Raise `Invalid` at the line of a plan whose day has come already."""
    for name in filter(None, (term.each for term in step.terms)):
        past = {at: ["The day must lie ahead."] for at, one in enumerate(given[name]) if one["on"] <= today}
        if past:
            raise Invalid({name: past})


def _is_near(step: Step, given: Mapping[str, Any], last: date) -> None:
    """Raise `Invalid` at a field that asks for days ahead and got one more than ten years away."""
    for name, field in (step.asks.asked() if step.asks else {}).items():
        said = given.get(name)
        ahead = [said] if isinstance(field, Day) and field.ahead and said else []
        planned = [one["on"] for one in said or ()] if isinstance(field, Schedule) else []
        if any(day > last for day in (*ahead, *planned)):
            raise Invalid({name: ["Choose a day within the next ten years."]})
