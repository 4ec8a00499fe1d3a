"""A rule of the law, with all that makes its days count the way they do."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

Unit = Literal["calendar_day", "working_day", "month", "hour"]
Owner = Literal["state_duty", "citizens_right", "office_right", "local_promise"]
Start = Literal["next_day", "confirmed_receipt", "proof_of_service", "month_end", "quarter_end", "year_end"]
Roll = Literal["none", "next_working_day"]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One clock. What its days are, from when they run, who owes what to whom, and how well we know it.

    `start`: the day after the event (`next_day`), after receipt was confirmed by both sides, after the proven day of
    service, or after the month, quarter or year that ended last (`month_end`, `quarter_end`, `year_end`). `roll`: what
    happens when the last day is a day off. `calendar`: whose days off hold (CN, GB, EU). `at_least`: a minimum: what it
    holds back may not happen before its end. `excludes`: types of pause that are not counted; `pause_basis` says
    whether the article leaves them out or only practice does. `remedy`, `remedy_zh`: the sentence by which a letter
    tells its reader of this right; `{n}` stands for the quantity, `{length}` for quantity and unit. `extends`: the one
    rule whose term this one prolongs, once. `replaces`: the pack of the version that this newer one ends on the day
    before it begins. `roll_chosen`: the county file set `roll`, no pack. `law_zh`: the name that Chinese sentences give
    a foreign law. `confidence`: V read in the text, S second hand, K general knowledge.
    """

    id: str
    pack: str
    law: str
    law_zh: str = ""
    article: str
    version: str
    title: str
    title_zh: str
    quantity: int
    unit: Unit
    owner: Owner = "state_duty"
    duty_holder: str = ""
    trigger_event: str = ""
    applies_when: str = ""
    start: Start = "next_day"
    roll: Roll = "none"
    calendar: str = "CN"
    at_least: bool = False
    excludes: tuple[str, ...] = ()
    pause_basis: Literal["law", "practice"] = "law"
    extends: str | None = None
    approver: str = ""
    notify: str = ""
    satisfied_by: tuple[str, ...] = ()
    on_breach: str = ""
    publish: bool = False
    remedy: str = ""
    remedy_zh: str = ""
    confidence: Literal["V", "S", "K"]
    effective_from: date
    effective_to: date | None = None
    note: str = ""
    replaces: str = ""
    roll_chosen: bool = False

    @property
    def can_roll(self) -> bool:
        """Tell whether its last day can be a day off: working days and hours are counted past those anyhow."""
        return self.unit in ("calendar_day", "month")

    @property
    def local(self) -> bool:
        """Tell whether a county must stand for this rule itself: a promise, or a figure not read in the law."""
        return self.owner == "local_promise" or self.confidence != "V"

    @property
    def right(self) -> bool:
        """Tell whether it is somebody's right, of a resident or of an office: its term lapses and nothing is broken."""
        return self.owner in ("citizens_right", "office_right")

    def in_force(self, day: date) -> bool:
        """Tell whether the rule's law is in force on a day."""
        return self.effective_from <= day <= self.last_day

    @property
    def last_day(self) -> date:
        """Give the last day on which it is in force."""
        return self.effective_to or date.max

    def on(self, day: date, confirmed: Collection[str]) -> bool:
        """Tell whether it counts in a county on a day: it is in force, and the county stands for what is no law."""
        return self.in_force(day) and (not self.local or self.id in confirmed)


# A date that an office above sets for one below: no pack counts it, the term carries the sender's own measure.
ASSIGNED = Rule(
    id="petition.assigned",
    pack="assigned",
    law="信访工作条例",
    article="22",
    version="2022-05-01",
    title="Report back to who assigned it",
    title_zh="按交办要求报告办理结果",
    quantity=1,
    unit="calendar_day",
    duty_holder="the organ it was assigned to",
    trigger_event="assigned with a date",
    satisfied_by=("report back",),
    on_breach="unit head, level above",
    publish=True,
    confidence="V",
    effective_from=date(2022, 5, 1),
)

# A day that an office set itself, in a plan that was asked for: no pack counts it either.
PLANNED = Rule(
    id="plan.step",
    pack="planned",
    law="",
    article="",
    version="2022-05-01",
    title="A step of the plan",
    title_zh="计划步骤",
    quantity=1,
    unit="calendar_day",
    duty_holder="whoever made the plan",
    trigger_event="plan made",
    satisfied_by=("report",),
    on_breach="unit head, level above",
    confidence="V",
    effective_from=date(2022, 5, 1),
)

# The last day of what an office gave to another one: it set that day itself, and has some days from then on to say
# what comes of it. How many is practice, no law.
ENDING = Rule(
    id="directive.end",
    pack="given",
    law="",
    article="",
    version="2022-05-01",
    title="A directive ends, or is prolonged",
    title_zh="督办到期，决定延长或者办结",
    quantity=3,
    unit="working_day",
    duty_holder="the unit that gave it",
    trigger_event="directive given",
    satisfied_by=("close", "prolong"),
    on_breach="unit head, level above",
    confidence="V",
    effective_from=date(2022, 5, 1),
)
INSPECTING = replace(
    ENDING,
    id="directive.inspect",
    title="The inspection team reports",
    title_zh="督查组报告督查情况",
    trigger_event="inspection team sent",
    satisfied_by=("report of the team",),
)
# Kept by whoever gave the case away, not by the unit that has it.
GIVEN = {rule.id: rule for rule in (ENDING, INSPECTING)}
# Kept by another unit than the one that has the case: by whoever gave it away, or by one that works with it.
HELPED = "petition.part"
BESIDE = frozenset({*GIVEN, HELPED})

# The day by which an answer says that what it promises is carried out: whoever has the case keeps it.
EXECUTING = Rule(
    id="petition.execute",
    pack="promised",
    law="信访工作条例",
    article="32",
    version="2022-05-01",
    title="What the answer promised is carried out",
    title_zh="落实处理意见",
    quantity=1,
    unit="calendar_day",
    duty_holder="the unit that answered",
    trigger_event="answer signed",
    satisfied_by=("carry out",),
    on_breach="unit head, level above",
    publish=True,
    confidence="V",
    effective_from=date(2022, 5, 1),
)
EXECUTING_REVIEW = replace(
    EXECUTING,
    id="review.execute",
    article="35、36",
    title="What the review's opinion promised is carried out",
    title_zh="落实复查复核意见",
    duty_holder="the body that reviewed",
)
# The article asks for what is sound to be adopted; that it is done by a day is the office's own word.
EXECUTING_SUGGESTION = replace(
    EXECUTING,
    id="suggestion.execute",
    article="29",
    title="What was adopted is carried out",
    title_zh="落实采纳的建议",
)
EXECUTED = {rule.id: rule for rule in (EXECUTING, EXECUTING_REVIEW, EXECUTING_SUGGESTION)}
# The day by which an office that was asked for its part of a case gives it: whoever leads the case set it.
PARTED = replace(
    ASSIGNED,
    id="part.due",
    pack="parts",
    law="",
    article="",
    title="An office gives its part",
    title_zh="有关机关提出意见",
    duty_holder="the office that was asked",
    trigger_event="asked with a day",
    satisfied_by=("sign part",),
    publish=False,
)

# Each ends on a day that an input says.
SAID_DAYS = {**GIVEN, **EXECUTED}
