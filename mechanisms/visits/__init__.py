"""Visits and reception days: officials go to residents; what each person says becomes that person's own case."""

from lianxin.plugin import Deadline, Kind, Mechanism, Register

from . import rules, schemas
from .workflow import VISITS

HEARD = "heard_at"  # how what was said there stands to the visit

mechanism = Mechanism(
    name="visits",
    version=1,
    title="Visits and reception days",
    hint="A visit to a village or household, or a day on which residents are received.",
    kinds={
        "visit": Kind(
            schemas.Visit,
            title="Record a visit or a reception day",
            hint="One that no plan named. What each person said is taken in afterwards, one by one.",
            conflict="none",
            hears=HEARD,
        ),
        "next": Kind(
            title="Visit to a petitioner",
            hint="The petitioner agreed to it, and chose place, time and company.",
            conflict="none",
            offered=False,
            hears=HEARD,
            relation="visit",
        ),
        "planned": Kind(schemas.Planned, title="Planned visit", conflict="none", offered=False, hears=HEARD),
    },
    workflow=VISITS,
    parties=(),
    promises=(Deadline("visit.record", when=rules.is_owed),),
    registers=(Register("reception", schemas.Slot, home="intake", unique="slot", capacity="capacity", books=True),),
    opened_by=("officer", "leader", "head", "duty"),
    public=("township", "days"),
    duties=True,
)
