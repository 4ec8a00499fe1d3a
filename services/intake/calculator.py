"""The public calculator: pick a promise and a day, and see when it is due and how that was counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from flask import Blueprint, g, render_template, request

from services.intake.wall import Wall, wall
from shared.access import rule as access
from shared.calendar.national import by_name
from shared.kit.action import here_now, query
from shared.kit.session import Here, Session
from shared.law.explain import Explained, explained
from shared.law.local import local_day
from shared.law.rule import Rule
from shared.law.term import Term, start_term
from shared.web.i18n import current_language, period_in_words, translate

NEAR = 30  # years around today: further away nobody asks in earnest, and no page has to draw it

door = Blueprint("calculator", __name__)


@dataclass(frozen=True)
class Counted:
    """An answer: the rule as it was in force on the day, whether it is on here, its term, words and picture."""

    rule: Rule
    on: bool
    term: Term
    words: Explained
    wall: Wall


@door.get("/deadlines")
@access.rule("anyone")
def deadlines() -> str | tuple[str, int]:
    """Ask for a promise and a day, and answer on the same page; an address with both can be passed on."""
    here, language, today = here_now.get().here, current_language(), local_day(g.now)
    asked = {"rule": request.args.get("rule", ""), "from": _typed() or today.isoformat()}
    begun = "rule" in request.args
    errors = _errors(here, asked, today, language) if begun else {}
    found = count(asked["rule"], asked["from"], today, language) if begun and not errors else None
    offered = _offered(here, today, asked["rule"])
    page = render_template(
        "intake/deadlines.html", groups=offered, values=asked, errors=errors, found=found, month_name=_month_name
    )
    return (page, 422) if errors else page


def _month_name(first: date) -> str:
    return period_in_words(current_language(), f"{first:%Y-%m}")


def _typed() -> str:
    """Give the day as it was typed in three fields, or as one in an address."""
    parts = [request.args.get(f"from-{part}", "").strip() for part in ("year", "month", "day")]
    return "-".join(part.zfill(2) for part in parts) if any(parts) else request.args.get("from", "")


def _errors(here: Here, asked: dict[str, str], today: date, language: str) -> dict[str, str]:
    errors, rule = {}, here.rules.get(asked["rule"])
    if rule is None:
        errors["rule"] = translate(language, "Choose what is promised.")
    elif rule.unit == "hour":
        errors["rule"] = translate(language, "This one runs by the hour, so there is no day to count.")
    try:
        near = abs(date.fromisoformat(asked["from"]).year - today.year) <= NEAR
    except ValueError:
        errors["from"] = translate(language, "There is no such day. Write year, month and day, such as 2026 11 2.")
    else:
        if not near:
            errors["from"] = translate(language, "Choose a day within %(years)s years of today.", years=NEAR)
    return errors


@query
def count(session: Session, name: str, since: str, today: date, language: str) -> Counted:
    """Count a rule's term from a day, by the version in force on it."""
    here, day = session.here, date.fromisoformat(since)
    rule = here.rules.on(name, day)
    calendar = by_name(rule.calendar, session.calendar)
    term = start_term(rule, datetime.combine(day, time(12), calendar.zone), calendar)
    on = any(rule.on(one, here.county.confirmed_rules) for one in (today, day))
    return Counted(rule, on, term, explained(term, here.rules, language, promised=on), wall(term, calendar))


def _offered(here: Here, today: date, chosen: str) -> list[tuple[str, list[Rule]]]:
    """Give what is promised here by law, as the county's promises come last; what was asked for is always among it."""
    confirmed = here.county.confirmed_rules
    shown = [one for one in here.rules.values() if one.unit != "hour"]
    return _by_law(one for one in shown if one.on(today, confirmed) or one.id == chosen)


def _by_law(rules: Iterable[Rule]) -> list[tuple[str, list[Rule]]]:
    groups: dict[str, list[Rule]] = {}
    for rule in rules:
        groups.setdefault(rule.law, []).append(rule)
    return sorted(groups.items(), key=lambda group: not group[0])
