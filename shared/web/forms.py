"""Between a schema and a page: what to draw for each field, and what a sent form says."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from werkzeug.datastructures import MultiDict

from shared.web.guides import answered
from shared.web.i18n import current_language, day_in_words, translate
from shared.web.mistakes import translate_error
from shared.workflow.entries import Choices, Entries, Entry
from shared.workflow.guide import Guided
from shared.workflow.offered import OfferedUnit
from shared.workflow.posts import PostRef, Posts, Visitors
from shared.workflow.schedule import Schedule, typed
from shared.workflow.schema import Choice, Day, Flag, Names, Number, Schema, Text, UnitRef
from shared.workflow.units import Units

DRAWN = {
    Choice: "choice",
    Day: "day",
    Number: "number",
    Flag: "flag",
    Names: "names",
    Posts: "posts",
    Units: "units",
    PostRef: "entry",
    Entry: "entry",
    Entries: "entries",
    Visitors: "posts",
    Schedule: "schedule",
    Guided: "guide",
    UnitRef: "unit",
    OfferedUnit: "unit",
}
FROM_POSTS = (Posts, PostRef)
DRAWS = ("line", "text", *dict.fromkeys(DRAWN.values()))  # every way in which a field is drawn, and told to programs


@dataclass(frozen=True)
class Asked:
    """A field to draw: `draw` is one of `DRAWS`."""

    name: str
    draw: str
    label: str
    hint: str = ""
    required: bool = False
    max: int = 0
    options: Sequence[tuple[str, str]] = field(default=())


def asked(
    schema: type[Schema] | None,
    *,
    units: Sequence[tuple[str, str]] = (),
    posts: Sequence[Any] = (),
    entries: Choices = MappingProxyType({}),
) -> list[Asked]:
    """Give the fields of a schema in order, in the reader's language; `units`, `posts` and `entries` may be chosen.

    Among the posts a mapping with `divider` names the unit of those that follow.
    """
    fields = schema.asked() if schema else {}
    left = ((name, one) for name, one in fields.items() if _can_be_asked(one, units, entries.get(name)))
    known = {
        **dict.fromkeys(fields, units),
        **{name: posts for name, one in fields.items() if isinstance(one, FROM_POSTS)},
    }
    drawn = [_asked(name, one, {**known, **entries}[name]) for name, one in left]
    names = {one.name for one in drawn}
    return [replace(one, required=True) if _alone(fields[one.name], names) else one for one in drawn]


def _alone(one: Any, drawn: Collection[str]) -> bool:
    """Tell whether a text has to be written: there is nothing to choose instead of it."""
    return isinstance(one, Text) and bool(one.without) and one.without not in drawn


def _can_be_asked(one: Any, units: Sequence[Any], entries: Sequence[Any] | None) -> bool:
    """Tell whether there is something to choose from, where only the case knows what."""
    if isinstance(one, OfferedUnit):
        return bool(units)
    return bool(entries) or not (isinstance(one, Entries) and one.lines)


def _asked(name: str, one: Any, known: Sequence[Any]) -> Asked:
    language = current_language()
    options: Sequence[tuple[str, str]] = ()
    if isinstance(one, Choice):
        options = [(value, translate(language, text)) for value, text in one.options.items()]
    elif isinstance(one, UnitRef | Posts | PostRef | Entry | Entries | Units):
        options = known
    return Asked(
        name=name,
        draw=_draw(one),
        label=translate(language, one.title) or name,
        hint=translate(language, one.hint),
        required=one.required,
        max=one.max if isinstance(one, Text) else 0,
        options=options,
    )


def _draw(one: Any) -> str:
    if type(one) not in DRAWN and isinstance(one, Text):
        return "text" if one.long else "line"
    return DRAWN[type(one)]


def in_words(language: str, one: Any, value: Any, name_of: Callable[[str], str]) -> str:
    """Give what somebody answered to a field, as a reader of that language reads it."""
    if isinstance(one, Choice) and value in one.options:
        return translate(language, one.options[value])
    if isinstance(one, Day):
        return day_in_words(language, str(value))
    if isinstance(one, Flag):
        return translate(language, "Yes" if value else "No")
    if isinstance(one, Names | Posts | Entries | Units):
        return "、".join(map(name_of if isinstance(one, Posts | Units) else str, value))
    if isinstance(one, Schedule | Guided):
        return "\n".join(_lines(language, one, value))
    return name_of(str(value)) if isinstance(one, UnitRef | PostRef) else str(value)


def answers_in_words(
    language: str, schema: type[Schema] | None, inputs: Mapping[str, Any], name_of: Callable[[str], str]
) -> list[tuple[str, str, bool]]:
    """Give each answer beneath its question: the question, the answer, and whether it is for staff only."""
    asked = schema.shown() if schema else {}
    return [
        (
            translate(language, getattr(asked.get(name), "title", name)),
            in_words(language, asked.get(name), value, name_of),
            getattr(asked.get(name), "seen", "") == "handler",
        )
        for name, value in inputs.items()
        if value
    ]


def _lines(language: str, one: Schedule | Guided, value: Any) -> list[str]:
    if isinstance(one, Guided):
        return list(answered(language, one.guide, value))
    return [f"{day_in_words(language, str(line['on']))} {line['what']}" for line in value]


def read_form(schema: type[Schema] | None, form: MultiDict[str, str]) -> dict[str, Any]:
    """Give what a form says for a schema's fields: empty answers are left out, day parts are put together."""
    found: dict[str, Any] = {}
    for name, one in schema.asked().items() if schema else ():
        value = _day(name, form) if isinstance(one, Day) else form.get(name, "")
        if isinstance(one, Flag):
            found[name] = name in form
        elif isinstance(one, Posts | Entries | Units) and value.strip():
            found[name] = form.getlist(name)
        elif isinstance(one, Names) and value.strip():
            found[name] = [line.strip() for line in value.splitlines() if line.strip()]
        elif isinstance(one, Schedule) and value.strip():
            found[name] = typed(value)
        elif value.strip():
            found[name] = value
    return found


def _day(name: str, form: MultiDict[str, str]) -> str:
    """Put year, month and day together; what is not a number stays as typed, for the schema to say so."""
    parts = [form.get(key, "").strip() for key in (f"{name}-year", f"{name}-month", f"{name}-day")]
    if not any(parts):
        return ""
    return "-".join(part.zfill(size) for part, size in zip(parts, (4, 2, 2), strict=True))


def errors_by_line(errors: Mapping[str, Any]) -> dict[str, str]:
    """Give one sentence for each field that a page draws: what is wrong with one of several names says its line."""
    found: dict[str, str] = {}
    for path, said in field_errors(errors).items():
        name, _, rest = path.partition(".")
        place = rest.partition(".")[0]
        of_line = place.isdecimal()
        words = {"line": int(place) + 1, "error": said} if of_line else {}
        found.setdefault(name, translate(current_language(), "Line %(line)s: %(error)s", **words) if of_line else said)
    return found


def field_errors(errors: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Give one sentence for each field, by the field's path, in the reader's language."""
    language = current_language()
    found: dict[str, str] = {}
    for name, told in errors.items():
        path = f"{prefix}{name}"
        if isinstance(told, Mapping):
            found.update(field_errors(told, f"{path}."))
        else:
            line = str(told[0] if isinstance(told, list) else told)
            found[path] = translate_error(language, line)
    return found
