"""The service window (行政许可法): one form for several offices, what is missing told once, one certificate."""

from lianxin.plugin import PART_DUE, Deadline, Kind, Letter, Mechanism, Party, Register, chosen, share

from . import catalogue, rules, schemas
from .workflow import WINDOW

mechanism = Mechanism(
    name="service_window",
    version=1,
    title="Service window",
    hint="A licence, a permit or a certificate, also where several offices are in it.",
    kinds={
        "application": Kind(
            schemas.Application,
            title="Apply for a licence or certificate",
            hint="One form for all offices. You are told once what is missing, within five working days.",
            conflict="none",
            identity=("verified", "claimed"),
        ),
        "not_done": Kind(
            schemas.NotDone,
            title="It could not be got done",
            hint="An office sent you away, or from one window to another. Another office looks into it.",
            conflict="conduct",
            identity=("verified", "claimed", "anonymous"),
        ),
        "rating": Kind(title="Bad rating", conflict="none", offered=False),
        "part": Kind(schemas.Part, title="Part of an application", conflict="none", offered=False),
    },
    workflow=WINDOW,
    parties=(Party("applicant", "Applicant"),),
    promises=(
        Deadline("licence.missing_papers", when=rules.is_application),
        Deadline("window.not_done", when=rules.is_not_done),
        Deadline("window.call_back", when=rules.is_rating),
        Deadline("window.mend", when=rules.is_rating),
        Deadline(PART_DUE, on=chosen("due"), when=rules.is_part),
    ),
    registers=(
        Register("tickets", schemas.Ticket, home="intake", unique="ticket", display="queue"),
        Register("appointments", schemas.Hour, home="intake", unique="slot", capacity="capacity", books=True),
        Register("matters", catalogue.Matter, home="intake", unique="matter", display="catalogue", fills="item"),
        Register("helper_points", catalogue.HelperPoint, home="intake", unique="point", display="points"),
    ),
    opened_by=("resident", "step"),
    refuses=(rules.not_authorised,),
    writes={
        "papers": Letter("补", "Notice of what is missing"),
        "acceptance": Letter("受", "Notice that the application is accepted"),
        "excluded": Letter("除", "Notice of time that is left out"),
        "extension": Letter("延", "Notice of more time for the application"),
        "joint_extension": Letter("联延", "Notice of more time for an application of several offices"),
        "part": Letter("联", "Opinion of an office that has a part"),
        "decision": Letter("许", "Decision on an application", remedy=rules.COURT),
        "certificate": Letter("证", "Certificate"),
        "not_done": Letter("办", "Answer about what could not be got done", remedy=rules.ABOVE),
    },
    public=("township", "category", "outcome", "days"),
    indicators=(share("granted", "closed", "application"), share("refused", "closed", "application")),
)
