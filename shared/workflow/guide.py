"""A guide: one question after another, each with its article, as far as a road. Data that any mechanism declares.

The way through it is pure: the same answers lead along the same way, whoever asks and on whatever page.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError, fields

LONGEST = 2_000  # of answers in one line, as an address or a form carries them


@dataclass(frozen=True)
class Way:
    """An answer: what it says (a msgid), and the question or the road to which it leads."""

    title: str
    to: str


@dataclass(frozen=True)
class Ask:
    """A question, by which article it is asked, what that means, and what to look at or ask before answering."""

    title: str
    ways: Mapping[str, Way]
    basis: str = ""
    means: str = ""
    look: str = ""


@dataclass(frozen=True)
class Remedy:
    """What somebody can do, and where. How long there is time for it is told from `rule`, never by hand."""

    title: str
    rule: str | None = None


@dataclass(frozen=True)
class Road:
    """Where the questions lead: what it means, the step that an officer takes then, and what a notice says.

    `leads` names a kind (`mechanism.kind`) that a resident may open instead.
    """

    title: str
    means: str
    basis: str = ""
    step: str = ""
    notice: str = ""
    remedies: tuple[Remedy, ...] = ()
    leads: str = ""


@dataclass(frozen=True)
class Walk:
    """How far some answers lead: those on the way, the question that is next or the road; and those astray."""

    answers: Mapping[str, str]
    question: str | None
    road: str | None
    astray: tuple[str, ...]


@dataclass(frozen=True)
class Guide:
    """Questions and roads by name; the first question is asked first."""

    name: str
    title: str
    questions: Mapping[str, Ask]
    roads: Mapping[str, Road]

    def walk(self, answers: Mapping[str, str]) -> Walk:
        """Follow answers from the first question on, as far as they lead."""
        at, taken = next(iter(self.questions), ""), dict[str, str]()
        while at in self.questions and at not in taken:
            way = self.questions[at].ways.get(answers.get(at, ""))
            if way is None:
                break
            taken[at], at = answers[at], way.to
        astray = tuple(name for name in answers if name not in taken)
        return Walk(taken, at if at in self.questions else None, at if at in self.roads else None, astray)

    @property
    def words(self) -> Iterator[str]:
        """Give every msgid that it shows."""
        yield self.title
        for one in self.questions.values():
            yield from (one.title, one.means, one.look, *(way.title for way in one.ways.values()))
        for road in self.roads.values():
            yield from (road.title, road.means, road.notice, *(remedy.title for remedy in road.remedies))


def problems(guide: Guide) -> Iterator[str]:
    """Find what keeps a guide from ending: a way to nowhere, a circle, an answerless question, what nobody reaches."""
    questions, roads = guide.questions, guide.roads
    for name in questions.keys() & roads.keys():
        yield f"{name} is a question and a road; give one of them another name"
    for name, one in questions.items():
        if not one.ways:
            yield f"question {name} has no answers; add them or remove it"
        for answer, way in one.ways.items():
            if way.to not in questions and way.to not in roads:
                yield f"question {name}: {answer} leads to {way.to}, which is no question and no road; mend the name"
    after = {name: {way.to for way in one.ways.values()} for name, one in questions.items()}
    for name in (*questions, *roads):
        if name != next(iter(questions), "") and name not in _reached(after, next(iter(questions), "")):
            yield f"nobody gets to {name}; let an answer lead there or remove it"
    for name in questions:
        if name in _reached(after, name):
            yield f"question {name} comes back to itself; let an answer lead on"


def _reached(after: Mapping[str, set[str]], start: str) -> set[str]:
    """Give what can follow `start`: that name itself only where a way comes back to it."""
    found, todo = set[str](), [start]
    while todo:
        new = after.get(todo.pop(), set()) - found
        found |= new
        todo += new
    return found


def in_line(answers: Mapping[str, str]) -> str:
    """Write answers in one line, as an address or a form carries them."""
    return ",".join(f"{question}:{answer}" for question, answer in answers.items())


def from_line(line: str) -> dict[str, str]:
    """Read what `in_line` wrote; what is no answer gives none."""
    parts = (part.partition(":") for part in line[:LONGEST].split(",") if part)
    return {question: answer for question, _, answer in parts}


class Guided(fields.Dict):
    """The answers with which somebody went through a guide, to its end: an object, or one line in a form.

    The step agrees with the road where `road` (a choice of the same form) names it, or `roads` has it. Whoever takes
    another one writes why, in the field that `why` names. A form proposes the road's notice and remedies where it asks
    `notice` and `remedy`.
    """

    def __init__(
        self,
        guide: Guide,
        *,
        seen: Any = None,
        title: str = "",
        hint: str = "",
        road: str = "",
        roads: tuple[str, ...] = (),
        why: str = "instead",
        required: bool = True,
        **more: Any,
    ) -> None:
        super().__init__(keys=fields.String(), values=fields.String(), required=required, **more)
        self.guide, self.seen, self.title, self.hint = guide, seen, title, hint
        self.road, self.roads, self.why = road, roads, why

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, str]:
        read: Any = super()._deserialize  # marshmallow leaves it untyped
        said = from_line(value) if isinstance(value, str) else read(value, attr, data, **kwargs)
        walk = self.guide.walk(said)
        if walk.astray:
            raise ValidationError("These answers do not lead through the questions. Begin again with the first one.")
        if walk.road is None:
            raise ValidationError("A question is left. Answer the questions to the end.")
        return dict(walk.answers)

    def fits(self, given: Mapping[str, Any], name: str) -> None:
        """Refuse a road that the answers do not lead to, unless it is said why."""
        if name not in given or given.get(self.why):
            return
        road = self.guide.walk(given[name]).road
        if road != given.get(self.road) and road not in self.roads:
            raise ValidationError("The questions lead to another road. Say why you take this one.", self.why)
