"""`lianxin route adopt` and `lianxin route status`: no routes take effect before somebody has seen what they change."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from lianxin.cli.decision import Decision, composed, decision_options, opened, service_of
from lianxin.cli.options import county_of, county_option, home_option, json_option, settings_of
from lianxin.cli.route_try import compared, days_option, language_option, show
from services.routing.in_force import adopt, newest, warnings
from services.routing.models import AdoptedRow
from shared.county.routes import SHORT
from shared.errors import StartError

NONE_YET = "No routes are in force yet: routing adopts the county file's at its first start."
TYPE_IT = "Type the digest of these routes to put them in force"


@click.command(
    "adopt",
    epilog='Examples:\n\n\b\n  lianxin route adopt --reason "water in Liuhe goes to the township"\n'
    '  lianxin route adopt --county next.toml --digest 3f0c5a9be412 --reason "decided on 27 November" --json',
)
@click.option("--digest", help="The digest that `lianxin route try` showed; without it you are asked to type it.")
@days_option
@language_option
@decision_options
def adopt_routes(digest: str | None, days: int, language: str, decision: Decision) -> None:
    """Put the county file's routes in force: show what they change for the cases of the last year, then ask.

    The next case goes by them, in every process; nothing has to be restarted. Exit code 0: done, or in force already.
    """
    settings = settings_of(decision.home)
    with opened(county_of(settings, decision.county), settings) as deployment:
        county, routing = deployment.county, service_of(deployment, "routing")
        with routing.reading() as session:
            before, short = newest(session), county.routes_digest[:SHORT]
        if before is not None and before.digest == county.routes_digest:
            decision.say({"digest": short, "done": False}, f"the routes {short} are in force already")
            return
        if digest is not None:
            _must_be(digest, county.routes_digest)
        found = compared(deployment, county, days, language)
        if not decision.as_json:
            show(found, as_json=False)
        if digest is None:
            _must_be(_typed(short, decision), county.routes_digest)
        with decision.transaction(routing) as session:
            adopt(session, instead_of=before, by=decision.by, reason=decision.reason)
    replaced = before.digest[:SHORT] if before else None
    told = f"the routes {short} are in force instead of {replaced or 'none'}"
    decision.say({**found, "replaces": replaced, "done": True}, told)


def _typed(short: str, decision: Decision) -> str:
    if decision.as_json or not sys.stdin.isatty():
        raise StartError(f"nobody can be asked here: look at them by `lianxin route try`, then add --digest {short}")
    return str(click.prompt(TYPE_IT, err=True))


def _must_be(given: str, digest: str) -> None:
    """Refuse another digest: what was looked at are other routes than these."""
    typed = given.strip().lower()
    if len(typed) < SHORT or not digest.startswith(typed):
        mends = "look at them by `lianxin route try`; nothing was changed"
        raise StartError(f"the file's routes are {digest[:SHORT]}, not {given}: {mends}")


@click.command("status", epilog="Examples:\n\n\b\n  lianxin route status\n  lianxin route status --json")
@home_option
@county_option
@json_option
def status(home: Path | None, county_file: Path | None, as_json: bool) -> None:
    """Say which routes are in force, since when and by whom, and whether the county file has others."""
    with composed(home, county_file) as deployment:
        routing = service_of(deployment, "routing")
        with routing.reading() as session:
            row, warned = newest(session), [text % values for text, values in warnings(session)]
        found = _status(row, deployment.county.routes_digest, warned)
    click.echo(json.dumps(found, ensure_ascii=False) if as_json else _text(found))


def _status(row: AdoptedRow | None, file: str, warned: list[str]) -> dict[str, Any]:
    known = {
        "in_force": row.digest[:SHORT] if row else None,
        "since": row.at.isoformat(timespec="seconds") if row else None,
        "by": row.by if row else None,
        "reason": row.reason if row else None,
        "count": len(row.routes) if row else 0,
    }
    return {**known, "file": file[:SHORT], "warnings": warned}


def _text(found: dict[str, Any]) -> str:
    if found["in_force"] is None:
        return NONE_YET
    said = f"{found['count']} routes ({found['in_force']}) are in force since {found['since']}"
    return "\n".join([f"{said}, adopted by {found['by']}: {found['reason']}", *found["warnings"]])
