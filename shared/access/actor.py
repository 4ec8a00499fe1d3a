"""Who asks: anybody, the holder of a receipt, or a staff member by posts."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StaffMember:
    """A signed-in staff member: opaque person id, session, posts held, their units and roles, scopes of a token."""

    person: str
    session: str
    display: str
    posts: tuple[str, ...]
    units: tuple[str, ...]
    roles: frozenset[str]
    scopes: frozenset[str] = frozenset({"desk"})

    def may(self, role: str) -> bool:
        """Tell whether one of the posts bears the role."""
        return role in self.roles


@dataclass(frozen=True)
class ReceiptHolder:
    """Somebody who showed a receipt: of which case, in which role."""

    case: str
    role: str
