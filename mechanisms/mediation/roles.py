"""Who takes part in a mediation, and in which states it goes on; the other files name them by these words."""

applicant, respondent = both = ("applicant", "respondent")
registrar, mediator, head = "registrar", "mediator", "head"
mine = ("take on",)  # who took it on mediates, and nobody else

choosing = ("agreed", "unnamed")
in_hand = ("named", "meeting", "proposed", "signed")
talking = ("invited", *choosing, *in_hand)
TERM = "mediation.conclude"
COME = "mediation.come"
