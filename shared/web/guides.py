"""A guide as a person reads it: one question on a page, what was answered so far, and the road with its remedies.

All of it stands in the address: no script is needed, going back changes nothing, and nothing is kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from shared.law.packs import Rules
from shared.law.rule import Rule
from shared.web.i18n import translate
from shared.workflow.guide import Ask, Guide, Guided, Road, Walk, from_line, in_line
from shared.workflow.schema import Schema

LENGTHS = {"calendar_day": "%(n)s days", "working_day": "%(n)s working days", "month": "%(n)s months"}


@dataclass(frozen=True)
class Line:
    """A question that was answered, in words, and the address's query that asks it again."""

    question: str
    answer: str
    again: str


@dataclass(frozen=True)
class Shown:
    """A page of a guide: a question or a road. `onward` is the query to go on with, where an answer just came."""

    guide: Guide
    line: str
    taken: tuple[Line, ...]
    name: str
    ask: Ask | None
    road: Road | None
    was: str
    unanswered: bool
    onward: str = ""


def show(guide: Guide, query: Mapping[str, str], language: str) -> Shown:
    """Give the page that an address asks for; answers that lead nowhere are left out."""
    walk, name, answer = (
        guide.walk(from_line(query.get("answers", ""))),
        query.get("asked", ""),
        query.get("answer", ""),
    )
    ask = guide.questions[walk.question] if walk.question else None
    just = ask is not None and name == walk.question
    onward = (
        urlencode({"answers": in_line({**walk.answers, name: answer})}) if ask and just and answer in ask.ways else ""
    )
    return Shown(
        guide=guide,
        line=in_line(walk.answers),
        taken=tuple(_taken(guide, walk, language)),
        name=walk.question or walk.road or "",
        ask=ask,
        road=guide.roads[walk.road] if walk.road else None,
        was=query.get("was", ""),
        unanswered=just and not onward,
        onward=onward,
    )


def _taken(guide: Guide, walk: Walk, language: str) -> Iterator[Line]:
    before: dict[str, str] = {}
    for (name, answer), (question, said) in zip(
        walk.answers.items(), _in_words(language, guide, walk.answers), strict=True
    ):
        yield Line(question, said, urlencode({"answers": in_line(before), "was": answer}))
        before[name] = answer


def _in_words(language: str, guide: Guide, answers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, answer in guide.walk(answers).answers.items():
        one = guide.questions[name]
        yield translate(language, one.title), translate(language, one.ways[answer].title)


def answered(language: str, guide: Guide, answers: Mapping[str, str]) -> list[str]:
    """Give each question with its answer, a line each."""
    return [f"{question} {answer}" for question, answer in _in_words(language, guide, answers)]


def answers_in(schema: type[Schema] | None, given: Mapping[str, Any], language: str) -> list[str]:
    """Give the lines of the guide that a form asks, where it was answered."""
    guided = [(name, one) for name, one in schema.asked().items() if isinstance(one, Guided)] if schema else []
    return [line for name, one in guided for line in answered(language, one.guide, given.get(name) or {})]


def remedies(road: Road, rules: Rules, day: date, language: str) -> list[str]:
    """Give a road's remedies in words: with its time only where that was read in the law and is in force."""
    said = [(translate(language, one.title), rules.on(one.rule, day) if one.rule else None) for one in road.remedies]
    return [f"{what}{_time(rule, language)}" if _known(rule, day) else what for what, rule in said]


def _known(rule: Rule | None, day: date) -> bool:
    return rule is not None and rule.in_force(day) and not rule.local and rule.unit in LENGTHS


def _time(rule: Rule | None, language: str) -> str:
    if rule is None:
        return ""
    length = translate(language, LENGTHS[rule.unit], n=rule.quantity)
    said = translate(language, "Time: %(length)s (%(law)s, article %(article)s).", length=length, law=rule.law,
                     article=rule.article)  # fmt: skip
    return said if language == "zh" else f" {said}"


def proposed(schema: type[Schema] | None, line: str, rules: Rules, day: date, language: str) -> dict[str, Any]:
    """Give what a form says by itself once its guide was gone through: answers, road, notice and remedies."""
    for name, one in schema.asked().items() if schema else ():
        walk = one.guide.walk(from_line(line)) if isinstance(one, Guided) else None
        if isinstance(one, Guided) and walk and walk.road:
            road = one.guide.roads[walk.road]
            told = "\n".join(remedies(road, rules, day, language))
            said = {name: in_line(walk.answers), one.road: walk.road, "notice": translate(language, road.notice)}
            return {key: value for key, value in {**said, "remedy": told}.items() if key and value}
    return {}
