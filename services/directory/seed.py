"""The county file as seed: units, edges and posts are written and told where they are new or changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.access import projection
from shared.access.tables import ConfirmedRow, PostRow, RelationRow, UnitRow
from shared.facts.base import Fact
from shared.facts.directory import DirectoryConfirmed, PostChanged, RelationChanged, UnitChanged
from shared.journal.tell import tell
from shared.kit.action import every
from shared.kit.session import Session


@dataclass(frozen=True)
class Seed:
    """A fact from the county file, the row it makes, and how that row is kept."""

    fact: Fact
    row: type[Any]
    keep: Any


def seed(session: Session, *, now: datetime) -> None:
    """Write and tell what the county file says and the tables do not say yet. Safe at every start."""
    for one in _seeds(session):
        known = session.get(one.row, one.fact.subject)
        if known is None:
            one.keep.run(session, one.fact, now=now)
            tell(session, one.fact)
    session.merge(ConfirmedRow(source="directory", at=now))


def _seeds(session: Session) -> Iterable[Seed]:
    county = session.here.county
    for unit in county.units:
        told = UnitChanged(
            subject=unit.code,
            name_zh=unit.name_zh,
            name_en=unit.name_en,
            level=unit.level,
            place=unit.place,
            phone=unit.phone,
        )
        yield Seed(told, UnitRow, projection.keep_unit)
    for edge in county.edges:
        name = f"{edge.kind}:{edge.lower}:{edge.upper}"
        relation = RelationChanged(subject=name, kind=edge.kind, lower=edge.lower, upper=edge.upper)
        yield Seed(relation, RelationRow, projection.keep_relation)
    for post in county.posts:
        changed = PostChanged(
            subject=post.code,
            unit=post.unit,
            name_zh=post.name_zh,
            name_en=post.name_en,
            roles=post.roles,
            superior=post.superior,
        )
        yield Seed(changed, PostRow, projection.keep_post)


@every(timedelta(minutes=1), name="directory-confirm")
def confirm(session: Session, subject: str, *, now: datetime) -> None:
    """Say every minute that all was told, so that every service knows how fresh its copy is."""
    session.merge(ConfirmedRow(source="directory", at=now))
    tell(session, DirectoryConfirmed(subject="directory", at=now))
