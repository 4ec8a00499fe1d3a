"""What happened to a case, in the reader's language: from intake's own journal and the facts it received."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, union_all

from services.intake.models import CaseRow
from services.intake.sentences import WORDS, Reader, answers_in_words, public_in_words
from shared.crypto.case_key import KeyGone
from shared.facts import case as facts
from shared.facts import deadline as clocks
from shared.facts import platform, publication
from shared.facts.base import Envelope, Fact, read_fact
from shared.facts.values import PrivateText
from shared.journal.tables import JournalRow, ReceivedRow
from shared.kit.session import Session
from shared.law.rule import BESIDE
from shared.workflow.entries import entries_asked

KEPT: tuple[type[Fact], ...] = (
    facts.CaseRouted,
    facts.CaseStepped,
    facts.StepRefused,
    facts.CaseServed,
    facts.LetterPrinted,
    facts.HandedOver,
    facts.CaseClosed,
    facts.JoinedTold,
    clocks.DeadlineStarted,
    clocks.DeadlinePaused,
    clocks.DeadlineResumed,
    clocks.DeadlineMoved,
    clocks.DeadlineExtended,
    clocks.DeadlineBreached,
    clocks.DeadlineMet,
    clocks.DeadlineMetLate,
    clocks.DeadlineVoided,
    clocks.DeadlineLapsed,
    publication.OutcomePublished,
    platform.MessageSent,
)


# What a fact says to the parties beside its sentence, sealed.
SAID: Mapping[type[Fact], Callable[[Any], PrivateText | None]] = {
    facts.CaseStepped: lambda fact: fact.shown,
    facts.StepAsked: lambda fact: fact.inputs,
    facts.JoinedTold: lambda fact: fact.text,
}


@dataclass(frozen=True)
class Line:
    """One line of a timeline: the fact's name, when, the sentence, and what was written to the parties."""

    event: str
    at: datetime
    text: str
    note: str = ""
    letter: Mapping[str, Any] | None = None


def facts_of(session: Session, row: CaseRow, children: Iterable[str] = ()) -> list[tuple[datetime, Fact]]:
    """Give the known facts about a case and its `children` that concern its parties, in the order of their telling."""
    subjects = [row.id, *children]
    told = union_all(
        select(JournalRow.id, JournalRow.envelope).where(JournalRow.subject.in_(subjects)),
        select(ReceivedRow.id, ReceivedRow.envelope).where(ReceivedRow.subject.in_(subjects)),
    ).subquery()
    raw = session.execute(select(told.c.envelope).order_by(told.c.id)).scalars()
    known = [(envelope.time, fact) for one in raw if (fact := read_fact(envelope := Envelope.from_bytes(one)))]
    return [(at, fact) for at, fact in known if not _is_between_offices(fact)]


def _is_between_offices(fact: Fact) -> bool:
    """Tell whether it is about a day that another unit owes the one that has the case: no promise to who sent it in."""
    return isinstance(fact, clocks.DeadlineFact) and fact.rule in BESIDE


def lines_of(told: Iterable[tuple[datetime, Fact]], reader: Reader) -> list[Line]:
    """Turn facts into lines; a fact nobody needs to read gives none."""
    told = list(told)
    printed = {fact.letter: fact for _, fact in told if isinstance(fact, facts.LetterPrinted)}
    found = [(at, fact, reader.of(fact.subject)) for at, fact in told if type(fact) in WORDS]
    lines = [(at, fact, one, WORDS[type(fact)](fact, one)) for at, fact, one in found]
    return [
        Line(fact.name, at, words, *_told_to_parties(fact, one, printed)) for at, fact, one, words in lines if words
    ]


def note_of(fact: facts.CaseStepped, reader: Reader) -> str:
    """Give what a step said to the parties, in words."""
    return _told_to_parties(fact, reader, {})[0]


def _told_to_parties(
    fact: Fact, reader: Reader, printed: Mapping[str, facts.LetterPrinted]
) -> tuple[str, Mapping[str, Any] | None]:
    """Give what the step said to the parties and the letter, or an empty text where it can't be opened any more."""
    if not isinstance(fact, facts.CaseStepped | facts.StepAsked | facts.JoinedTold):
        return "", None
    sealed = SAID[type(fact)](fact)
    if sealed is None:
        return "", None
    try:
        shown = json.loads(reader.reveal(sealed))
    except KeyGone:
        return "", None
    if isinstance(fact, facts.JoinedTold):
        return public_in_words(shown, reader), None
    inputs = shown.get("inputs", {}) if isinstance(fact, facts.CaseStepped) else _without_keys(shown, fact.step, reader)
    return answers_in_words(inputs, fact.step, reader), _letter(shown.get("letter"), printed)


def _without_keys(inputs: Mapping[str, Any], step_name: str, reader: Reader) -> Mapping[str, Any]:
    """Leave out keys of registers: routing says who that is when the step is taken."""
    step = reader.mechanism.workflow.step(step_name)
    keys = entries_asked(step.asks) if step else {}
    return {name: value for name, value in inputs.items() if name not in keys}


def _letter(said: Mapping[str, str] | None, printed: Mapping[str, facts.LetterPrinted]) -> Mapping[str, Any] | None:
    """Give a letter with what was printed of it; letters of before have neither an id nor a translation."""
    if said is None:
        return None
    made = printed.get(said.get("id", ""))
    files = [{"blob": one.blob, "type": one.type, "size": one.size} for one in made.files] if made else []
    return {"number": said["number"], "text": said["text"], "courtesy": said.get("courtesy", ""), "files": files}
