"""Who can act: units that exist and have somebody who may, the way up from those that don't, and who stands in."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from services.routing.competence.matter import Bars, Line, Matter, People
from shared.county.model import County
from shared.county.structure import Conflict, EdgeKind, Post

# By which edges a case of a class climbs: a report only to who has authority over the cadre; a village is guided,
# not commanded, and a matter of its own may still go to the township.
CLIMBS: dict[Conflict, tuple[EdgeKind, ...]] = {
    "report": ("cadre_authority",),
    "conduct": ("government", "sector", "guides"),
    "decision": ("government", "sector", "guides"),
    "none": ("government", "sector", "guides"),
}
REVIEWS_CLIMB: tuple[EdgeKind, ...] = ("government", "sector")  # who only guides a village judges none of its answers
# The unit keeps the case though its own officer may not or can't act: somebody from above fills in.
ANSWERS_ITSELF: tuple[Conflict, ...] = ("none", "decision")


@dataclass(frozen=True)
class Eligible:
    """The questions about one matter: may this unit take it, who above may, which posts elsewhere must help out."""

    matter: Matter
    county: County
    people: People
    bars: Bars
    passed: frozenset[str] = frozenset()

    def today(self, unit: str) -> str | None:
        """Give the unit or, where it was merged or abolished, its successor of today; None where there is none."""
        return self.county.standing(unit, self.people.today)

    def why_not(self, unit: str) -> str | None:
        """Give why a unit can't take the matter, an English msgid; None where it can."""
        if unit in self.bars.units or unit in self.passed:
            return "%(unit)s is passed over: the case is about it."
        if not any(self._filled(unit, role) for role in self.matter.first):
            return "%(unit)s is passed over: nobody there may or can take the case."
        if self.matter.judged_by and any(self._barred_for_good(unit, role) for role in self.matter.roles):
            return "%(unit)s is passed over: whoever would decide there may not, and nobody above fills in."
        return None

    def _barred_for_good(self, unit: str, role: str) -> bool:
        """Tell whether the case bars everybody of a unit who has a role, and no post above can fill in today.

        Who is on leave comes back; who acts for somebody barred meanwhile is no reason to wait for him.
        """
        own = self._bearing(unit, role)
        return bool(own) and all(self._barred(post) for post in own) and self._stand_in(unit, role) is None

    def _barred(self, post: Post) -> bool:
        holders = self.people.holders.get(post.code, frozenset())
        named = post.code in self.bars.posts or post.unit in self.bars.units
        return named or (bool(holders) and holders <= self.bars.people)

    def _filled(self, unit: str, role: str) -> bool:
        """Tell whether somebody can act in a role: of the unit, or from above where the unit itself has to answer."""
        posts = self._bearing(unit, role)
        unlisted = not self.county.posts_of_unit.get(unit)  # its people are not in the file: somebody will be there
        own = any(self.fit(post) for post in posts) or (unlisted and not self.matter.in_person)
        return own or (self.matter.conflict in ANSWERS_ITSELF and self._stand_in(unit, role) is not None)

    def fit(self, post: Post) -> bool:
        """Tell whether somebody may and can act in a post; one whose holder is not known yet counts as filled."""
        acting = self.people.acting.get(post.code, frozenset())
        barred = post.code in self.bars.posts or post.unit in self.bars.units
        return not barred and post.code not in self.people.away and not (acting and acting <= self.bars.people)

    def somebody(self, unit: str, roles: Collection[str]) -> bool:
        """Tell whether a post of a unit that may and can act bears one of these roles; where none is listed, yes."""
        posts = self.county.posts_of_unit.get(unit)
        if not posts:  # its people are not in the file
            return unit not in self.bars.units
        return any(not set(roles).isdisjoint(post.roles) and self.fit(post) for post in posts)

    def way_up(self, unit: str) -> Iterator[str]:
        """Climb from a unit by the edges of the matter's class, the nearest first; never the same unit twice."""
        seen, above = {unit}, self._above(unit)
        while above is not None and above not in seen:
            yield above
            seen.add(above)
            above = self._above(above)

    def bodies_above(self, unit: str) -> Iterator[str]:
        """Give who may review an answer of this unit: both bodies right above it, then both above each of those.

        The government comes before the sector, and a body right above before any further up.
        """
        seen, level = {unit}, [unit]
        while level:
            ways = [self.county.above(one, kind, self.people.today) for one in level for kind in REVIEWS_CLIMB]
            level = [one for one in dict.fromkeys(ways) if one is not None and one not in seen]
            yield from level
            seen.update(level)

    def _above(self, unit: str) -> str | None:
        edges = REVIEWS_CLIMB if self.matter.judged_by else CLIMBS[self.matter.conflict]
        ways = (self.county.above(unit, kind, self.people.today) for kind in edges)
        return next((above for above in ways if above is not None), None)

    def first_of(self, units: Iterator[str], lines: list[Line]) -> str | None:
        """Give the first of these units that can take the matter; why others can't is added to `lines`."""
        for named in units:
            unit = self.today(named)
            if unit is None:
                lines.append(Line("%(unit)s no longer exists and has no successor.", named))
                continue
            if unit != named:
                lines.append(Line("%(unit)s no longer exists; its successor takes its cases.", named))
            if (why := self.why_not(unit)) is None:
                return unit
            lines.append(Line(why, unit))
        return None

    def stand_ins(self, unit: str) -> tuple[str, ...]:
        """Give posts above the unit that fill in for roles in which nobody of the unit may or can act."""
        found = (self._stand_in(unit, role) for role in sorted(self.matter.roles))
        return tuple(dict.fromkeys(post for post in found if post is not None))

    def _stand_in(self, unit: str, role: str) -> str | None:
        own = self._bearing(unit, role)
        if not own or any(self.fit(post) for post in own):
            return None
        above = (post for upper in self.way_up(unit) for post in self._bearing(upper, role) if self.fit(post))
        return next((post.code for post in above), None)

    def _bearing(self, unit: str, role: str) -> list[Post]:
        return [post for post in self.county.posts_of_unit.get(unit, ()) if role in post.roles]
