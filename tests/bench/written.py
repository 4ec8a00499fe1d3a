"""Cases as the service's own code would have written them: texts sealed, words numbered, terms counted; by a seed.

A case is the same in every run but for the keys, which are random as they have to be.
"""

import json
import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import accumulate, pairwise
from typing import Any

from vocabulary import Vocabulary

from services.routing.models import CaseRow, DeadlineRow, StepRow
from services.routing.search.index import RELEASE, numbers_of
from services.routing.search.tables import SearchRow
from services.routing.search.words import folded, found_by
from shared.access.tables import CaseAccessRow
from shared.calendar.national import NATION, national
from shared.crypto.case_key import new_case_key, seal
from shared.crypto.receipt import reference_of
from shared.journal.tables import CaseKeyRow
from shared.kit.session import Here
from shared.law.term import Term, start_term

TABLES = (CaseRow, CaseKeyRow, CaseAccessRow, SearchRow, StepRow, DeadlineRow)  # in the order in which they are loaded
COLUMNS = {kind: [column.name for column in kind.__table__.columns] for kind in TABLES}
PETITION_OFFICE, NARROW = "u1", "u7"  # who may see all of them; who may see two of a thousand
LONG, LINES = 4, 200  # so many cases of the narrow unit have so many lines of history
CLOSED, URGENT, UNDATED, HELPED, BARRED = 0.7, 0.02, 0.15, 0.2, 0.01
RULE = "petition.handle"
ODD, BITS = 0x9E3779B97 | 1, 40  # multiplied by an odd number, no two references of 40 bits are the same
# Where open cases stand, and how often; the words of the mechanisms.
STANDS = {
    "petitions": ({"registered": 20, "accepted": 50, "asked": 13, "drafted": 12, "promised": 5}, "explained"),
    "suggestions": ({"arrived": 20, "studied": 50, "asked": 13, "drafted": 12, "promised": 5}, "adopted"),
}
KINDS = {"petitions": ("petition", "request"), "suggestions": ("suggestion", "benefit")}
Rows = dict[type, list[dict[str, Any]]]


class Writer:
    """Writes cases of a county into rows."""

    def __init__(self, here: Here, seed: int, now: datetime) -> None:
        self._here, self._seed, self._now = here, seed, now
        self.vocabulary = Vocabulary(seed)
        self._numbers: dict[str, int] = {}
        self._terms: dict[datetime, Term] = {}
        units = [unit.code for unit in here.county.units if unit.code != PETITION_OFFICE]
        sizes = random.Random(seed)  # noqa: S311 - a sample, no secret
        weights = {unit: sizes.lognormvariate(0, 0.7) for unit in units}
        weights[NARROW] = 0.0
        weights[NARROW] = sum(weights.values()) * 0.002  # 2,000 of a million
        self._units, self._sizes = units, [*accumulate(weights[unit] for unit in units)]
        self._places = [None, *(place.code for place in here.county.places)]
        self._categories = [one.code for one in here.county.categories]

    def rows(self, numbers: Iterable[int]) -> Rows:
        """Give the rows of these cases, by table."""
        made: Rows = {kind: [] for kind in TABLES}
        for number in numbers:
            self._write(made, number, random.Random(self._seed * 10_000_019 + number))  # noqa: S311 - a sample
        return made

    def reference(self, number: int) -> str:
        """Give the reference of a case."""
        return reference_of(self._here.county.code, number * ODD % 2**BITS)

    def _write(self, made: Rows, number: int, chance: random.Random) -> None:
        case, key = f"{chance.getrandbits(128):032x}", new_case_key()
        row = self._case(case, key, number, chance)
        said = self._steps(made, row, key, chance, long=number < LONG)
        made[CaseRow].append(row)
        made[CaseKeyRow].append({"case": case, "wrapped": self._here.keyring.wrap(key, case.encode())})
        made[CaseAccessRow] += self._access(row, chance)
        words = self._words([*row.pop("said"), *said])
        made[SearchRow].append({"case": case, "received_at": row["received_at"], "release": RELEASE, "words": words})
        if row["next_due"] is not None:
            made[DeadlineRow].append(self._deadline(row, chance))

    def _case(self, case: str, key: bytes, number: int, chance: random.Random) -> dict[str, Any]:
        long = number < LONG
        mechanism = "petitions" if long or chance.random() < 0.6 else "suggestions"
        kind, field = KINDS[mechanism]
        title, text, wish = (
            self.vocabulary.text(chance, chance.randint(*many)) for many in ((3, 6), (15, 45), (4, 10))
        )
        closed = not long and chance.random() < CLOSED
        received = self._now - timedelta(minutes=chance.randint(1, 1_500_000 if closed else 105_000))
        unit = NARROW if long else chance.choices(self._units, cum_weights=self._sizes)[0]
        helper = chance.choice(self._units) if chance.random() < HELPED else None
        contact = {"name": "住户", "phone": f"138{chance.randrange(10**8):08}", "address": "上柳村二组"}
        undated = closed or chance.random() < UNDATED
        sealed = {"title": title, "text": text, "details": {field: wish}, "contact": contact}
        return {
            **dict.fromkeys(COLUMNS[CaseRow]),
            **{name: _sealed(key, value, case) for name, value in sealed.items()},
            **{one: [] for one in ("about_units", "about_posts", "files", "because", "explanation")},
            **self._standing(mechanism, "accepted" if long else "closed" if closed else None, chance),
            "id": case,
            "reference": self.reference(number),
            "mechanism": mechanism,
            "mechanism_version": 1,
            "kind": kind,
            "received_at": received,
            "channel": "web",
            "identity": "claimed",
            "language": "zh",
            "category": chance.choice(self._categories),
            "place": chance.choice(self._places),
            "unit": unit,
            "co_handlers": [helper] if helper and helper != unit else [],
            "urgent": chance.random() < URGENT,
            "rule": "bench",
            "progress": {},
            "revision": 1,
            "changed_at": received,
            "next_due": None if undated else self._term(received).due_at,
            "said": [title, text, wish, self.reference(number)],
        }

    def _standing(self, mechanism: str, state: str | None, chance: random.Random) -> dict[str, Any]:
        states, outcome = STANDS[mechanism]
        state = state or chance.choices([*states], [*states.values()])[0]
        phase = self._here.mechanisms[mechanism].workflow.states[state]
        return {"state": state, "phase": phase, "outcome": outcome if phase == "closed" else None}

    def _steps(self, made: Rows, row: dict[str, Any], key: bytes, chance: random.Random, *, long: bool) -> list[str]:
        """Write what was done in a case; gives what was said in it."""
        if row["phase"] == "triage":
            return []
        steps: list[tuple[str, str, dict[str, str]]] = [("accept", "officer", {})]
        if long:
            steps += self._history(chance)
        elif chance.random() < 0.6:
            say = self.vocabulary.text(chance, chance.randint(6, 14))
            petition = ("hear", "officer", {"day": "2026-10-12", "way": "phone", "summary": say})
            answer = ("draft", "officer", {"outcome": "adopted", "reasons": say})
            steps.append(petition if row["mechanism"] == "petitions" else answer)
        for number, (step, role, inputs) in enumerate(steps, 1):
            made[StepRow].append(_step(row, key, number, step, role, inputs))
        fields = ("summary", "reasons", "question", "answer")
        return [said for _, _, inputs in steps for field, said in inputs.items() if field in fields]

    def _history(self, chance: random.Random) -> Iterator[tuple[str, str, dict[str, str]]]:
        """Give a petition's long way: heard, asked, answered, again and again."""
        for turn in range(LINES - 1):
            say = self.vocabulary.text(chance, chance.randint(8, 20))
            if turn % 3 == 0:
                yield "hear", "officer", {"day": "2026-10-12", "way": "phone", "summary": say}
            else:
                asks = turn % 3 == 1
                yield ("ask", "officer", {"question": say}) if asks else ("answer", "petitioner", {"answer": say})

    def _access(self, row: dict[str, Any], chance: random.Random) -> Iterator[dict[str, str]]:
        for unit in dict.fromkeys((row["unit"], *row["co_handlers"], PETITION_OFFICE)):
            yield {"case": row["id"], "what": "unit", "code": unit}
        if chance.random() < BARRED:
            yield {"case": row["id"], "what": "barred", "code": f"{chance.choice(self._units)}-head"}

    def _words(self, texts: Iterable[str]) -> set[int]:
        """Give what `index_new` would give: the numbers of pairs, each counted out once."""
        words = {word for text in texts for word in _found_by(text)}
        for word in words:
            if word not in self._numbers:
                (self._numbers[word],) = numbers_of(self._here.keyring, [word])
        return {self._numbers[word] for word in words}

    def _term(self, received: datetime) -> Term:
        hour = received.replace(minute=0, second=0, microsecond=0)
        if hour not in self._terms:
            self._terms[hour] = start_term(self._here.rules[RULE], hour, national(NATION))
        return self._terms[hour]

    def _deadline(self, row: dict[str, Any], chance: random.Random) -> dict[str, Any]:
        term = self._term(row["received_at"])
        same = {"rule": RULE, "due": term.due, "due_at": term.due_at, "term": term.to_dict(), "lapses": False}
        status = "breached" if term.due_at <= self._now else "open"
        own = {"instance": f"{chance.getrandbits(64):016x}", "case": row["id"], "status": status}
        return {**dict.fromkeys(COLUMNS[DeadlineRow]), **same, **own, "started_at": row["received_at"], "rungs": []}


def _found_by(text: str) -> Iterable[str]:
    """Give what `found_by` gives; for Chinese alone without looking at each three."""
    if text.isascii():
        return found_by(folded(text))
    return map("".join, pairwise(text.replace("，", "").rstrip("。")))


def _sealed(key: bytes, value: str | dict[str, Any], case: str) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"{case}:{seal(key, text, context=case)}"


def _step(row: dict[str, Any], key: bytes, number: int, step: str, role: str, inputs: dict[str, str]) -> dict[str, Any]:
    return {
        **dict.fromkeys(COLUMNS[StepRow]),
        "case": row["id"],
        "number": number,
        "step": step,
        "role": role,
        "person": f"p-{row['unit']}",
        "at": row["received_at"] + timedelta(hours=number),
        "origin": row["state"],
        "state": row["state"],
        "complete": True,
        "files": [],
        "inputs": _sealed(key, inputs, row["id"]) if inputs else None,
    }
