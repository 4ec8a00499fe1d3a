"""Petitions (信访工作条例): registered, heard, answered by an opinion that two people read and a head signs."""

from lianxin.plugin import Deadline, Kind, Mechanism, Party, Register, share

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
    public=("township", "category", "outcome", "days"),
    indicators=(share("supported", "closed"),),
)
