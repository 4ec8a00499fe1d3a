"""The legal road of a petition (信访工作条例 31 (1)-(6), beside 19, 22, 29, 30, 36): asked at triage, one by one."""

from lianxin.plugin import Ask, Guide, Remedy, Road, Way

ARTICLE = "信访工作条例 31"
RECONSIDERATION = Remedy(
    "You may apply for administrative reconsideration. The time runs from the day you knew of the decision.",
    "reconsideration.apply",
)


def other_road(title: str, means: str, notice: str, *remedies: Remedy, basis: str = ARTICLE) -> Road:
    """Make a road away from here; the notice says who decides, and what to bring."""
    return Road(title, means, basis=basis, step="divert", notice=notice, remedies=remedies)


QUESTIONS = {
    "sort": Ask(
        "What does the person want?",
        {
            "demand": Way("A right, a payment, a decision put right", "final"),
            "idea": Way("That something be done better", "suggestion"),
            "report": Way("That somebody's breach of discipline or law be looked into", "discipline"),
        },
        basis="信访工作条例 29、30、31",
        means="Suggestions are studied and answered, reports go to the discipline organ, demands go on here.",
        look="Read what is asked for, not the tone. Where it is several things, take the one that is asked for most.",
    ),
    "final": Ask(
        "Did a re-review already decide on the same facts and reasons?",
        {"no": Way("No", "elsewhere"), "yes": Way("Yes", "final_already")},
        basis="信访工作条例 36",
        means="After a re-review the same facts and reasons are not taken up again. New facts are.",
        look="Ask what is new since then, and look at the opinion of the re-review.",
    ),
    "elsewhere": Ask(
        "Is the same matter under way at another office, within its time?",
        {"no": Way("No", "court"), "yes": Way("Yes", "handled")},
        basis="信访工作条例 19",
        means="What another office accepted and is still within its time to answer is not taken up a second time.",
        look="Ask for that office's notice, and whether its day has passed.",
    ),
    "court": Ask(
        "Is it for a court, the procuratorate or the police to decide?",
        {
            "no": Way("No", "arbitration"),
            "court": Way("A court: a suit, an appeal, enforcement of a judgment", "court_road"),
            "procuratorate": Way("The procuratorate: opening a criminal case, legal supervision", "procuratorate"),
            "police": Way("The police: their own legal procedure", "police"),
        },
        basis="信访工作条例 31（一）、22",
        means="Matters of litigation go by the procedure of the law; the political-legal organ gets them.",
        look="Ask whether there is a case number, a judgment or a record of a report to the police.",
    ),
    "arbitration": Ask(
        "Must it be settled by arbitration?",
        {"no": Way("No", "internal"), "yes": Way("Yes", "arbitration_road")},
        basis="信访工作条例 31（二）",
        means="Disputes for which the law provides arbitration are led there.",
        look="Ask who the other side is: an employer, or whoever contracted the land out?",
    ),
    "internal": Ask(
        "Is it an appeal against a decision of a party or public body about its own member or staff?",
        {"no": Way("No", "procedure"), "yes": Way("Yes", "internal_road")},
        basis="信访工作条例 31（三）",
        means="A party member's appeal or a request for re-examination is led into that procedure.",
        look="Ask who decided, and whether the decision names the way to appeal.",
    ),
    "procedure": Ask(
        "Is there an administrative procedure for it?",
        {
            "no": Way("No", "duty"),
            "reconsideration": Way("A decision of an office is disputed: reconsideration", "reconsideration"),
            "ruling": Way("Two parties dispute what an office may rule on", "ruling"),
            "confirmation": Way("A right or a fact is to be confirmed", "confirmation"),
            "licence": Way("A licence or permit is wanted", "licence"),
            "penalty": Way("Somebody is to be punished under administrative law", "penalty"),
        },
        basis="信访工作条例 31（四）",
        means="What an administrative procedure can settle is led into it.",
        look="Ask for the decision and the day on which it was received: the time for a remedy runs from there.",
    ),
    "duty": Ask(
        "Is an office asked to investigate a breach of law, or to protect a person or property?",
        {"no": Way("No", "opinion"), "yes": Way("Yes", "duty_road")},
        basis="信访工作条例 31（五）",
        means="Whoever has that duty by law does it, or answers.",
        look="Ask which danger or damage there is now. Danger to life: report it upward at once.",
    ),
}
ROADS = {
    "opinion": Road(
        "A handling opinion",
        "None of the other roads: accept it, hear the person, look into the facts, answer by an opinion.",
        basis="信访工作条例 31（六）、34",
        step="accept",
    ),
    "suggestion": Road(
        "Answered as a suggestion",
        "Accept it and study it; what is sound is adopted wholly or partly, and the person gets an answer.",
        basis="信访工作条例 29",
        step="accept",
    ),
    "final_already": Road(
        "Decided for good",
        "No longer accepted. Say kindly what was decided and when; help and relief stay open.",
        basis="信访工作条例 36",
        step="no longer accept",
        notice="A re-review decided on the same facts and reasons. By article 36 they are not taken up again. If there "
        "are new facts, send them: they will be looked at.",
    ),
    "handled": Road(
        "Already under way at another office",
        "Not accepted here. Name that office and the day by which it answers.",
        basis="信访工作条例 19",
        step="not accept",
        notice="Another office accepted the same matter and is still within its time to answer. By article 19 it is "
        "not accepted a second time. If that office does not answer in time, come back.",
    ),
    "discipline": other_road(
        "A report to the discipline organ",
        "It goes to the organ that manages the person's post. Never tell the person or the unit it is about.",
        "What you report is dealt with by the discipline inspection and supervision organ that is responsible for the "
        "post concerned. Your report is kept secret from whom it is about.",
        Remedy("You may report to the discipline inspection and supervision organ yourself."),
        basis="信访工作条例 22、30",
    ),
    "court_road": other_road(
        "A court's procedure",
        "A matter of litigation: the court decides by the law of procedure.",
        "What you ask for is decided by a court in its own procedure. Turn to the court, with the papers of the case.",
        Remedy("You may turn to the people's court. Ask there by when; legal aid may be open to you."),
    ),
    "procuratorate": other_road(
        "A procedure of the procuratorate",
        "Opening a criminal case, or legal supervision.",
        "What you ask for is decided by the people's procuratorate. Turn to its reception, with the papers.",
        Remedy("You may turn to the people's procuratorate. Ask there by when."),
    ),
    "police": other_road(
        "A procedure of the police",
        "The police decide in their own legal procedure.",
        "What you ask for is decided by the police in their legal procedure. Turn to the police station in charge.",
        Remedy("You may turn to the police. Where somebody is in danger now, call 110."),
    ),
    "arbitration_road": other_road(
        "Arbitration",
        "The arbitration commission decides in its own procedure.",
        "What you ask for is settled by arbitration. Turn to the arbitration commission, with the contract and proofs.",
        Remedy("You may apply to the arbitration commission. Ask there by when; do not wait."),
    ),
    "internal_road": other_road(
        "An appeal inside a party or public body",
        "The body that decided, or the one above it, examines its decision again.",
        "Appeal to the body that decided, or to the one above it, as its decision says.",
        Remedy("You may appeal to the body that decided, or to the one above it."),
    ),
    "reconsideration": other_road(
        "Administrative reconsideration",
        "The reconsideration organ examines the decision.",
        "You dispute a decision of an administrative organ. The reconsideration organ examines whether it is lawful "
        "and proper. Send it an application and the decision.",
        RECONSIDERATION,
    ),
    "ruling": other_road(
        "Administrative ruling",
        "The organ that the law names rules between the two parties.",
        "The administrative organ that the law names rules on such disputes. Apply to it, and name the other party.",
        Remedy("You may apply for an administrative ruling."),
        RECONSIDERATION,
    ),
    "confirmation": other_road(
        "Administrative confirmation",
        "The organ in charge confirms the right or the fact.",
        "The administrative organ in charge confirms such rights and facts. Apply to it, with your papers.",
        Remedy("You may apply for confirmation."),
        RECONSIDERATION,
    ),
    "licence": other_road(
        "Licence procedure",
        "The licensing organ decides on the application.",
        "A licence is needed for what you want. Apply to the licensing organ.",
        Remedy("The licensing organ decides on your application.", "licence.decide"),
        RECONSIDERATION,
    ),
    "penalty": other_road(
        "Penalty procedure",
        "The organ that enforces that law looks into it and decides on a penalty.",
        "The organ that enforces that law looks into it. Tell it who, where and when, with what proofs there are.",
        Remedy("You may report it to the organ that enforces that law."),
    ),
    "duty_road": other_road(
        "A duty to investigate or to protect",
        "The office whose duty it is does it by law, or answers. Pass it on at once where that is another office.",
        "Whoever has the legal duty to investigate or to protect will do so, or answer you.",
        Remedy("You may ask the responsible organ in writing to do its duty."),
        RECONSIDERATION,
    ),
}
LEGAL_ROAD = Guide("legal-road", "Which legal road is it? (article 31)", QUESTIONS, ROADS)


def to_step(step: str) -> dict[str, str]:
    """Give the roads that a step takes, with their titles."""
    return {name: road.title for name, road in ROADS.items() if road.step == step}
