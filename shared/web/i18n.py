"""Languages, dates and times. Msgids are English; Chinese comes from `messages.po` files, compiled in memory.

A catalog folder holds `<language>/LC_MESSAGES/messages.po`. Folders are merged in order; where two translate
the same msgid, the later one wins. Values are filled in with `%(name)s` after translation.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel, get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

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
    for language in LANGUAGES:
        merged(folders, language)  # a broken file stops the start, not a page
    Babel(app, default_locale=default, locale_selector=lambda: _wanted(default))
    app.jinja_env.filters.update(day=_day, moment=_moment, days_left=_days_left, utc=utc, iso=iso)
    app.jinja_env.globals.update(
        current_language=current_language, html_lang=html_lang, _time_element=time_of, **_spoken(folders)
    )
    if remember:
        app.after_request(_remember)


def _spoken(folders: tuple[Path, ...]) -> dict[str, Callable[..., str]]:
    """Give what templates say words with.

    Not Flask-Babel's own: those look for the request's language anew at each word, and Jinja copies the context of a
    loop for each. A case with a long history says some 650 words.
    """

    def words() -> Translations:
        if "words" not in g:
            g.words = merged(folders, current_language())
        found: Translations = g.words
        return found

    @pass_eval_context
    def say(context: EvalContext, msgid: str, **values: object) -> str:
        text = words().gettext(msgid)
        return (Markup(text) if context.autoescape else text) % values  # noqa: S704 - our own words; values are escaped

    @pass_eval_context
    def say_count(context: EvalContext, one: str, many: str, num: int, **values: object) -> str:
        text = words().ngettext(one, many, num)
        return (Markup(text) if context.autoescape else text) % {"num": num, **values}  # noqa: S704 - as above

    return {"_": say, "gettext": say, "ngettext": say_count}


def add_catalogs(catalogs: Iterable[Path]) -> None:
    """Make these folders' words known to `translate`; a process without pages calls it at start."""
    _known.update(dict.fromkeys(catalogs))


def translate(language: str, msgid: str, **values: object) -> str:
    """Say it in that language, without a request; an unknown msgid or language gives the English."""
    text = merged(tuple(_known), language).gettext(msgid) if msgid else ""
    return text % values if values else text


def translate_count(language: str, one: str, many: str, num: int, **values: object) -> str:
    """Like `translate`, with a number that chooses the form; `%(num)d` is filled in."""
    return merged(tuple(_known), language).ngettext(one, many, num) % {"num": num, **values}


@lru_cache
def merged(folders: tuple[Path, ...], language: str) -> Translations:
    """Compile those folders' words of a language; a broken file raises `PoFileError` and stops the start."""
    compiled = filter(None, (_compiled(folder, language) for folder in folders))
    found, *later = [Translations(BytesIO(one)) for one in compiled] or [Translations()]  # the first's plural forms
    for one in later:
        found.merge(one)  # type: ignore[no-untyped-call]
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
    read = aware(value)
    return _day_written(language, read.date() if isinstance(read, datetime) else read)


@lru_cache(4_096)
def _day_written(language: str, day: date) -> str:
    return format_date(day, "y年M月d日" if language == "zh" else "d MMMM y", locale=language)


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


def time_of(value: Moment | None, *, day_only: bool = False) -> Markup:
    """Give a `<time>`: the day or moment in words, for machines too, in UTC for who points at it; empty for none."""
    if not value:
        return Markup("")
    read, language = aware(value), current_language()
    words = (day_in_words if day_only else moment_in_words)(language, read)
    title = f' title="{said}"' if (said := utc(read)) else ""
    return Markup(f'<time datetime="{iso(read)}"{title}>{words}</time>')  # noqa: S704 - digits and names of months


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
