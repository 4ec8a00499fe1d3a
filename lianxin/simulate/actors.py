"""People in the simulation: they come to the same doors as real ones, and do what these doors offer."""

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from lianxin.simulate.forms import WORDS, fill
from lianxin.simulate.people import Person, Staff
from lianxin.simulate.plan import Submission, office_hour
from lianxin.simulate.town import Town, code_of
from lianxin.simulate.trespass import shows, trespass
from lianxin.simulate.ways import eagerness
from services.routing.models import CaseRow
from services.routing.roles import read_along
from shared.law.local import local_day
from shared.workflow.declare import Step

SERVED = 500  # from here on a status says that a door failed
LONG_LEFT = 12  # wakes of a case that is over or leads nowhere
RECUSES = 0.01
PROBES = 0.4  # how often whoever is barred looks for a case, when somebody has it in hand
UNASKED = {"patient": 0.03, "restless": 0.12, "silent": 0.0}  # how often a resident moves by temper
WHEN_ASKED = {"patient": 0.8, "restless": 0.9, "silent": 0.15}
CHOSEN = ("posts", "entry", "entries")  # kinds of fields that say what may be chosen
LIES = 0.12  # how often an office leaves a case lying for weeks


@dataclass
class Followed:
    """A case somebody follows: the id, and the receipt where a resident holds one."""

    id: str
    reference: str
    mechanism: str
    receipt: str = ""
    temper: str = "patient"
    title: str = ""
    wakes: int = 0
    refused: set[str] = field(default_factory=set)
    took: set[str] = field(default_factory=set)  # by the resident


@dataclass(frozen=True)
class Standing:
    """How a case stands, as an onlooker sees it."""

    unit: str
    beside: frozenset[str]
    state: str
    phase: str
    reference: str
    mechanism: str

    @property
    def units(self) -> frozenset[str]:
        """Give every unit that may have a step to take."""
        return self.beside | {self.unit}


@dataclass
class Actors:
    """Everybody; `answers` counts what the doors said, `failures` holds what no door may say."""

    town: Town
    staff: Staff
    chance: random.Random
    cases: dict[str, Followed] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, str]] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    choices: dict[str, dict[str, list[str]]] = field(default_factory=dict)  # what the desk offered last: step, field

    def submit(self, new: Submission) -> Followed | None:
        """Submit a case as a program of a resident; gives what is followed from now on, None where it was refused."""
        if "intake" in self.town.down:
            self.answers["submit: closed"] += 1
            return None
        answer = self.town.ask("POST", "/api/v1/cases", self._body(new))
        self._heard("submit", answer)
        if answer.status_code != 201:  # noqa: PLR2004 - created
            return None
        receipt = answer.get_json()
        self.accepted.append(receipt["reference"])
        found = Followed("", receipt["reference"], new.mechanism, receipt["receipt"], new.temper, _title(new))
        self.cases[receipt["reference"]] = found
        return found

    def _body(self, new: Submission) -> dict[str, Any]:
        county, kind = self.town.county, self.town.deployment.mechanisms[new.mechanism].kind(new.kind)
        today = local_day(self.town.clock.now())
        body: dict[str, Any] = {
            "mechanism": new.mechanism,
            "kind": new.kind,
            "title": _title(new),
            "text": self.chance.choice(WORDS),
            "identity": new.identity,
            "urgent": new.urgent,
            "details": fill(kind.details if kind else None, self.chance, today, sorted(county.unit_by_code)),
        }
        optional = {"place": new.place, "category": new.category, "addressed_to": new.addressed_to}
        body |= {name: value for name, value in optional.items() if value}
        if new.identity != "anonymous":
            body["contact"] = _contact(new.number)
        if new.about_post:
            body["about"] = {"posts": [new.about_post]}
        elif kind and kind.names_somebody:
            body["about"] = {"text": "窗口的经办员"}
        return body

    def wake(self, case: Followed) -> datetime | None:
        """Let somebody do the next thing in a case; gives when to look again, None where nobody will."""
        now = self.town.clock.now()
        if {"routing", "intake", "directory"} & self.town.down.keys():
            return now + timedelta(hours=2)
        standing = self._standing(case)
        if standing is None:
            return now + timedelta(days=1) if case.wakes < LONG_LEFT else None
        case.wakes += 1
        if case.wakes > LONG_LEFT * 4 or (standing.phase == "closed" and self.chance.random() < 0.4):  # noqa: PLR2004
            return None
        self._probe(case)
        did = self._resident(case, standing) or self._office(case, standing)
        return self._later(now, waited=not did)

    def _later(self, now: datetime, *, waited: bool) -> datetime:
        days = self.chance.uniform(10, 45) if self.chance.random() < LIES else self.chance.expovariate(1 / 4)
        return max(office_hour(self.chance, now + timedelta(days=days + 3 * waited)), now + timedelta(minutes=30))

    def _standing(self, case: Followed) -> Standing | None:
        with self.town.service("routing").reading() as session:
            row = session.scalars(select(CaseRow).where(CaseRow.reference == case.reference)).one_or_none()
            if row is None:
                return None
            case.id = row.id
            workflow = self.town.deployment.mechanisms[row.mechanism].workflow
            beside = frozenset(read_along(session, row, workflow))
            return Standing(row.unit, beside, row.state, row.phase, row.reference, row.mechanism)

    def _resident(self, case: Followed, standing: Standing) -> bool:
        """Let the resident take an offered step, by temper: rarely while an office is at work, mostly when asked."""
        asked = standing.phase in ("waiting", "carrying_out", "closed")
        if not case.receipt or self.chance.random() > (WHEN_ASKED if asked else UNASKED)[case.temper]:
            return False
        headers = {"Lianxin-Receipt": case.receipt}
        answer = self.town.ask("GET", f"/api/v1/cases/{case.reference}", headers=headers)
        self._heard("look", answer)
        if answer.status_code != 200:  # noqa: PLR2004 - ok
            return False
        offers = [one["step"] for one in answer.get_json()["offers"]]
        once = standing.phase == "closed"  # what is over is objected to once and not again and again
        step = self._choose(case, standing, [one for one in offers if not (once and one in case.took)])
        if step is None:
            return False
        path = f"/api/v1/cases/{case.reference}/steps/{step.name.replace(' ', '-')}"
        sent = self.town.ask("POST", path, {"inputs": self._inputs(step)}, headers)
        self._heard(f"ask {step.name}", sent)
        case.took.add(step.name)
        return sent.status_code == 202  # noqa: PLR2004 - accepted

    def _office(self, case: Followed, standing: Standing) -> bool:
        """Let somebody of the unit open the case and take one of the steps that the desk offers him."""
        steps = self.town.deployment.mechanisms[standing.mechanism].workflow.from_state(standing.state)
        roles = {role for step in steps for role in step.roles}
        able = [one for one in self.staff.at_work_on(case.id, standing.units) if not roles.isdisjoint(one.roles)]
        self.chance.shuffle(able)
        for person in able[:4]:
            offers = self._offered(case, person)
            if offers and self.chance.random() < RECUSES:
                return self._recuse(case, person)
            step = self._choose(case, standing, offers)
            if step is not None:
                return self._take(case, person, step)
        return False

    def _offered(self, case: Followed, person: Person) -> list[str]:
        answer = self.town.ask("GET", f"/api/v1/desk/cases/{case.reference}", headers=self.staff.headers(person))
        self._heard("open", answer)
        if answer.status_code != 200:  # noqa: PLR2004 - ok
            return []
        offers = answer.get_json()["offers"]
        self.choices = {
            one["step"]: {asked["name"]: asked["options"] for asked in one["fields"] if asked["type"] in CHOSEN}
            for one in offers
        }
        return [one["step"] for one in offers]

    def _take(self, case: Followed, person: Person, step: Step) -> bool:
        path = f"/api/v1/desk/cases/{case.reference}/{step.name.replace(' ', '-')}"
        answer = self.town.ask("POST", path, {"inputs": self._inputs(step)}, self.staff.headers(person))
        self._heard(step.name, answer)
        if answer.status_code != 200:  # noqa: PLR2004 - ok
            case.refused.add(step.name)
            return False
        case.refused.clear()
        return True

    def _recuse(self, case: Followed, person: Person) -> bool:
        path = f"/api/v1/desk/cases/{case.reference}/recuse"
        answer = self.town.ask("POST", path, {"reason": "与当事人有利害关系"}, self.staff.headers(person))
        self._heard("recuse", answer)
        return answer.status_code == 200  # noqa: PLR2004 - ok

    def _probe(self, case: Followed) -> None:
        """Let somebody who is barred look for the case at every door: he must find that there is none."""
        barred = self.staff.barred_from(case.id) if self.chance.random() < PROBES else []
        if not barred:
            return
        person, marks = self.chance.choice(barred), [case.id, *filter(None, [case.title])]
        for door, answer in trespass(self.town, self.staff, person, case.id, case.reference):
            self._heard(f"barred at {door}", answer)
            if shows(door, answer, case.reference, marks):
                self.failures.append((case.id, f"{person.login} is barred, and {door} shows the case"))

    def _choose(self, case: Followed, standing: Standing, offers: list[str]) -> Step | None:
        workflow = self.town.deployment.mechanisms[standing.mechanism].workflow
        steps = [step for name in dict.fromkeys(offers) if (step := workflow.step(name)) is not None]
        if not steps:
            return None
        weights = [eagerness(workflow, one, standing.state, refused=one.name in case.refused) for one in steps]
        return self.chance.choices(steps, weights)[0]

    def _inputs(self, step: Step) -> dict[str, Any]:
        county, today = self.town.county, local_day(self.town.clock.now())
        return fill(step.asks, self.chance, today, sorted(county.unit_by_code), self.choices.get(step.name, {}))

    def _heard(self, what: str, answer: TestResponse) -> None:
        status, code = answer.status_code, code_of(answer)
        self.answers[f"{what}: {code or status}"] += 1
        if status >= SERVED and code != "directory-stale":
            self.failures.append(("", f"{what} was answered by {status} {code}"))

    def strangers(self) -> list[Followed]:
        """Give cases that were opened by duties or steps and that nobody follows yet: offices take them up."""
        with self.town.service("routing").reading() as session:
            told = select(CaseRow.id, CaseRow.reference, CaseRow.mechanism, CaseRow.root).order_by(CaseRow.id)
            rows = session.execute(told).all()
        roots = {one.id: one for one in self.cases.values()}
        new = [_found(row, roots.get(row.root or "")) for row in rows if row.reference not in self.cases]
        self.cases |= {one.reference: one for one in new}
        return new


def _contact(number: int) -> dict[str, Any]:
    """Give how somebody is reached: one in four on paper, one in four agrees to electronic letters."""
    contact: dict[str, Any] = {"name": "周某", "phone": "13800000000", "email": f"r{number}@simulated.invalid"}
    more: tuple[dict[str, Any], ...] = ({}, {"address": "大洼村二组"}, {"electronic": True}, {})
    return {**contact, **more[number % 4]}


def _title(new: Submission) -> str:
    """Give words that no other case has, also not as a part of its own."""
    return f"模拟事项{new.number}号"


def _found(row: Any, root: Followed | None) -> Followed:
    """Give a case that was found: a review goes by the receipt, and the temper, of who asked for it."""
    found = Followed(row.id, row.reference, row.mechanism)
    return replace(found, receipt=root.receipt, temper=root.temper) if root else found
