"""Suggestions (信访工作条例 29): with or without a name; studied, adopted, partly, not, and always why."""

from lianxin.plugin import Deadline, Kind, Letter, Mechanism, Party, share

from . import schemas
from .workflow import SUGGESTIONS

mechanism = Mechanism(
    name="suggestions",
    version=1,
    title="Suggestions",
    hint="An idea for the county, your township or a public service. You need not give your name.",
    kinds={
        "suggestion": Kind(
            schemas.Suggestion,
            title="Make a suggestion",
            hint="What could be better, and how? Everybody gets an answer with reasons.",
            conflict="none",
        )
    },
    workflow=SUGGESTIONS,
    parties=(Party("petitioner", "Person who suggests"),),
    promises=(Deadline("suggestion.reply"),),
    writes={
        "decision": Letter("建", "Answer to a suggestion"),
        "joined": Letter("并", "Notice that cases are joined"),
    },
    public=("township", "category", "outcome", "days"),
    indicators=(share("adopted", "closed"), share("partly_adopted", "closed")),
)
