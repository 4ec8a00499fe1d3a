"""Review and re-review of a petition's answer (信访工作条例 35, 36): opened by a step of a case, not at the door."""

from lianxin.plugin import Deadline, Kind, Letter, Mechanism, share

from . import rules
from .workflow import REVIEWS

mechanism = Mechanism(
    name="reviews",
    version=1,
    title="Reviews",
    hint="The level above looks at an answer again, because the person asked for it.",
    kinds={
        "review": Kind(
            title="Review",
            hint="Asked for after the answer; the level above decides.",
            conflict="decision",
            offered=False,
        ),
        "re_review": Kind(
            title="Re-review",
            hint="Asked for after the review; one level further up, and the last.",
            conflict="decision",
            offered=False,
        ),
    },
    workflow=REVIEWS,
    promises=(
        Deadline("petition.review", when=rules.is_review),
        Deadline("petition.re_review", when=rules.is_re_review),
    ),
    opened_by=("step",),
    writes={
        "review_opinion": Letter("查", "Opinion on a review"),
        "hearing": Letter("听", "Notice of a hearing in a re-review"),
    },
    public=("township", "category", "outcome", "days"),
    indicators=(share("redo", "closed"),),
)
