"""Visits and reception days: officials go to residents; what each person says becomes that person's own case."""

from lianxin.plugin import Deadline, Kind, Mechanism

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
        "planned": Kind(schemas.Planned, title="Planned visit", conflict="none", offered=False, hears=HEARD),
    },
    workflow=VISITS,
    parties=(),
    promises=(Deadline("visit.record", when=rules.is_planned),),
    opened_by=("officer", "leader", "head", "duty"),
    public=("township", "days"),
    duties=True,
)
