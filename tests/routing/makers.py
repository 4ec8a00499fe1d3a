"""Makers of the routing tests: a county of a few lines, a matter, what is known of people."""

from datetime import date
from typing import Any

from services.routing.competence.choose import choose
from services.routing.competence.matter import Choice, Matter, People
from shared.county.file import read_county
from shared.county.model import County

TODAY = date(2026, 11, 2)
LEVEL = {"county": "qh", "township": "qh-t", "village": "qh-t-v"}


def named(code: str, **more: Any) -> dict[str, Any]:
    """Make something with a code and names."""
    return {"code": code, "name_zh": code, "name_en": code.capitalize(), **more}


def office(code: str, level: str = "county", **more: Any) -> dict[str, Any]:
    """Make a unit; of a township or village, that of the one place of that level."""
    place = {} if level == "county" else {"place": LEVEL[level]}
    return named(code, level=level, **place, **more)


def posts(unit: str, *roles: str) -> list[dict[str, Any]]:
    """Make a post for each role of a unit: `water-officer` bears `officer`."""
    return [named(f"{unit}-{role}", unit=unit, roles=[role]) for role in roles or ("officer", "reader", "head")]


def edges(kind: str, upper: str, *lower: str, **more: Any) -> list[dict[str, Any]]:
    """Put units under another one."""
    return [{"kind": kind, "lower": one, "upper": upper, **more} for one in lower]


UNITS = ("government", "petitions", "water", "roads", "discipline")
COUNTY: dict[str, Any] = {
    "code": "QH",
    "slug": "qinghe",
    "name_zh": "青禾县",
    "name_en": "Qinghe",
    "language": "zh",
    "services": ["intake", "routing", "directory"],
    "mechanisms": [],
    "petition_office": "petitions",
    "fallback": "petitions",
    "places": [
        named("qh", level="county"),
        named("qh-t", level="township", parent="qh"),
        named("qh-t-v", level="village", parent="qh-t"),
    ],
    "units": [*(office(code) for code in UNITS), office("town", "township"), office("committee", "village")],
    "posts": [post for unit in (*UNITS, "town", "committee") for post in posts(unit)],
    "edges": [
        *edges("government", "government", "petitions", "water", "roads", "town"),
        *edges("guides", "town", "committee"),
        *edges("cadre_authority", "discipline", "government", "petitions", "water", "roads", "town", "committee"),
    ],
    "categories": [named("water-supply"), named("street"), named("neighbours")],
    "routes": [{"category": "water-supply", "unit": "water"}, {"category": "street", "unit": "roads"}],
    "external": {"name_zh": "省里", "name_en": "The province", "contact": "12388"},
}


def a_county(**changes: Any) -> County:
    """Make the county, changed."""
    return read_county({**COUNTY, **changes})


def a_matter(**more: Any) -> Matter:
    """Make a petition about water, in the village, that names nobody."""
    roles = frozenset({"officer", "reader", "head"})
    fixed: dict[str, Any] = {"mechanism": "petitions", "category": "water-supply", "place": "qh-t-v", "roles": roles}
    return Matter(**{"conflict": "decision", **fixed, **more})


def chosen(county: County | None = None, people: dict[str, Any] | None = None, **matter: Any) -> Choice:
    """Choose for a matter; `people` is what is known of them."""
    return choose(a_matter(**matter), county or a_county(), People(**{"today": TODAY, **(people or {})}))
