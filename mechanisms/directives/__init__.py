"""Supervise and urge (信访工作条例 22, 39): a directive to the unit that has a case: date, reply, ladder."""

from lianxin.plugin import Kind, Letter, Mechanism, share

from .workflow import DIRECTIVES

mechanism = Mechanism(
    name="directives",
    version=1,
    title="Directives",
    hint="The unit above, or the petition office, urges the unit that has a case, and reads its reply.",
    kinds={
        "directive": Kind(
            title="Directive",
            hint="Opened by a head who supervises a case, or by the ladder of a broken term.",
            conflict="none",
            offered=False,
            relation="directive",
        ),
    },
    workflow=DIRECTIVES,
    opened_by=("step", "rung"),
    writes={"directive": Letter("督", "Written directive")},
    parties=(),
    indicators=(share("fulfilled", "closed"),),
)
