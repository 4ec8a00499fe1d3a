"""I12 and I14: each obligation ends exactly once and when it should, whatever the clocks and the outages did."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lianxin.simulate.evidence import Evidence, Told
from lianxin.simulate.oracles.finding import Wrong
from lianxin.simulate.town import Stillness

AT_MOST = timedelta(seconds=60)
NEARS = ("approaching", "own_near")  # told to the office, and to who has a term of his own
MAY_FOLLOW: Mapping[str, frozenset[str]] = {
    "": frozenset({"started"}),
    "open": frozenset({"paused", *NEARS, "moved", "met", "breached", "extended", "voided", "lapsed"}),
    "paused": frozenset({"resumed", "moved", "met", "voided"}),
    "breached": frozenset({"met_late"}),
}
STANDS = dict.fromkeys(("started", "resumed", *NEARS), "open")
ENDS = ("met", "breached", "extended", "voided", "lapsed")


@dataclass(frozen=True)
class Obligation:
    """What was told about one deadline, in order."""

    case: str
    instance: str
    told: Sequence[Told]

    def verb(self, one: Told) -> str:
        """Give what happened: started, met, ..."""
        return one.what.rpartition(".")[2]


def obligations(evidence: Evidence) -> Iterator[Obligation]:
    """Give every deadline that was ever told."""
    for case, told in evidence.by_subject("deadline.").items():
        for instance in dict.fromkeys(str(one.data["instance"]) for one in told):
            mine = [one for one in told if one.data["instance"] == instance]
            yield Obligation(case, instance, [one for one in mine if one.what != "deadline.rung_reached"])


def wrong(evidence: Evidence) -> Wrong:
    """Say where an obligation did not end as it should: in time, prolonged before, or broken and noted at once."""
    routing_still = _merged([one for one in evidence.still if one.what in ("routing", "clock")])
    asked = _asked(evidence)
    for one_of in obligations(evidence):
        due = datetime.max.replace(tzinfo=evidence.ended.tzinfo)
        state = ""
        for one in one_of.told:
            verb, at = one_of.verb(one), _moment(one.data["at"])
            if "due_at" in one.data and verb in ("started", "resumed", "moved"):
                due = _moment(one.data["due_at"])
            state = state if verb == "moved" else STANDS.get(verb, verb)
            in_time = at < due or any(moment < due for moment in asked.get((one_of.case, at), ()))
            if verb in ("met", "extended", "paused") and not in_time:
                yield one_of.case, f"{one.data['rule']}: {verb} at {at}, but it was due before {due}"
            if verb in ("breached", "lapsed"):
                yield from ((one_of.case, line) for line in _noted(one, at, due, routing_still))
        if state == "open" and due + AT_MOST < evidence.ended:
            yield (
                one_of.case,
                f"{one_of.told[0].data['rule']}: due at {due}, and nothing was said until {evidence.ended}",
            )


def _asked(evidence: Evidence) -> dict[tuple[str, datetime], list[datetime]]:
    """Give when a resident had asked for the step that was taken in a case at a moment: in time is who asks in time."""
    asked: dict[tuple[str, str], list[datetime]] = {}
    for one in evidence.of("case.step_asked"):
        asked.setdefault((one.subject, one.data["step"]), []).append(_moment(one.data["asked_at"]))
    taken = ((one.subject, _moment(one.data["at"]), one.data["step"]) for one in evidence.of("case.stepped"))
    return {(case, at): asked[case, step] for case, at, step in taken if (case, step) in asked}


def _noted(one: Told, at: datetime, due: datetime, still: Sequence[Stillness]) -> Iterator[str]:
    rule, named = one.data["rule"], one.data.get("stopped_since")
    if at < due:
        yield f"{rule}: broken at {at}, but due only at {due}"
    covering = next((time for time in still if time.since <= due < time.until), None)
    if at - due <= AT_MOST:
        if named:
            yield f"{rule}: noted in time, and yet it names an outage"
        return
    if covering is None or at - covering.until > AT_MOST:
        yield f"{rule}: due at {due}, noted only at {at}, and no outage covers that"
    elif one.what == "deadline.breached" and not _names(one, covering):
        yield f"{rule}: noted late at {at}, naming {named} to {one.data.get('stopped_until')}, but {covering} covers it"


def _names(one: Told, covering: Stillness) -> bool:
    since, until = one.data.get("stopped_since"), one.data.get("stopped_until")
    if not since or not until:
        return False
    near = abs(_moment(since) - covering.since) <= AT_MOST
    return near and abs(_moment(until) - covering.until) <= AT_MOST


def _merged(times: Sequence[Stillness]) -> list[Stillness]:
    """Join times that touch: to a timer they are one."""
    found: list[Stillness] = []
    for one in sorted(times, key=lambda time: time.since):
        if found and one.since <= found[-1].until:
            found[-1] = Stillness(one.what, found[-1].since, max(found[-1].until, one.until))
        else:
            found.append(one)
    return found


def twice(evidence: Evidence) -> Wrong:
    """Say where something ended twice or came back, where the rows say otherwise, and where order has a hole."""
    stands = {str(row["instance"]): str(row["status"]) for row in evidence.rows["routing.deadlines"]}
    for one_of in obligations(evidence):
        state = ""
        for one in one_of.told:
            verb = one_of.verb(one)
            if verb not in MAY_FOLLOW.get(state, frozenset()):
                yield one_of.case, f"{one.data['rule']}: {verb} after {state or 'nothing'}"
            state = state if verb == "moved" else STANDS.get(verb, verb)
        if [one_of.verb(one) for one in one_of.told].count("own_near") > 1:
            yield one_of.case, f"{one_of.told[0].data['rule']}: own_near more than once"
        if stands.get(one_of.instance) != state:
            yield one_of.case, f"its row says {stands.get(one_of.instance)}, its journal {state}"
    for (service, subject), numbers in _numbers(evidence).items():
        if numbers != list(range(1, len(numbers) + 1)):
            yield subject, f"{service} numbered its facts {numbers[:20]}"


def _numbers(evidence: Evidence) -> dict[tuple[str, str], list[int]]:
    found: dict[tuple[str, str], list[int]] = {}
    for one in evidence.told:
        if one.seq:  # what is numbered 0 is only for the journal
            found.setdefault((one.service, one.subject), []).append(one.seq)
    return found


def _moment(value: object) -> datetime:
    return datetime.fromisoformat(str(value))
