"""Petitions (信访工作条例): registered, heard, answered by an opinion that two people read and a head signs."""

from lianxin.plugin import Deadline, Kind, Letter, Mechanism, Party, Register, share

from . import rules, schemas
from .before import BEFORE
from .joint import JOINT, how_many
from .workflow import PETITIONS

mechanism = Mechanism(
    name="petitions",
    version=1,
    title="Petitions",
    hint="A demand that concerns you: a right, a payment, a decision you can't accept.",
    kinds={
        "petition": Kind(
            schemas.Petition,
            title="Submit a petition",
            hint="You get a written answer, with its legal basis and the way to a review.",
            conflict="decision",
            identity=("verified", "claimed", "anonymous"),
            guide=BEFORE,
        ),
        "conduct": Kind(
            schemas.Petition,
            title="Complain about how somebody behaved",
            hint="Rude, slow on purpose, unfair: whose post you name, and the direct superior, never read it; name "
            "only the office, and nobody there does.",
            conflict="conduct",
            identity=("verified", "claimed", "anonymous"),
        ),
        "joint": JOINT,
    },
    workflow=PETITIONS,
    remarks=(how_many,),
    parties=(Party("petitioner", "Petitioner"),),
    promises=(
        Deadline("petition.forward", when=rules.to_petition_office),
        Deadline("petition.notice", when=rules.to_an_organ),
    ),
    registers=(Register("reception", schemas.Slot, home="intake", unique="slot", capacity="capacity"),),
    writes={
        "acceptance": Letter("受", "Notice of acceptance"),
        "not_accepted": Letter("告", "Notice that it is not accepted", remedy=rules.WHERE_TO_TURN),
        "no_longer_accepted": Letter("终", "Notice that it is no longer accepted"),
        "diverted": Letter("途", "Notice of the road by which it goes"),
        "extension": Letter("延", "Notice of more time"),
        "hearing": Letter("听", "Notice of a hearing"),
        "joined": Letter("并", "Notice that cases are joined"),
        "opinion": Letter("复", "Opinion on a petition"),
    },
    public=("township", "category", "outcome", "days"),
    indicators=(share("supported", "closed"),),
)
