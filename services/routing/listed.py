"""Lists of cases: for every unit or post that may see a case one narrow row, in the order in which lists show it.

The database's own triggers keep the rows (migration `routing_0014`), whatever writes a case or who may see it. So a
page of a list is read from the start of an index, however many cases there are; whether somebody may see them is asked
of `case_access` all the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import product
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Index,
    Integer,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    true,
    tuple_,
    union,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from services.routing.models import Base, CaseRow
from shared.access.actor import StaffMember
from shared.access.cases import names_of, not_barred

FIRST = datetime(1970, 1, 1, tzinfo=UTC)  # the rank of what is urgent and not closed: before everything
FAR = datetime(9999, 12, 31, tzinfo=UTC)  # the rank of what has no date: behind everything
OWN = ("what", "code")
# Written into the question: of a parameter PostgreSQL would think that a tenth of all was wanted, and sort that much.
MOST = bindparam("most", type_=Integer(), literal_execute=True)
IS_OPEN = text("phase <> 'closed'")


class ListedRow(Base):
    """A case on the list of a unit or post that may see it. `rank` is its place: the day due, `FIRST` or `FAR`."""

    __tablename__ = "listed"
    __table_args__ = (
        Index(
            "ix_listed_open",
            *("what", "code", "rank", "case"),
            postgresql_include=["due"],
            postgresql_where=IS_OPEN,
            sqlite_where=IS_OPEN,
        ),
        Index("ix_listed_phase", "what", "code", "phase", "rank", "case"),
    )

    case: Mapped[str] = mapped_column(String(32), primary_key=True)
    what: Mapped[str] = mapped_column(String(8), primary_key=True)
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    rank: Mapped[datetime]
    phase: Mapped[str] = mapped_column(String(16))
    due: Mapped[datetime | None]


# Written out: of a parameter the database can't know that the index of open cases serves.
OPEN: ColumnElement[bool] = ListedRow.phase != literal_column("'closed'")
PLACE = (ListedRow.rank, ListedRow.case)
ELSEWHERE = aliased(ListedRow)
WINDOWS: Mapping[str, tuple[str, str]] = {
    "late": ("", "now"),
    "today": ("now", "midnight"),
    "soon": ("midnight", "soon"),
}


class Lists(NamedTuple):
    """How many lists somebody has, and how many of them, the first ones, are of units."""

    number: int
    units: int

    @classmethod
    def of(cls, staff: StaffMember) -> "Lists":
        """Give the numbers of a staff member's lists."""
        return cls(len(staff.units) + len(staff.posts), len(staff.units))


def lists_of(staff: StaffMember) -> list[tuple[str, str]]:
    """Give the lists of a staff member: what kind it is, and whose."""
    return [*(("unit", one) for one in staff.units), *(("post", one) for one in staff.posts)]


def given(staff: StaffMember, **more: Any) -> dict[str, Any]:
    """Give the parameters of a question that `first_of` made for as many lists."""
    own: dict[str, Any] = {"names": names_of(staff)}
    for number, (what, code) in enumerate(lists_of(staff)):
        own |= {f"what{number}": what, f"code{number}": code}
    return {**own, **more}


def first_of(
    lists: Lists, stretches: Sequence[ColumnElement[bool]], *narrowed: ColumnElement[bool]
) -> Select[datetime, str]:
    """Make the question for rank and id of the first `most` cases in these stretches of so many lists, none barred.

    Each stretch of each list is read for itself, no further than `most`: a list of many is as quick as one of few. It
    is made once and asked by parameters (`given`), for making it takes longer than the answer. `narrowed` may ask of
    `CaseRow` as well.
    """
    parts = (part.order_by(*PLACE).limit(MOST) for part in _parts(lists, stretches, narrowed))
    together = union(*map(_apart, parts)).subquery()
    return select(together.c.rank, together.c.case).order_by(together.c.rank, together.c.case).limit(MOST)


def number_of(lists: Lists, stretches: Sequence[ColumnElement[bool]]) -> ScalarSelect[int]:
    """Make the question how many cases stand in these stretches; of each no more than `most` are counted."""
    parts = (part.limit(MOST) for part in _parts(lists, stretches, ()))
    return select(func.count()).select_from(union(*map(_apart, parts)).subquery()).scalar_subquery()


def _parts(
    lists: Lists, stretches: Sequence[ColumnElement[bool]], narrowed: Sequence[ColumnElement[bool]]
) -> Iterator[Select[datetime, str]]:
    for number, stretch in product(range(lists.number), stretches):
        own = (getattr(ListedRow, name) == bindparam(f"{name}{number}") for name in OWN)
        part = select(*PLACE).where(*own, stretch, not_barred(bindparam("names", expanding=True), ListedRow.case))
        others = [one for one in range(lists.units) if one != number]
        part = part.where(~_is_due_earlier(others)) if others and number < lists.units else part
        yield part.join(CaseRow, CaseRow.id == ListedRow.case).where(*narrowed) if narrowed else part
    if not lists.number:
        yield select(*PLACE).where(false())


def _is_due_earlier(others: Sequence[int]) -> ColumnElement[bool]:
    """Tell whether one of these lists has the case before: a unit that helps and one that leads have days of their own.

    So for who works in both it stands once, where it is due first.
    """
    mine = or_(*(and_(*(getattr(ELSEWHERE, name) == bindparam(f"{name}{one}") for name in OWN)) for one in others))
    same, sooner = ELSEWHERE.rank == ListedRow.rank, ELSEWHERE.due < ListedRow.due
    before = or_(ELSEWHERE.rank < ListedRow.rank, and_(same, sooner))
    return exists().where(ELSEWHERE.case == ListedRow.case, mine, before)


def _apart(part: Select[datetime, str]) -> Select[Any]:
    return select(part.subquery())


def due(window: str) -> list[ColumnElement[bool]]:
    """Give the stretches of a list in which something is due in a window; the parameters are its ends.

    What is urgent stands before the days, so it is a stretch of its own.
    """
    if not window:
        return [true()]
    since_ever = literal(FIRST, ListedRow.rank.type)
    since, until = (bindparam(name, type_=ListedRow.rank.type) if name else since_ever for name in WINDOWS[window])
    urgent = and_(ListedRow.rank == since_ever, ListedRow.due > since, ListedRow.due <= until)
    return [urgent, and_(ListedRow.rank > since, ListedRow.rank <= until)]


def behind() -> ColumnElement[bool]:
    """Give the condition for what stands behind the place of parameters `rank` and `after`."""
    return tuple_(*PLACE) > tuple_(bindparam("rank", type_=ListedRow.rank.type), bindparam("after", type_=String()))
