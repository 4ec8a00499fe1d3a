"""Taking in at the counter: what is noted beside the matter, who may, and the same submission as a resident's."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from marshmallow import ValidationError, validates_schema
from sqlalchemy import select

from services.intake.channels import CHANNELS, SPOKEN
from services.intake.models import CaseRow
from services.intake.new_case import NewCase, Taken
from services.intake.rules import openers
from shared.access.actor import StaffMember
from shared.access.cases import may_see
from shared.access.rule import NoRight
from shared.access.tables import PostRow
from shared.crypto.receipt import normalise_reference
from shared.errors import Invalid
from shared.kit.action import here_now
from shared.kit.session import Session
from shared.web.rest import means
from shared.workflow.mechanism import Kind, Mechanism
from shared.workflow.schema import Choice, Day, Flag, Schema, Text

OLDEST = timedelta(days=366)  # of what may still be taken in as received earlier
NOTED = ("read_back", "agreed", "helped", "postmark")


class Taking(Schema):
    """How it came in. What was said is read back; what is passed on, the person agreed to."""

    channel = Choice(CHANNELS, seen="handler", title="How did it come?", metadata=means("How it came.", "window"))
    received_on = Day(
        seen="parties",
        title="Received on",
        hint="The day on which the first office got it. The terms of the law run from this day.",
        metadata=means("The day on which the first office got it; the terms run from it.", "2026-11-02"),
    )
    postmark = Day(
        seen="handler",
        title="Date of the postmark",
        required=False,
        metadata=means("Of a letter: the date of its postmark.", "2026-10-30"),
    )
    read_back = Flag(
        seen="handler",
        title="I read it back, and the person found it right",
        hint="Needed for what was said at the window, on the telephone or at a visit.",
        metadata=means("It was read back to the person; needed for what was said.", True),
    )
    agreed = Flag(
        seen="handler",
        title="The person agreed that it is passed on",
        hint="Needed for what a deputy, a helper or a grid worker passes on.",
        metadata=means("The person agreed that it is passed on.", False),
    )
    helped = Text(
        seen="handler",
        max=120,
        long=False,
        title="Who interpreted, or helped",
        metadata=means("Who interpreted, or helped the person.", "女儿陪同"),
    )
    withheld = Flag(
        seen="handler",
        title="Keep name and contact from the unit that handles it",
        metadata=means("The unit that handles it reads neither name nor contact.", False),
    )

    visit = Text(
        seen="handler",
        max=24,
        long=False,
        title="Reference of the visit or reception day",
        hint="Where it was said at one that is recorded here.",
        metadata=means("Of what was said at a recorded visit or reception day: its reference.", "QH-7K4M-9T2P-C"),
    )

    @validates_schema
    def _confirmed(self, said: Mapping[str, Any], **_: Any) -> None:
        if said.get("channel") in SPOKEN and not said.get("read_back"):
            raise ValidationError("What was said must be read back to the person.", "read_back")
        if said.get("channel") == "passed_on" and not said.get("agreed"):
            raise ValidationError("Only what the person agreed to is passed on.", "agreed")


def wrong_days(said: Mapping[str, Any], today: date) -> dict[str, list[str]]:
    """Give a sentence for each day that can't be right: `received_on` and `postmark` as dates, or absent."""
    received, postmark = said.get("received_on"), said.get("postmark")
    errors: dict[str, list[str]] = {}
    if received and received > today:
        errors["received_on"] = ["This day lies in the future."]
    elif received and received < today - OLDEST:
        errors["received_on"] = ["This day is more than a year ago. Ask the petition office how to take it in."]
    if postmark and received and postmark > received:
        errors["postmark"] = ["A letter is not posted after it was received."]
    return errors


def taken_in(
    session: Session, new: NewCase, said: Mapping[str, Any], staff: StaffMember, mechanism: Mechanism, today: date
) -> NewCase:
    """Give the submission as a post takes it in. Raises `Invalid` for a day, `NoRight` for whose post may not."""
    if errors := wrong_days(said, today):
        raise Invalid(errors, field="taking")
    noted = {name: said[name] for name in NOTED if said.get(name)}
    post = session.scalars(
        select(PostRow).where(PostRow.code.in_(staff.posts), PostRow.active).order_by(PostRow.code)
    ).all()
    fit = next((one for one in post if openers(mechanism).intersection(one.roles)), None)
    if fit is None:
        raise NoRight
    taken = Taken(fit.code, frozenset(fit.roles), noted)
    how = replace(new, channel=said["channel"], received_on=said["received_on"], withheld=said["withheld"], taken=taken)
    return _heard_at(session, how, str(said["visit"]), staff) if said.get("visit") else how


def _heard_at(session: Session, new: NewCase, reference: str, staff: StaffMember) -> NewCase:
    """Link it with the visit at which it was said: one that is recorded here, and that whoever takes it in may see."""
    known = select(CaseRow).where(CaseRow.reference == (normalise_reference(reference) or "-"))
    visit = session.scalars(known.where(may_see(staff, CaseRow.id))).one_or_none()
    mechanism = session.here.mechanisms.get(visit.mechanism) if visit else None
    kind = mechanism.kind(visit.kind) if mechanism and visit else None
    if visit is None or kind is None or not kind.hears:
        raise Invalid({"visit": ["No visit that you may see has this reference."]}, field="taking")
    return replace(new, parent=visit.id, relation=kind.hears)


def may_take(staff: StaffMember, mechanism: Mechanism, kind: Kind) -> bool:
    """Tell whether somebody's posts may take in a kind that is opened by hand."""
    opened = kind.offered and kind.record == "case" and not mechanism.retired
    return opened and not openers(mechanism).isdisjoint(staff.roles)


def taken_here(staff: StaffMember) -> Iterator[tuple[Mechanism, str, Kind]]:
    """Give the kinds that somebody's posts may take in, in the county's order."""
    for mechanism in here_now.get().here.mechanisms.values():
        for name in mechanism.kinds:
            kind = mechanism.kind(name)
            if kind is not None and may_take(staff, mechanism, kind):
                yield mechanism, name, kind
