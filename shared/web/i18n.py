"""Languages, dates and times. Msgids are English; Chinese comes from `messages.po` files, compiled in memory.

A catalog folder holds `<language>/LC_MESSAGES/messages.po`. Folders are merged in order; where two translate
the same msgid, the later one wins. Values are filled in with `%(name)s` after translation.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, Response, has_request_context, request
from flask_babel import Babel, Domain, get_locale

LANGUAGES = ("zh", "en")
HTML_LANG = {"zh": "zh-CN", "en": "en"}
BEIJING = ZoneInfo("Asia/Shanghai")
COOKIE = "lx_lang"
ONE_YEAR = 365 * 24 * 3600
OWN_CATALOGS = (Path(__file__).parent / "locale", Path(__file__).parents[1] / "workflow" / "locale")

Moment = date | datetime | str

# Letters and mails of a process need the words of every service and mechanism that it has loaded.
_known: dict[Path, None] = dict.fromkeys(OWN_CATALOGS)


def install(app: Flask, *, catalogs: Sequence[Path], default: str = "zh", remember: bool = True) -> None:
    """Give the app its languages: `_()` in templates, filters `day`, `moment`, `days_left`.

    `catalogs` come after our own. `default` is the county's language. With `remember=False` no cookie is
    ever set (the sealed channel): the choice then lives in the address only.
    """
    add_catalogs(catalogs)
    folders = tuple(dict.fromkeys((*OWN_CATALOGS, *catalogs)))
    babel = Babel(app, default_locale=default, locale_selector=lambda: _wanted(default))
    domain = Domain()
    # Flask-Babel looks here before it looks for .mo files on disk.
    domain.cache.update({(language, "messages"): merged(folders, language) for language in LANGUAGES})
    babel.domain_instance = domain
    app.jinja_env.filters.update(day=_day, moment=_moment, days_left=_days_left, utc=utc, iso=iso)
    app.jinja_env.globals.update(current_language=current_language, html_lang=html_lang)
    if remember:
        app.after_request(_remember)


def add_catalogs(catalogs: Iterable[Path]) -> None:
    """Make these folders' words known to `translate`; a process without pages calls it at start."""
    _known.update(dict.fromkeys(catalogs))


def translate(language: str, msgid: str, **values: object) -> str:
    """Say it in that language, without a request; an unknown msgid or language gives the English."""
    text = merged(tuple(_known), language).gettext(msgid) if msgid else ""
    return text % values if values else text


LENGTH = re.compile(r"Write (?:between (?P<min>\d+) and (?P<max>\d+)|at most (?P<most>\d+)) characters\.")
RANGE = re.compile(r"Write a number between (?P<min>-?\d+) and (?P<max>-?\d+)\.")
NAMED = re.compile(r"Name at most (?P<max>\d+)\.")
# What marshmallow says, and what a person can do about it.
PLAIN = {
    "Missing data for required field.": "Please answer this.",
    "Field may not be null.": "Please answer this.",
    "Unknown field.": "This field is not known here. Leave it out, or look for its name under /api/docs.",
    "Not a valid string.": "Send text in quotation marks here.",
    "Not a valid integer.": "Send a whole number here.",
    "Not a valid number.": "Send a number here.",
    "Not a valid boolean.": "Send true or false here.",
    "Not a valid list.": "Send a list in square brackets here.",
    "Not a valid mapping type.": "Send an object in curly brackets here.",
    "Invalid input type.": "Send an object in curly brackets here.",
    "Invalid type.": "Send an object in curly brackets here.",
    "Invalid value.": "Leave this out, or choose one of the values under /api/docs.",
    "Not a valid date.": "Write the date as year, month and day.",
}


def translate_error(language: str, line: str) -> str:
    """Say what a form's checker says, in that language; lengths are already filled in when they come here."""
    if between := RANGE.fullmatch(line):
        wanted = translate(language, "Write a number between {min} and {max}.")
        return wanted.format(min=between["min"], max=between["max"])
    if most := NAMED.fullmatch(line):
        return translate(language, "Name at most {max}.").format(max=most["max"])
    found = LENGTH.fullmatch(line)
    if found is None:
        return translate(language, PLAIN.get(line, line))
    if found["most"]:
        return translate(language, "Write at most {max} characters.").format(max=found["most"])
    return translate(language, "Write between {min} and {max} characters.").format(min=found["min"], max=found["max"])


def translate_count(language: str, one: str, many: str, num: int, **values: object) -> str:
    """Like `translate`, with a number that chooses the form; `%(num)d` is filled in."""
    return merged(tuple(_known), language).ngettext(one, many, num) % {"num": num, **values}


@lru_cache
def merged(folders: tuple[Path, ...], language: str) -> Translations:
    """Compile those folders' words of a language; a broken file raises `PoFileError` and stops the start."""
    found = Translations()
    for compiled in filter(None, (_compiled(folder, language) for folder in folders)):
        later = Translations(BytesIO(compiled))
        later.add_fallback(found)
        found = later
    return found


@lru_cache
def _compiled(folder: Path, language: str) -> bytes:
    path = folder / language / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return b""
    with path.open("rb") as source:
        catalog = read_po(source, locale=language, abort_invalid=True)
    target = BytesIO()
    write_mo(target, catalog)
    return target.getvalue()


def current_language() -> str:
    """`zh` or `en`: the request's language; outside of one, the county's."""
    locale = get_locale()
    return str(locale.language) if locale else "zh"


def html_lang() -> str:
    """Give the value of `<html lang>` for the page being drawn."""
    return HTML_LANG[current_language()]


def _wanted(default: str) -> str:
    """`?lang=`, then the cookie; then Accept-Language for a program, the county's language for a person."""
    if not has_request_context():
        return default
    for asked in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if asked in LANGUAGES:
            return str(asked)
    if request.path.startswith(("/api/", "/open311/")):
        return request.accept_languages.best_match(LANGUAGES, default=default) or default
    return default


def _remember(response: Response) -> Response:
    asked = request.args.get("lang")
    if asked in LANGUAGES and asked != request.cookies.get(COOKIE):
        response.set_cookie(COOKIE, asked, max_age=ONE_YEAR, secure=request.is_secure, httponly=True, samesite="Lax")
    return response


def aware(value: Moment) -> date | datetime:
    """Read RFC 3339 text, a date or an aware moment; moments come back in Beijing time (naive: error)."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone can't be shown")
    return value.astimezone(BEIJING)


def day_in_words(language: str, value: Moment) -> str:
    """2026年11月23日, or 23 November 2026: the day in Beijing."""
    return format_date(aware(value), "y年M月d日" if language == "zh" else "d MMMM y", locale=language)


def period_in_words(language: str, period: str) -> str:
    """2026年10月 or October 2026, 2026年第4季度 or quarter 4 of 2026; what is no month or quarter stays as it is."""
    year, _, part = period.partition("-")
    if part.startswith("Q"):
        return translate(language, "quarter %(quarter)s of %(year)s", quarter=part[1:], year=year)
    if part:
        form = "y年M月" if language == "zh" else "MMMM y"
        return format_date(date.fromisoformat(f"{period}-01"), form, locale=language)
    return translate(language, "the year %(year)s", year=year)


def moment_in_words(language: str, value: Moment) -> str:
    """2026年11月23日 14:05, or 23 November 2026, 14:05: Beijing time; a bare date stays a date."""
    read = aware(value)
    if not isinstance(read, datetime):
        return day_in_words(language, read)
    return f"{day_in_words(language, read)}{' ' if language == 'zh' else ', '}{read:%H:%M}"


def days_in_words(language: str, days: int, *, working: bool = False) -> str:
    """Say how far away a day is: 5 days left, due today, 2 days overdue (or working days)."""
    if days == 0:
        return translate(language, "Due today")
    forms = {
        (True, False): ("%(num)d day left", "%(num)d days left"),
        (True, True): ("%(num)d working day left", "%(num)d working days left"),
        (False, False): ("%(num)d day overdue", "%(num)d days overdue"),
        (False, True): ("%(num)d working day overdue", "%(num)d working days overdue"),
    }
    one, many = forms[days > 0, working]
    return translate_count(language, one, many, abs(days))


def iso(value: Moment) -> str:
    """Give the machine-readable form for `<time datetime>`, with the Beijing offset for a moment."""
    return aware(value).isoformat()


def utc(value: Moment) -> str:
    """Give `2026-11-23 06:05 UTC` for a moment, an empty text for a date."""
    read = aware(value)
    return f"{read.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if isinstance(read, datetime) else ""


def _day(value: Moment | None) -> str:
    return day_in_words(current_language(), value) if value else ""


def _moment(value: Moment | None) -> str:
    return moment_in_words(current_language(), value) if value else ""


def _days_left(value: int | Moment, today: date | None = None, *, working: bool = False) -> str:
    """`{{ 5 | days_left }}` or, in calendar days, `{{ due | days_left(today) }}`."""
    days = value if isinstance(value, int) else _calendar_days(value, today)
    return days_in_words(current_language(), days, working=working)


def _calendar_days(due: Moment, today: date | None) -> int:
    if today is None:
        raise ValueError("days_left of a date needs today's date: {{ due | days_left(today) }}")
    read = aware(due)
    return ((read.date() if isinstance(read, datetime) else read) - today).days
