"""Reading a county file: strict, all errors at once, each with its key and what mends it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import cattrs
from cattrs.gen import make_dict_structure_fn
from cattrs.strategies import configure_union_passthrough

from shared.calendar.notice import Notice, in_words, notice_of, read_notices, twice
from shared.county.check import problems_of
from shared.county.model import County, Demo, DutyItem, Theme
from shared.county.structure import Category, Edge, External, Place, Post, Route, Rung, Unit
from shared.errors import StartError
from shared.toml import read_toml

CALENDARS = "calendars"  # a folder of notices of days off, beside the county file or in the home
SHIPPED = Path(__file__).parents[2] / "deploy" / "counties"
STRICT = (Category, County, Demo, DutyItem, Edge, External, Place, Post, Route, Rung, Theme, Unit)
# What cattrs says, and what mends it.
MENDS = {
    "required field missing": "is missing; add it",
    "expected tuple": "a list in brackets is needed",
    "expected datetime.date | None": "a day without quotes is needed, such as 2026-11-02",
}
FORBIDDEN_TARGETS = ("petition_target", "upward_visit_target", "petition_quota", "rank_units_by_petitions")


def shipped(name: str) -> Path:
    """Give the path of a shipped county file: `full` or `smallest`."""
    return SHIPPED / f"{name}.toml"


def named(name: str) -> Path:
    """Give the path of a county file as somebody names it: a file, or `full` or `smallest` where there is none."""
    path = Path(name)
    return shipped(name) if name in ("full", "smallest") and not path.exists() else path


def load_county(path: Path) -> County:
    """Read and check a county file, with its notices of days off in `calendars/` beside it; its packs are found there.

    Raises `StartError` with one line for each error.
    """
    county = read_county(read_toml(path, "a county file"))
    return with_notices(
        replace(county, packs=tuple(str(path.parent / one) for one in county.packs)), path.parent / CALENDARS
    )


def with_notices(county: County, folder: Path) -> County:
    """Give the county with the notices of a folder that are its own or its nation's. Raises `StartError`."""
    found = [notice for notice in read_notices(folder) if notice.calendar in county.calendars]
    notices = tuple(dict.fromkeys((*county.notices, *found)))
    if wrong := list(twice(notices)):
        raise StartError(*wrong)
    return replace(county, notices=notices)


def read_county(raw: dict[str, Any]) -> County:
    """Make a county from a TOML document. Raises `StartError` with one line for each error."""
    forbidden = [f"{key}: a target on petitions or visits is never allowed; remove it" for key in _forbidden(raw)]
    if forbidden:
        raise StartError(*forbidden)
    try:
        county = _converter().structure(raw, County)
    except cattrs.BaseValidationError as error:
        raise StartError(*_sentences(error)) from error
    if problems := list(problems_of(county)):
        raise StartError(*problems)
    return county


def _converter() -> cattrs.Converter:
    made = cattrs.Converter(forbid_extra_keys=True)
    configure_union_passthrough(str | int | bool | float | None, made)
    made.register_structure_hook_func(lambda kind: kind == tuple[str, ...], _texts)
    for kind in STRICT:  # after the lists: these take over what they find
        made.register_structure_hook(kind, make_dict_structure_fn(kind, made, _cattrs_forbid_extra_keys=True))
    made.register_structure_hook(str, _text)
    made.register_structure_hook(Notice, lambda raw, _: notice_of(raw))
    made.register_structure_hook(date, _day)
    return made


def _texts(value: Any, _: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("no list")
    return tuple(_text(one, str) for one in value)


def _text(value: Any, _: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a text in quotes is needed, not {value!r}")
    return value


def _day(value: Any, _: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise TypeError("no day")
    return value


def _sentences(error: cattrs.BaseValidationError) -> list[str]:
    """Turn `what @ where` into `where: what mends it`."""
    pairs = [line.rpartition(" @ ") for line in cattrs.transform_error(error, path="county", format_exception=in_words)]
    return [
        f"{where}: {next((mend for said, mend in MENDS.items() if said in what), what)}" for what, _, where in pairs
    ]


def _forbidden(raw: Any, path: str = "county") -> Iterator[str]:
    if isinstance(raw, dict):
        for key, value in raw.items():
            if key in FORBIDDEN_TARGETS:
                yield f"{path}.{key}"
            yield from _forbidden(value, f"{path}.{key}")
    elif isinstance(raw, list):
        for number, value in enumerate(raw):
            yield from _forbidden(value, f"{path}[{number}]")
