"""The rules that hold in a county: the shipped ones, its own beside them, and its choice for a last day off."""

from pathlib import Path

from shared.county.model import County
from shared.law.own import with_own, with_rolls
from shared.law.packs import Rules


def rules_of(county: County) -> Rules:
    """Give the rules by which everything in a county counts. Raises `StartError`, one line for each mistake."""
    return with_rolls(with_own([Path(one) for one in county.packs]), county.rolls)
