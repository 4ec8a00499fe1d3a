"""Mediation (人民调解法): two parties with equal rights, a mediator both agree to, and nothing without both."""

from lianxin.plugin import Deadline, Kind, Letter, Mechanism, Party, Register, share

from . import rules, schemas
from .workflow import MEDIATION

mechanism = Mechanism(
    name="mediation",
    version=1,
    title="Mediation",
    hint="A dispute with a neighbour, in the family, over money or land. Free of charge, and only if both want it.",
    kinds={
        "dispute": Kind(
            schemas.Dispute,
            title="Ask for mediation",
            hint="The other side is asked, and reads the title. Either side can end it at any time.",
            conflict="none",
            identity=("verified", "claimed"),
        ),
    },
    workflow=MEDIATION,
    parties=(Party("applicant", "Who asked for it"), Party("respondent", "The other side")),
    promises=(Deadline("mediation.answer"),),
    registers=(
        Register(
            "mediators",
            schemas.Mediator,
            home="routing",
            unique="post",
            title="Mediators",
            kept_by=("head", "registrar"),
            shows=("name", "about"),
        ),
    ),
    opened_by=("resident", "mediator", "court"),
    refuses=(rules.office_at_fault,),
    says=(rules.FOR_PEOPLE,),
    bars=(rules.tied_to_a_party,),
    writes={
        "invitation": Letter("邀", "Invitation to a mediation"),
        "not_mediated": Letter("告", "Notice that it can't be mediated", remedy=rules.OTHER_ROADS),
        "not_come": Letter("结", "Notice that no answer came", remedy=rules.OTHER_ROADS),
        "agreement": Letter("协", "Mediation agreement"),
        "oral_record": Letter("记", "Record of an agreement by word of mouth"),
        "remedies": Letter("终", "Notice that the mediation has ended", remedy=rules.OTHER_ROADS),
        "not_kept": Letter("履", "Notice about an agreement that was not kept", remedy=rules.TO_COURT),
    },
    public=("township", "category", "outcome", "days"),
    indicators=(share("settled", "closed"), share("kept", "settled"), share("refused", "closed")),
)
