"""Before a petition is written: is it the right road? Plain words; whatever they say, it may be sent."""

from lianxin.plugin import Ask, Guide, Remedy, Road, Way

from .roads import RECONSIDERATION

QUESTIONS = {
    "what": Ask(
        "What is it about?",
        {
            "decision": Way("A decision of an office that I find wrong", "received"),
            "dispute": Way("A quarrel with an employer, a neighbour or a company", "dispute"),
            "court": Way("A judgment, or a case that the police or a court has", "court"),
            "idea": Way("An idea how something could be better", "idea"),
            "official": Way("An official who takes money or breaks the law", "official"),
            "other": Way("Something else", "petition"),
        },
        look="Take what fits best. You decide nothing by it.",
    ),
    "received": Ask(
        "Did you get the decision in writing, such as a fine or a refusal?",
        {"yes": Way("Yes", "reconsideration"), "no": Way("No, or I am not sure", "petition")},
        look="Look for the day on which you got it: the time to dispute it runs from there.",
    ),
    "dispute": Ask(
        "Whom do you quarrel with?",
        {
            "employer": Way("My employer: wages, dismissal, insurance", "arbitration"),
            "neighbour": Way("A neighbour or a relative", "mediation"),
            "company": Way("A company or somebody I have a contract with", "court"),
            "office": Way("An office, after all", "received"),
        },
    ),
}
ROADS = {
    "petition": Road("A petition is the right way", "An office will hear you, look into it and answer in writing."),
    "idea": Road(
        "A suggestion is simpler",
        "It is studied and answered too, and you need not give your name.",
        leads="suggestions.suggestion",
    ),
    "official": Road(
        "The discipline organ looks into such things",
        "It keeps secret who reported. Do not name witnesses here.",
        remedies=(Remedy("You may report to the discipline inspection and supervision organ yourself."),),
    ),
    "reconsideration": Road(
        "There is a quicker way to dispute a decision",
        "The reconsideration organ can change or annul it. Do not let the time for that pass.",
        remedies=(RECONSIDERATION,),
    ),
    "arbitration": Road(
        "The arbitration commission decides such disputes",
        "An office can't decide them in its place. Do not let the time for that pass.",
        remedies=(Remedy("You may apply to the arbitration commission. Ask there by when; do not wait."),),
    ),
    "mediation": Road(
        "A people's mediator may help you both",
        "It is free, and nothing happens without your consent. Ask in your village or township.",
    ),
    "court": Road(
        "Courts decide such things",
        "An office can't change a judgment. Do not let the time for an appeal pass.",
        remedies=(Remedy("You may turn to the people's court. Ask there by when; legal aid may be open to you."),),
    ),
}
BEFORE = Guide("before", "Is a petition the right way?", QUESTIONS, ROADS)
