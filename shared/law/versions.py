"""Versions of a rule side by side: a newer one ends the one that it replaces, and leaves no day without a law."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from shared.law.rule import Rule


def dated(rules: Sequence[Rule]) -> list[Rule]:
    """End each version that a newer one replaces on the day before that one begins."""
    newer = {(rule.id, rule.replaces): rule.effective_from for rule in rules if rule.replaces}
    return [_ended(rule, newer.get((rule.id, rule.pack))) for rule in rules]


def _ended(rule: Rule, newer: date | None) -> Rule:
    """End a version before a newer one begins; one that had ended by then stays as it is."""
    if newer is None or not rule.effective_from < newer <= rule.last_day:
        return rule
    return replace(rule, effective_to=newer - timedelta(days=1))


def abolished(found: Sequence[Rule], now: Sequence[Rule]) -> Iterator[str]:
    """Give a sentence where no version is in force on days on which one that was replaced would hold."""
    for was, ended in zip(found, now, strict=True):
        last: Rule | None = ended
        while last is not None and last.last_day < was.last_day:
            gap = last.last_day + timedelta(days=1)
            after = next((one for one in now if one.id == was.id and one.in_force(gap)), None)
            if after is None:
                yield (
                    f"{was.id}: {last.pack} ends on {last.last_day}, and no version follows, where {was.pack} would "
                    f"have gone on; leave effective_to out, or let a later version begin on {gap}"
                )
            last = after


def unreplaced(rules: Sequence[Rule]) -> Iterator[str]:
    """Give a sentence where a version replaces what is not there, or what begins later."""
    begins = {(rule.id, rule.pack): rule.effective_from for rule in rules}
    for rule in rules:
        since = begins.get((rule.id, rule.replaces))
        if rule.replaces and since is None:
            yield f"{rule.id}: replaces {rule.replaces}, where it is not; name the pack of the version that ends"
        elif since is not None and rule.effective_from <= since:
            yield f"{rule.id}: replaces {rule.replaces}, which begins on {since}; give a later effective_from"


def overlaps(rules: Sequence[Rule]) -> Iterator[str]:
    """Give a sentence where two versions of a rule are in force on one day."""
    versions = defaultdict(list)
    for rule in rules:
        versions[rule.id].append(rule)
    for name, same in versions.items():
        for older, newer in pairwise(sorted(same, key=lambda one: one.effective_from)):
            if older.pack != newer.pack and newer.effective_from <= older.last_day:
                yield (
                    f"{name}: {older.pack} and {newer.pack} both hold on {newer.effective_from}; "
                    f'end the older one by effective_to, or say replaces = "{older.pack}" in the newer one'
                )
