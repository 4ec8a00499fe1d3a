"""What is done by which day: the milestones of a plan, the instalments of an agreement."""

from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate

from shared.workflow.schema import Day, Schema, Seen, Text

TWICE = "This day is there twice. Put both on one line."


class Entry(Schema):
    """One line: a day, and what is done by it."""

    on = Day(title="Date", ahead=True, metadata={"description": "The day.", "examples": ["2026-12-10"]})
    what = Text(
        title="What is done by then",
        max=200,
        required=True,
        metadata={"description": "What is done by then.", "examples": ["查明管线权属"]},
    )


class Schedule(fields.List[Any]):
    """Days with what is done by each, at most `most`, in the order of the days.

    JSON: a list of `{"on": "2026-12-10", "what": "..."}`. In a form one on a line: the day, a space, what is done.
    """

    def __init__(
        self, *, most: int = 12, seen: Seen | None = None, title: str = "", hint: str = "", required: bool = True
    ) -> None:
        number = validate.Length(1, most, error="Write between {min} and {max} lines.")
        super().__init__(fields.Nested(Entry), required=required, validate=number)
        self.seen, self.title, self.hint, self.most = seen, title, hint, most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        lines: list[Any] = super()._deserialize(value, attr, data, **kwargs) or []
        days = [line["on"] for line in lines]
        if twice := {at: [TWICE] for at, day in enumerate(days) if day in days[:at]}:
            raise ValidationError(twice)
        return sorted(lines, key=lambda line: date.toordinal(line["on"]))


def typed(text: str) -> list[dict[str, str]]:
    """Read what somebody typed into a form: each line a day, a space, and what is done by then."""
    lines = (line.split(maxsplit=1) for line in text.splitlines() if line.strip())
    return [{"on": line[0], "what": line[1] if len(line) > 1 else ""} for line in lines]


def shown(lines: Any) -> str:
    """Give entries as one types them."""
    return "\n".join(f"{line['on']} {line['what']}" for line in lines)
