"""Pure rules of a mediation: who may meet, who may mediate, and when an agreement is kept."""

from datetime import date

from lianxin.plugin import Case, chosen_entry, lies_ahead

OTHER_ROADS = (
    "You can still go another road: arbitration where the law provides it, the office in charge, or the court. "
    "That a mediation was tried takes none of your rights."
)
TO_COURT = (
    "A dispute about what an agreement says, or whether it is kept, can be brought before the court. Where the court "
    "confirmed the agreement, it can be asked to enforce it."
)
FOR_PEOPLE = (
    "Mediation is for disputes between people. What an office decided or did is no matter for it: submit a "
    "petition, or ask for an administrative review."
)
FELL = ("ask for another", "step aside")  # after these whoever was to mediate does so no more


def office_at_fault(case: Case) -> str | None:
    """Refuse what only the road against an office can mend."""
    if case.about_units or case.details.get("office"):
        return FOR_PEOPLE
    return None


def tied_to_a_party(case: Case) -> tuple[str, ...]:
    """Keep the matter from whoever was named as related to a party."""
    return case.about_posts


def safe_to_meet(case: Case, danger: str) -> bool:
    """Where somebody has to fear the other side, nothing is mediated: close it as no matter for mediation."""
    return danger != "violence"


def same_as_the_other(case: Case, mediator: str) -> bool:
    """The other side chose somebody else: choose the same, or let the committee name one."""  # noqa: D401 - the form shows this line
    return not case.progress.get("choose") or mediator == chosen_entry(case, "mediator")


def is_free(case: Case, mediator: str) -> bool:
    """Choose another one: this mediator is related to a party, stepped aside, or was declined."""
    return mediator not in {*_declined(case), *(case.said("screen", "tied") or ())}


def _declined(case: Case) -> set[str | None]:
    """Give whom a party declined, and who stepped aside."""
    found, named = set(), None
    for done in case.history:
        named = done.inputs.get("mediator") or named
        if done.step in FELL:
            found.add(named)
    return found


def its_days_lie_ahead(case: Case) -> bool:
    """Every day of the agreement lies ahead; where one is over, the mediator writes it anew."""
    lines = case.said("propose", "instalments") or ()
    return all(lies_ahead(case, date.fromisoformat(line["on"])) for line in lines)


def may_be_confirmed(case: Case) -> bool:
    """The time for joint confirmation by the court still runs."""  # noqa: D401 - the page shows this line
    return "mediation.confirm" in case.running


def all_was_followed_up(case: Case) -> bool:
    """Each day of the agreement was followed up."""
    return "mediation.follow_up" not in case.owed
