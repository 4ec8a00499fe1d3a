"""Pure rules of a mediation: who may meet, who may mediate, and when an agreement is kept."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from lianxin.plugin import Case, lies_ahead, local_day

SIDES = ("applicant", "respondent")
INVITES = ("screen", "invite again", "invite anew")
TIME_TO_COME = timedelta(days=15)
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


def both_chose_one(case: Case, said: Mapping[str, Any]) -> bool:
    """Both chose the same mediator."""
    return bool(said["mediator"] == case.said("choose", "mediator"))


def both_said_one(case: Case, said: Mapping[str, Any]) -> bool:
    """Both chose the same mediator."""
    return bool(said["mediator"] == said["theirs"])


def there_was_time_to_come(case: Case) -> bool:
    """The last invitation is 15 days old: whoever gets a letter has time to think."""  # noqa: D401 - the desk shows this line
    invited = case.last_of(INVITES)
    return invited is not None and not lies_ahead(case, local_day(invited.at) + TIME_TO_COME)


def may_hold(case: Case) -> bool:
    """The mediator noted how it was seen who each side is, and every day of the agreement lies ahead."""  # noqa: D401 - the desk shows this line
    return both_are_known(case) and its_days_lie_ahead(case)


def both_are_known(case: Case) -> bool:
    """Who came by a code is whoever says so until somebody saw a paper; a new invitation begins that anew."""
    seen: set[str] = {"applicant"} if case.identity == "verified" else set()
    for done in case.history:
        if done.step in INVITES:
            seen.discard("respondent")
        if done.step == "see identity":
            seen |= set(SIDES) if done.inputs["who"] == "both" else {done.inputs["who"]}
    return seen == set(SIDES)


def its_days_lie_ahead(case: Case) -> bool:
    """Every day of the agreement lies ahead; where one is over, the mediator writes it anew."""
    lines = case.said("propose", "instalments") or ()
    return all(lies_ahead(case, date.fromisoformat(line["on"])) for line in lines)


def may_be_confirmed(case: Case) -> bool:
    """The time for joint confirmation by the court still runs."""  # noqa: D401 - the page shows this line
    return "mediation.confirm" in case.running


def a_day_has_come(case: Case) -> bool:
    """A day of the agreement has come, and was not followed up."""  # noqa: D401 - the desk shows this line
    days = [line["on"] for line in case.said("propose", "instalments") or ()]
    due = days[_followed_up(case) :]
    return bool(due) and not lies_ahead(case, date.fromisoformat(due[0]))


def _followed_up(case: Case) -> int:
    return sum(done.step == "follow up" for done in case.history)


def all_was_kept(case: Case) -> bool:
    """Each day of the agreement was followed up and kept, and the time to ask the court for confirmation is over."""
    told = [done.inputs["kept"] for done in case.history if done.step == "follow up"]
    days = case.said("propose", "instalments") or ()
    return len(told) >= len(days) and set(told) <= {"yes"} and not may_be_confirmed(case)


def somebody_says_so(case: Case) -> bool:
    """Somebody says that it was not kept: a party, or whoever asked."""
    return "broken" in case.done or any(done.inputs.get("kept") in ("partly", "no") for done in case.history)


def not_before_it_was_written(case: Case, day: date) -> bool:
    """The day must not lie before the day on which the agreement was written down."""  # noqa: D401 - the form shows this line
    return day >= local_day(case.done["propose"].at)
