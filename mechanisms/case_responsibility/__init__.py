"""A leader in charge of a hard case (领导包案): in person, by a plan, to the end; handed over only to who accepts."""

from lianxin.plugin import Deadline, Kind, Mechanism, Party, share

from .workflow import CHARGES

mechanism = Mechanism(
    name="case_responsibility",
    version=1,
    title="Leaders in charge",
    hint="A leader takes a hard case in hand and sees it to its end.",
    kinds={
        "charge": Kind(
            title="A leader has charge",
            hint="Opened by a head who names a leader, or by the ladder of a broken term.",
            conflict="decision",
            offered=False,
            relation="charge",
        ),
    },
    workflow=CHARGES,
    opened_by=("step", "rung"),
    promises=(Deadline("charge.plan"),),
    parties=(Party("petitioner", "Petitioner"),),
    public=("township", "category", "outcome"),
    indicators=(share("carried_out", "closed"),),
)
