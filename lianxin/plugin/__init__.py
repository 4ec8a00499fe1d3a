"""The public kit of mechanisms: all a mechanism may import, beside the standard library. Typed, stable, documented."""

from shared.law.local import local_day
from shared.law.rule import PARTED as _PARTED
from shared.law.rule import PLANNED as _PLANNED
from shared.workflow.assigning import REPORT_BACK, assigning
from shared.workflow.case import Case, Done, Family
from shared.workflow.chain import CHAIN, chain, withdrawal
from shared.workflow.charging import charging, charging_from_above
from shared.workflow.common import (
    Answer,
    Confirmed,
    Nothing,
    Objection,
    Question,
    Referral,
    Remark,
    Report,
    Withdrawal,
    may_object_to_publication,
    no_child_is_open,
    time_to_change_ones_mind_is_over,
)
from shared.workflow.consenting import consenting
from shared.workflow.declare import (
    PLATFORM,
    SENDER,
    STAY,
    Back,
    ByOutcome,
    ByRule,
    Chosen,
    Deadline,
    Guard,
    Phase,
    Quorum,
    Step,
    Workflow,
    any_of,
    by_outcome,
    chosen,
    each_of,
)
from shared.workflow.directing import directing, from_above, the_reply_is_late
from shared.workflow.dispute import DISPUTED, referral
from shared.workflow.ending import (
    ENDS,
    INSPECTED,
    has_come_since,
    last_day,
    lies_ahead,
    the_end_is_ahead,
    the_end_is_over,
)
from shared.workflow.entries import Entries, Entry, chosen_entry
from shared.workflow.guide import Ask, Guide, Guided, Remedy, Road, Way
from shared.workflow.hearing import a_wish_is_open, hearing, held
from shared.workflow.joining import JOINED, joining
from shared.workflow.mechanism import Duty, Kind, Letter, Mechanism, Party, Register, share
from shared.workflow.objecting import objecting
from shared.workflow.offered import OfferedUnit
from shared.workflow.posts import PostRef, Posts
from shared.workflow.schedule import Schedule
from shared.workflow.schema import CaseRef, Choice, Day, Flag, Names, Number, Schema, Text, UnitRef
from shared.workflow.serving import Proof, last_resort, undelivered_letter
from shared.workflow.telling import NOTICE_STATES, acceptance_served, closing_notices, told_at_once
from shared.workflow.units import Units
from shared.workflow.visiting import CALL_OFF, Came, visiting

PLANNED = _PLANNED.id  # the term of a step of a plan, by its own day
PART_DUE = _PARTED.id  # the term of an office that was asked for its part, by the day it was given

__all__ = [
    "CALL_OFF",
    "CHAIN",
    "DISPUTED",
    "ENDS",
    "INSPECTED",
    "JOINED",
    "NOTICE_STATES",
    "PART_DUE",
    "PLANNED",
    "PLATFORM",
    "REPORT_BACK",
    "SENDER",
    "STAY",
    "Answer",
    "Ask",
    "Back",
    "ByOutcome",
    "ByRule",
    "Came",
    "Case",
    "CaseRef",
    "Choice",
    "Chosen",
    "Confirmed",
    "Day",
    "Deadline",
    "Done",
    "Duty",
    "Entries",
    "Entry",
    "Family",
    "Flag",
    "Guard",
    "Guide",
    "Guided",
    "Kind",
    "Letter",
    "Mechanism",
    "Names",
    "Nothing",
    "Number",
    "Objection",
    "OfferedUnit",
    "Party",
    "Phase",
    "PostRef",
    "Posts",
    "Proof",
    "Question",
    "Quorum",
    "Referral",
    "Register",
    "Remark",
    "Remedy",
    "Report",
    "Road",
    "Schedule",
    "Schema",
    "Step",
    "Text",
    "UnitRef",
    "Units",
    "Way",
    "Withdrawal",
    "Workflow",
    "a_wish_is_open",
    "acceptance_served",
    "any_of",
    "assigning",
    "by_outcome",
    "chain",
    "charging",
    "charging_from_above",
    "chosen",
    "chosen_entry",
    "closing_notices",
    "consenting",
    "directing",
    "each_of",
    "from_above",
    "has_come_since",
    "hearing",
    "held",
    "joining",
    "last_day",
    "last_resort",
    "lies_ahead",
    "local_day",
    "may_object_to_publication",
    "no_child_is_open",
    "objecting",
    "referral",
    "share",
    "the_end_is_ahead",
    "the_end_is_over",
    "the_reply_is_late",
    "time_to_change_ones_mind_is_over",
    "told_at_once",
    "undelivered_letter",
    "visiting",
    "withdrawal",
]
