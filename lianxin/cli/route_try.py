"""`lianxin route try`: routes that are to come, shown against the cases of the last year before they take effect."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

from lianxin.cli.decision import composed, service_of
from lianxin.cli.options import county_of, county_option, home_option, json_option, settings_of
from lianxin.deployment import Deployment
from lianxin.progress import progress
from services.routing.competence.matter import Choice
from services.routing.competence.shadow import shadowed
from services.routing.in_force import gone_in_force
from services.routing.tried import Tried, classes_of, how_many, tried, unit_of
from shared.clock import SystemClock
from shared.county.model import County
from shared.county.routes import SHORT
from shared.county.rules import rules_of
from shared.web.i18n import add_catalogs, translate
from shared.workflow.mechanism import Mechanism

EXAMPLES = """Examples:

\b
  lianxin route try
  lianxin route try county-with-new-routes.toml
  lianxin route try county-with-new-routes.toml --days 90 --json"""
AT_ONCE = "Their cases go elsewhere from the first start with this file, whether its routes are adopted or not."
SHOWN = 3  # examples of each move
Move = tuple[str | None, str | None]
F = TypeVar("F", bound=Callable[..., Any])


@dataclass
class Outcome:
    """What the other rules would change."""

    cases: int = 0
    moves: Counter[Move] = field(default_factory=Counter)
    examples: dict[Move, list[Tried]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def add(self, one: Tried) -> None:
        """Count a case."""
        self.cases += 1
        self.used |= {one.after.rule} if one.after else set()
        if one.moves:
            move = (unit_of(one.before), unit_of(one.after))
            self.moves[move] += 1
            shown = self.examples.setdefault(move, [])
            if len(shown) < SHOWN:
                shown.append(one)


def days_option(function: F) -> F:
    """Add --days."""
    return click.option(
        "--days", type=click.IntRange(1, 3_660), default=365, show_default=True, help="Cases of so many days."
    )(function)


def language_option(function: F) -> F:
    """Add --language."""
    return click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)(function)


@click.command("try", epilog=EXAMPLES)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@days_option
@language_option
@home_option
@county_option
@json_option
def try_rules(
    file: Path | None, days: int, language: str, home: Path | None, county_file: Path | None, as_json: bool
) -> None:
    """Show which cases of the last year would go to another unit by the county file FILE; nothing is changed.

    Without FILE the county's own file is tried, beside the routes in force. It is read as strictly as at a start: rules
    that tie are refused. Both ways are counted with the people who are there today, so that only the rules differ.
    Mechanisms are asked whom a case bars, as when it came; no other word that a person wrote is read.
    """
    other = county_of(settings_of(home), file or county_file)
    rules_of(other)  # a pack that would stop the start stops the trial
    with composed(home, county_file) as deployment:
        found = compared(deployment, other, days, language)
    show(found, as_json=as_json)


def compared(deployment: Deployment, other: County, days: int, language: str) -> dict[str, Any]:
    """Try another county file beside the routes in force, on the cases of so many days; give what it would change."""
    outcome, routing = Outcome(), service_of(deployment, "routing")
    since = SystemClock().now() - timedelta(days=days)
    with progress("trying") as report, routing.reading() as session:
        total, gone = how_many(session, since), gone_in_force(session, other)
        for one in tried(session, other, since):
            outcome.add(one)
            report(outcome.cases, total)
    add_catalogs((routing.service.folder / "locale",))
    found = _found(outcome, (deployment.county, other), _shadowed(other, deployment.mechanisms), language)
    return {**found, "gone": gone}


def show(found: Mapping[str, Any], *, as_json: bool) -> None:
    """Print what would change, for a person or a program."""
    click.echo(json.dumps(found, ensure_ascii=False) if as_json else "\n".join(_lines(found)))


def _shadowed(county: County, mechanisms: Mapping[str, Mechanism]) -> list[dict[str, Any]]:
    return [{"route": route.name, "by": list(by)} for route, by in shadowed(county, classes_of(mechanisms))]


def _found(outcome: Outcome, counties: Sequence[County], never: list[dict[str, Any]], language: str) -> dict[str, Any]:
    names = {one["route"] for one in never}
    return {
        "cases": outcome.cases,
        "changed": outcome.moves.total(),
        "moves": [_move(move, many, outcome, counties, language) for move, many in outcome.moves.most_common()],
        "unused": [one.name for one in counties[1].routes if one.name not in outcome.used | names],
        "shadowed": never,
        "digest": counties[1].routes_digest[:SHORT],
    }


def _move(move: Move, many: int, outcome: Outcome, counties: Sequence[County], language: str) -> Mapping[str, Any]:
    names = [county.unit_name(code, language) if code else None for code, county in zip(move, counties, strict=True)]
    shown = [
        {"reference": one.reference, "before": _why(one.before, language), "after": _why(one.after, language)}
        for one in outcome.examples[move]
    ]
    return {"from": move[0], "to": move[1], "names": names, "cases": many, "examples": shown}


def _why(choice: Choice | None, language: str) -> dict[str, Any] | None:
    if choice is None:
        return None
    return {"rule": choice.rule, "because": [translate(language, line) for line in choice.because]}


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"{found['cases']} cases were tried; {found['changed']} would go to another unit."
    for move in found["moves"]:
        before, after = (name or "nobody" for name in move["names"])
        yield f"{move['cases']:>7}  {before} → {after}"
        for one in move["examples"]:
            yield f"         {one['reference']}  {_said(one['before'])} → {_said(one['after'])}"
    if found["gone"]:
        yield f"Routes in force name units that this file doesn't have: {', '.join(found['gone'])}. {AT_ONCE}"
    if found["unused"]:
        yield f"No case of that time went by: {', '.join(found['unused'])}."
    for one in found["shadowed"]:
        by = f"{', '.join(one['by'])} stand before it" if one["by"] else "nothing that it asks for is taken in here"
        yield f"No case can ever go by {one['route']}: {by}."
    yield f"These routes are {found['digest']}; lianxin route adopt puts them in force."


def _said(why: Mapping[str, Any] | None) -> str:
    return f"{why['rule']} ({' '.join(why['because'])})" if why else "nobody may take it"
