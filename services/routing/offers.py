"""Which steps are open now, by role; and among which bodies a petitioner may choose who reviews an answer."""

from services.routing import family
from services.routing.competence.choose import reviewers
from services.routing.competence.matter import Bars, Matter
from services.routing.entries import entries_for
from services.routing.known import people_for
from services.routing.models import CaseRow
from shared.access.cases import barred_from
from shared.facts.values import Offer, OfferedEntry
from shared.kit.session import Session
from shared.workflow.case import Case
from shared.workflow.declare import Step
from shared.workflow.engine import offered, proposal
from shared.workflow.offered import asks_among_units


def offers_of(session: Session, row: CaseRow, case: Case) -> tuple[Offer, ...]:
    """Give the steps that are open now, by role, each with the units among which it lets one choose."""
    workflow = session.here.mechanisms[row.mechanism].workflow
    return tuple(
        Offer(
            step=step.name,
            by=role,
            units=bodies_for(session, row, step),
            entries=_entries(session, row, case, step),
            to=proposal(case, step),
        )
        for step, role in offered(workflow, case)
    )


def _entries(session: Session, row: CaseRow, case: Case, step: Step) -> tuple[OfferedEntry, ...]:
    known = entries_for(session, row, case, step).items()
    return tuple(OfferedEntry(field=name, key=key, title=title) for name, found in known for key, title in found)


def bodies_for(session: Session, row: CaseRow, step: Step) -> tuple[str, ...]:
    """Give the bodies among which a step lets the petitioner choose; none where the county or the law leaves no choice.

    Whom the case bars, or one whose answer it disputes, is not among them.
    """
    if not (session.here.county.review_choice and step.opens and asks_among_units(step.asks)):
        return ()
    judged = (row, *family.judged(session, row))
    matter = _review_of(session, row, step.opens, tuple(dict.fromkeys(one.unit for one in judged)))
    codes = frozenset(code for one in judged for code in barred_from(session, one.id))
    county = session.here.county
    people = people_for(session, matter, judged=judged)
    found = reviewers(matter, county, people, Bars(codes, codes, codes & county.unit_by_code.keys()))
    return found if len(found) > 1 else ()


def _review_of(session: Session, row: CaseRow, opens: str, judged_by: tuple[str, ...]) -> Matter:
    """Give the case that the step would open, as routing will look at it."""
    name, _, kind = opens.partition(".")
    mechanism = session.here.mechanisms[name]
    known = mechanism.kind(kind)
    return Matter(
        mechanism=name,
        category=row.category,
        place=row.place,
        conflict=known.conflict if known else "none",
        judged_by=judged_by,
        roles=mechanism.post_roles(mechanism.workflow.steps),
        first=mechanism.first_roles,
        in_person=mechanism.in_person,
    )
