"""Who sees a case beside the unit that leads: told anew whenever somebody has a part in it, or has none any more."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from services.routing import family
from services.routing.models import CaseRow
from services.routing.roles import read_along
from shared.access.projection import write_access
from shared.access.tables import CaseAccessRow, PostRow
from shared.county.structure import EXTERNAL
from shared.facts.case import AccessChanged
from shared.journal.tell import tell
from shared.kit.session import Session
from shared.workflow.case import CHARGE, PART

READING = (*family.REVIEWS, CHARGE, PART)  # relations of a case whose unit reads the ones that it is about


def beside(session: Session, row: CaseRow) -> tuple[str, ...]:
    """Give the units that read a case: who works with it or sent it, reviews its answer, or sees it to its end."""
    units = [*_along(session, row)]
    children = select(CaseRow).where(CaseRow.root == (row.root or row.id), CaseRow.relation.in_(READING))
    for one in session.scalars(children).all():
        if one.id != row.id and row in family.contested(session, one):
            units += [one.unit, *_along(session, one), *_filling_in(session, one)]
    return tuple(dict.fromkeys(unit for unit in units if unit not in (row.unit, EXTERNAL)))


def _along(session: Session, row: CaseRow) -> tuple[str, ...]:
    mechanism = session.here.mechanisms.get(row.mechanism)
    return (*who_asked(session, row), *(read_along(session, row, mechanism.workflow) if mechanism else ()))


def who_asked(session: Session, row: CaseRow) -> tuple[str, ...]:
    """Give the unit that leads the case of which this one is a part."""
    return (session.get_one(CaseRow, row.parent).unit,) if row.relation == PART and row.parent else ()


def _filling_in(session: Session, row: CaseRow) -> Sequence[str]:
    """Give the units of posts that stand in for a case: there is no reading a case for one post alone."""
    posts = select(CaseAccessRow.code).where(CaseAccessRow.case == row.id, CaseAccessRow.what == "post")
    return session.scalars(select(PostRow.unit).where(PostRow.code.in_(posts)).distinct()).all()


def tell_readers(session: Session, row: CaseRow, *, barred: frozenset[str] = frozenset()) -> None:
    """Tell who sees a case now, and whom it bars from now on; who stands in for somebody goes on."""
    rows = session.execute(select(CaseAccessRow.what, CaseAccessRow.code).where(CaseAccessRow.case == row.id)).all()
    codes = {what: {code for one, code in rows if one == what} for what in ("post", "barred")}
    kind = session.here.mechanisms[row.mechanism].kind(row.kind)
    access = AccessChanged(
        subject=row.id,
        units=(row.unit, *beside(session, row)),
        posts=tuple(sorted(codes["post"])),
        barred=tuple(sorted(codes["barred"] | barred)),
        conflict=kind.conflict if kind else "none",
    )
    write_access(session, access)
    tell(session, access)


def let_read(session: Session, row: CaseRow) -> None:
    """Let the unit of a review, or of a charge, read the cases it is about, and no longer one that had it before."""
    for one in family.contested(session, row):
        tell_readers(session, one)


def let_supervise(session: Session, row: CaseRow, access: Mapping[str, set[str]]) -> None:
    """Let who stands above the unit of a case that is late now read it, and the cases that it is about.

    `access` is who sees it so far, by unit and post, and who is barred: it was read for many cases at once.
    """
    mechanism = session.here.mechanisms[row.mechanism]
    new = [one for one in read_along(session, row, mechanism.workflow, late=True) if one not in access["unit"]]
    if not new:
        return
    kind = mechanism.kind(row.kind)
    session.add_all(CaseAccessRow(case=row.id, what="unit", code=one) for one in new)
    access["unit"].update(new)
    changed = AccessChanged(
        subject=row.id,
        units=tuple(dict.fromkeys((row.unit, *sorted(access["unit"])))),
        posts=tuple(sorted(access["post"])),
        barred=tuple(sorted(access["barred"])),
        conflict=kind.conflict if kind else "none",
    )
    tell(session, changed)
    if row.relation in family.REVIEWS:
        session.flush()
        let_read(session, row)
