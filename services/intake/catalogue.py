"""What can be applied for, as the county file lists it: found by words and area of life, and where a draft begins."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.intake.drafts import Draft
from services.intake.filled import Entry, filled, refuse_wrong
from services.intake.new_case import NewCase
from shared.kit.session import Here, Session
from shared.law.local import local_day
from shared.law.words import EN, ZH
from shared.workflow.mechanism import Mechanism, Register
from shared.workflow.schema import Choice


@dataclass(frozen=True)
class Matter:
    """A matter in the reader's language; `begins` is the mechanism and the kind with which one applies.

    `key` and `fills` are the fields of that form which its code and its name answer.
    """

    code: str
    key: str
    fills: str
    begins: tuple[str, str]
    name: str
    area: str
    unit: str
    offices: tuple[str, ...]
    papers: tuple[str, ...]
    fee: int
    term: str
    article: str
    where: str
    hours: str
    basis: str

    @property
    def yuan(self) -> str:
        """Give the fee as money is written."""
        return f"{self.fee // 100}.{self.fee % 100:02}"

    def has(self, words: str) -> bool:
        """Tell whether each of some words stands in its name, its papers or its law."""
        said = " ".join((self.code, self.name, *self.papers, self.basis)).casefold()
        return all(word in said for word in words.casefold().split())


def has_matters(here: Here) -> bool:
    """Tell whether the county file lists anything that can be applied for."""
    return any(entries for _, _, entries in filled(here, "catalogue"))


def areas(here: Here) -> Mapping[str, str]:
    """Give the areas of life by which matters are grouped, English msgids."""
    fields = (register.entry.asked().get("area") for _, register, _ in filled(here, "catalogue"))
    return {value: text for one in fields if isinstance(one, Choice) for value, text in one.options.items()}


def matters(here: Here, language: str, now: datetime) -> tuple[Matter, ...]:
    """Give every matter, in the order of the county file; none where no mechanism here keeps a catalogue."""
    return tuple(
        _matter(here, register, entry, (mechanism.name, kind), language, now)
        for mechanism, register, entries in filled(here, "catalogue")
        for kind in _kinds(mechanism, register)
        for entry in entries
    )


def _kinds(mechanism: Mechanism, register: Register) -> Iterator[str]:
    """Give the kinds that begin with an entry of a catalogue: their form asks which one."""
    for name in mechanism.kinds:
        kind = mechanism.kind(name)
        if kind and kind.details and register.unique in kind.details.asked():
            yield name


def _matter(
    here: Here, register: Register, entry: Mapping[str, Any], begins: tuple[str, str], language: str, now: datetime
) -> Matter:
    rule = here.rules.on(entry["rule"], local_day(now))
    return Matter(
        code=str(entry[register.unique]),
        key=register.unique,
        fills=register.fills,
        begins=begins,
        name=entry[f"name_{language}"],
        area=entry["area"],
        unit=entry["unit"],
        offices=tuple(entry.get("offices", ())),
        papers=tuple(entry[f"papers_{language}"]),
        fee=entry["fee"],
        term=(EN if language == "en" else ZH).length(rule.quantity, rule.unit),
        article=f"《{rule.law}》{rule.article}",
        where=entry[f"where_{language}"],
        hours=entry[f"hours_{language}"],
        basis=entry["basis"],
    )


def beginning(here: Here, kind: tuple[str, str], code: str, language: str, now: datetime) -> dict[str, Any]:
    """Give the answers with which a draft for a matter begins, all of which can be changed; none for another code."""
    one = next((one for one in matters(here, language, now) if (one.begins, one.code) == (kind, code)), None)
    if one is None:
        return {}
    details = {one.key: one.code, **({one.fills: one.name} if one.fills else {})}
    return {"title": one.name, "addressed_to": one.unit, "details": details}


def chosen_of(draft: Draft, language: str, here: Here, now: datetime) -> Matter | None:
    """Give the matter that a draft began with."""
    begun = draft.answers.get("details", {})
    known = (one for one in matters(here, language, now) if one.begins == (draft.mechanism, draft.kind))
    return next((one for one in known if begun.get(one.key) == one.code), None)


def unlisted(here: Here, new: NewCase) -> Iterator[tuple[str, str]]:
    """Give each field of a case that names a matter which the county file doesn't list, with what it says."""
    for mechanism, register, entries in filled(here, "catalogue"):
        said = new.details.get(register.unique) if mechanism.name == new.mechanism else None
        if said and said not in {entry[register.unique] for entry in entries}:
            yield f"details.{register.unique}", str(said)


def check_at_start(session: Session, *, now: datetime) -> None:
    """Raise `StartError` with a line for each thing that is not right in the county file's matters."""
    refuse_wrong(session.here, "catalogue", _problems)


def _problems(here: Here, _mechanism: Mechanism, entry: Entry) -> Iterator[str]:
    if len(entry["papers_zh"]) != len(entry["papers_en"]):
        yield "papers_zh and papers_en name the same papers, each in its language"
    for unit in (entry["unit"], *entry.get("offices", ())):
        if unit not in here.county.unit_by_code:
            yield f"{unit} is no unit of the county"
    if entry["rule"] not in here.rules:
        yield f"rule: no pack has {entry['rule']}"
