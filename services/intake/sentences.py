"""What a timeline says of each fact: one sentence in the reader's language, and what people wrote, in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from services.intake.channels import CHANNELS
from shared.access.actor import ReceiptHolder
from shared.crypto.private import Private, Sealed
from shared.facts import case as facts
from shared.facts import deadline as clocks
from shared.facts import party, platform, publication
from shared.facts.base import Fact
from shared.kit.session import Here
from shared.law.local import local_day
from shared.law.term import Term
from shared.web.forms import in_words
from shared.web.i18n import day_in_words, moment_in_words, translate
from shared.workflow.engine import reason
from shared.workflow.mechanism import Mechanism
from shared.workflow.schema import SEEN_BY
from shared.workflow.serving import METHODS

FIRST = ReceiptHolder("", "", datetime.min.replace(tzinfo=UTC))  # who sent the case
Dated = clocks.DeadlineStarted | clocks.DeadlineResumed | clocks.DeadlineMoved


@dataclass(frozen=True)
class Reader:
    """Who reads: the place, the language, the case's mechanism, how private text is opened, and as which party."""

    here: Here
    language: str
    mechanism: Mechanism
    reveal: Callable[[Private[str] | Sealed], str]
    children: Mapping[str, Mechanism] = field(default_factory=dict)  # by the case's id
    who: ReceiptHolder = FIRST

    def of(self, case: str) -> "Reader":
        """Give who reads of a case: of a child by the words of its own mechanism."""
        return replace(self, mechanism=self.children[case]) if case in self.children else self

    @property
    def role(self) -> str:
        """Give the party that reads."""
        return self.who.role or self.mechanism.resident_roles[0]

    @property
    def first(self) -> bool:
        """Tell whether the party reads that sent the case."""
        return self.role in self.mechanism.resident_roles[:1]

    def did(self, role: str, at: datetime) -> bool:
        """Tell whether it was this party; whoever was invited in its place before was somebody else."""
        return role == self.role and (self.first or at >= self.who.since)

    def party(self, role: str) -> str:
        """Give what a party is called."""
        titles = {party.name: party.title or party.name for party in self.mechanism.parties}
        return self.say(titles.get(role, role))

    def say(self, msgid: str, **values: object) -> str:
        """Say it in the reader's language."""
        return translate(self.language, msgid, **values)

    def unit(self, code: str) -> str:
        """Give a unit's name."""
        return self.here.county.unit_name(code, self.language)

    def named(self, code: str) -> str:
        """Give the name of a unit or a post."""
        return self.here.county.name_of(code, self.language)


def answers_in_words(inputs: Mapping[str, Any], step_name: str, reader: Reader) -> str:
    """Give what was answered to the questions of a step, each behind its question where there are several."""
    step = reader.mechanism.workflow.step(step_name)
    return said_in_words(inputs, step.asks.shown() if step and step.asks else {}, reader)


def public_in_words(said: Mapping[str, Any], reader: Reader) -> str:
    """Give what the record may print of another case of this mechanism, each behind the question it answers."""
    asked: dict[str, Any] = {}
    for step in reader.mechanism.workflow.steps:
        fields = step.asks.asked() if step.asks else {}
        asked.update({name: one for name, one in fields.items() if getattr(one, "seen", None) in SEEN_BY["public"]})
    return said_in_words(said, asked, reader)


def said_in_words(inputs: Mapping[str, Any], asked: Mapping[str, Any], reader: Reader) -> str:
    """Give what was answered to some questions, each answer behind its question where there are several."""
    said = []
    for name, value in inputs.items():
        field = asked.get(name)
        if value in (None, "") or field is None:
            continue
        text = in_words(reader.language, field, value, reader.named)
        said.append(_labelled(reader, getattr(field, "title", name), text) if len(asked) > 1 else text)
    return "\n".join(said)


def _labelled(reader: Reader, title: str, text: str) -> str:
    """Put an answer behind its question; a question mark needs no colon."""
    label = reader.say(title)
    return (
        f"{label} {text}" if label.endswith(("?", "？")) else reader.say("%(label)s: %(text)s", label=label, text=text)
    )


def _submitted(fact: facts.CaseSubmitted, reader: Reader) -> str:
    if fact.parent and not fact.taken_by:
        kind = reader.say(reader.mechanism.kind_title(fact.kind))
        return reader.say("%(kind)s: opened under %(reference)s.", kind=kind, reference=fact.reference)
    if fact.taken_by:
        day = day_in_words(reader.language, local_day(fact.received_at).isoformat())
        how = reader.say(CHANNELS.get(fact.channel, fact.channel))
        return reader.say("Received on %(day)s (%(how)s), taken in at the counter and registered.", day=day, how=how)
    if not reader.first:
        return reader.say("The case was received and registered.")
    return reader.say("Your case was received and registered.")


def _handed_out(fact: facts.HandedOut, reader: Reader) -> str:
    return reader.say("Handed to an office by mail. It is handled outside Lianxin; the office answers you directly.")


def _routed(fact: facts.CaseRouted, reader: Reader) -> str:
    why = " ".join(reader.say(line) for line in fact.because)
    return reader.say("%(unit)s is responsible.", unit=reader.unit(fact.unit)) + (f" {why}" if why else "")


def _asked(fact: facts.StepAsked, reader: Reader) -> str:
    if not reader.did(fact.role, fact.asked_at):
        return ""
    step = reader.mechanism.workflow.step(fact.step)
    return reader.say("You asked for: %(step)s", step=reader.say(step.label if step else fact.step))


def _stepped(fact: facts.CaseStepped, reader: Reader) -> str:
    if reader.did(fact.by, fact.at):
        done = reader.say("It was done as you asked.")
        return f"{done} {reader.say('It counts when the other side has agreed too.')}" if fact.waits_for else done
    step = reader.mechanism.workflow.step(fact.step)
    if step is not None and (step.tells is False or reader.mechanism.is_note(step)):
        return ""
    if fact.waits_for and fact.by not in reader.mechanism.resident_roles:
        return ""
    label, resident = reader.say(step.label if step else fact.step), fact.by in reader.mechanism.resident_roles
    who = reader.party(fact.by) if resident else reader.unit(fact.unit)
    words = reader.say("%(unit)s: %(step)s", unit=who, step=label)
    if fact.phase == "closed" and fact.outcome:
        words += " " + reader.say(
            "Outcome: %(outcome)s.", outcome=reader.say(reader.mechanism.outcome_title(fact.outcome))
        )
    return words


NOT_TAKEN = (
    "What you gave can't be taken any more (%(fields)s). Open “%(step)s” again: it shows what can be chosen now."
)


def _refused(fact: facts.StepRefused, reader: Reader) -> str:
    if not reader.did(fact.role, fact.at):
        return ""
    step = reader.mechanism.workflow.step(fact.step)
    if step is not None and fact.code == "guard-not-met" and step.guard is not None:
        return reader.say("This step needs something first: %(needs)s", needs=reader.say(reason(step)))
    if step is not None and fact.fields:
        asked = step.asks.asked() if step.asks else {}
        fields = "、".join(reader.say(getattr(asked.get(name), "title", "") or name) for name in fact.fields)
        return reader.say(NOT_TAKEN, fields=fields, step=reader.say(step.label))
    if fact.code == "changed-meanwhile":
        return reader.say("You replied to words that were changed meanwhile. Read the new ones, then say yes or no.")
    return reader.say("What you asked for was not possible any more: the case had moved on.")


def _served(fact: facts.CaseServed, reader: Reader) -> str:
    method = reader.say(METHODS.get(fact.method, fact.method))
    day = day_in_words(reader.language, fact.received_on)
    if any(fact.letter in step.notices for step in reader.mechanism.workflow.steps):
        return reader.say("The notice reached you on %(day)s: %(method)s", day=day, method=method)
    return reader.say("The answer reached you on %(day)s: %(method)s", day=day, method=method)


def _handed(fact: facts.HandedOver, reader: Reader) -> str:
    return reader.say(
        "Passed on from %(before)s to %(after)s.", before=reader.unit(fact.unit_from), after=reader.unit(fact.unit)
    )


def _closed(fact: facts.CaseClosed, reader: Reader) -> str:
    return reader.say("The case is closed.")


JOINED = {
    "answered": "%(unit)s answered the case with which yours was joined. Outcome: %(outcome)s.",
    "published": "Nobody objected to publication, so you can read the answer to the case with which yours was joined.",
    "carried_out": "What was promised in the case with which yours was joined is carried out.",
    "unanswered": "The case with which yours was joined ended without an answer. You can send yours in again.",
}


def _joined(fact: facts.JoinedTold, reader: Reader) -> str:
    outcome = reader.say(reader.mechanism.outcome_title(fact.outcome)) if fact.outcome else ""
    return reader.say(JOINED.get(fact.stage, ""), unit=reader.unit(fact.unit), outcome=outcome)


def _started(fact: clocks.DeadlineStarted, reader: Reader) -> str:
    if Term.from_dict(fact.term).extends:
        return ""  # the extension has said it
    return _date_set("Date set: %(title)s, by %(day)s.", fact, reader)


def _date_set(words: str, fact: Dated, reader: Reader, **more: str) -> str:
    """Name a date; how it was counted stands beside the promise."""
    term = Term.from_dict(fact.term)
    title = reader.here.rules.title(term.rule, reader.language, term.pack)
    return reader.say(words, title=title, day=day_in_words(reader.language, term.due), **more)


def _resumed(fact: clocks.DeadlineResumed, reader: Reader) -> str:
    return _date_set("The clock runs again: %(title)s, by %(day)s.", fact, reader)


def _moved(fact: clocks.DeadlineMoved, reader: Reader) -> str:
    """Say from which day to which, and by what: the notice's own title, or one of our sentences."""
    if fact.due == fact.before:
        return ""
    words = "Days off were announced or changed (%(reason)s): %(title)s, moved from %(before)s to %(day)s."
    before, reason = day_in_words(reader.language, fact.before), reader.say(fact.reason)
    return _date_set(words, fact, reader, before=before, reason=reason)


def _extended(fact: clocks.DeadlineExtended, reader: Reader) -> str:
    day = day_in_words(reader.language, fact.due)
    return reader.say("More time was approved, once: by %(day)s (%(basis)s).", day=day, basis=fact.basis)


def _paused(fact: clocks.DeadlinePaused, reader: Reader) -> str:
    if fact.reason == "excluded_time":
        return reader.say("The clock stands still: this time is left out of the term.")
    return reader.say("The clock stands still until you have answered.")


def _breached(fact: clocks.DeadlineBreached, reader: Reader) -> str:
    day = day_in_words(reader.language, fact.due)
    words = reader.say("The office did not keep its date of %(day)s. The level above sees this.", day=day)
    if fact.stopped_since is None or fact.stopped_until is None:
        return words
    first, last = (moment_in_words(reader.language, one) for one in (fact.stopped_since, fact.stopped_until))
    return f"{words} " + reader.say(
        "Noted late: Lianxin stood still from %(since)s to %(until)s.", since=first, until=last
    )


def _published(fact: publication.OutcomePublished, reader: Reader) -> str:
    return reader.say("The outcome, without your name, is in the public record.")


def _sent(fact: platform.MessageSent, reader: Reader) -> str:
    mine = fact.to == "resident" if reader.first else reader.did(fact.to, fact.at)
    return reader.say("A message was sent to you.") if mine else ""


def _came(fact: party.PartyJoined, reader: Reader) -> str:
    if reader.did(fact.role, fact.at):
        return reader.say("You came by the code of a letter, and take part from now on.")
    return reader.say("%(party)s has come, and takes part from now on.", party=reader.party(fact.role))


WORDS: dict[type[Fact], Callable[[Any, Reader], str]] = {
    facts.CaseSubmitted: _submitted,
    facts.HandedOut: _handed_out,
    party.PartyJoined: _came,
    facts.CaseRouted: _routed,
    facts.StepAsked: _asked,
    facts.CaseStepped: _stepped,
    facts.StepRefused: _refused,
    facts.CaseServed: _served,
    facts.HandedOver: _handed,
    facts.CaseClosed: _closed,
    facts.JoinedTold: _joined,
    clocks.DeadlineStarted: _started,
    clocks.DeadlinePaused: _paused,
    clocks.DeadlineResumed: _resumed,
    clocks.DeadlineMoved: _moved,
    clocks.DeadlineExtended: _extended,
    clocks.DeadlineBreached: _breached,
    publication.OutcomePublished: _published,
    platform.MessageSent: _sent,
}
