"""Deadlines per second on one core: the last day alone, and with the whole trace and its words."""

import random
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from shared.calendar.national import NATION, national
from shared.law.explain import explain
from shared.law.packs import load_rules
from shared.law.rule import Rule
from shared.law.term import due_on, start_term

ROUNDS = 3
PLAIN, TRACED = 200_000, 20_000  # deadlines of a round
FIRST = date(2020, 1, 1)
DAYS = (date(2026, 10, 31) - FIRST).days
Asked = list[tuple[Rule, date]]


def measure(show: Callable[[str], None]) -> dict[str, list[float]]:
    """Give deadlines per second with the trace off, on, and in words; every national rule in days or months."""
    found: dict[str, list[float]] = {"off": [], "on": [], "words": []}
    for turn in range(ROUNDS):
        show(f"deadlines, round {turn + 1} of {ROUNDS}")
        found["off"].append(_rate(_plain, _asked(PLAIN, turn)))
        found["on"].append(_rate(_traced, _asked(TRACED, turn)))
        found["words"].append(_rate(_told, _asked(TRACED, turn)))
    return found


def _asked(count: int, seed: int) -> Asked:
    chance = random.Random(seed)  # noqa: S311 - a load, not a secret
    rules = [rule for rule in load_rules().values() if rule.calendar == NATION and rule.unit != "hour"]
    return [(chance.choice(rules), FIRST + timedelta(days=chance.randrange(DAYS))) for _ in range(count)]


def _rate(work: Callable[[Asked], None], asked: Asked) -> float:
    work(asked[:100])  # the calendar's years are made at their first use
    began = time.perf_counter()
    work(asked)
    return len(asked) / (time.perf_counter() - began)


def _plain(asked: Asked) -> None:
    calendar = national(NATION)
    for rule, day in asked:
        due_on(rule, day, calendar)


def _traced(asked: Asked) -> None:
    calendar = national(NATION)
    for rule, day in asked:
        start_term(rule, datetime(day.year, day.month, day.day, 4, tzinfo=UTC), calendar)


def _told(asked: Asked) -> None:
    calendar, rules = national(NATION), load_rules()
    for rule, day in asked:
        explain(start_term(rule, datetime(day.year, day.month, day.day, 4, tzinfo=UTC), calendar), rules, "zh")
