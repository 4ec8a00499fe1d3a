"""`lianxin route explain`: which unit would take a case, and why; by the county file alone, or by the routes in force.

`try`, `adopt` and `status` stand beside.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from lianxin.cli.decision import composed, service_of
from lianxin.cli.options import county_of, county_option, home_option, json_option, settings_of
from lianxin.cli.route_adopt import adopt_routes, status
from lianxin.cli.route_try import try_rules
from lianxin.loading import load_mechanisms
from services.routing import app
from services.routing.competence.choose import choose
from services.routing.competence.matter import Choice, Matter, People
from services.routing.explained import in_words
from services.routing.in_force import county_in_force, newest
from shared.clock import SystemClock
from shared.county.model import County
from shared.county.routes import SHORT
from shared.county.rules import rules_of
from shared.errors import StartError
from shared.law.local import local_day
from shared.web.i18n import add_catalogs, translate
from shared.workflow.mechanism import Mechanism

EXAMPLES = """Examples:

\b
  lianxin route explain --mechanism petitions --category water --place qh-shiqiao
  lianxin route explain --mechanism petitions --category water --in-force
  lianxin route explain --mechanism petitions --category water --about water-bureau --conflict report --json"""
OF_THE_FILE = "by the county file's routes ({}); --in-force goes by those in force"
IN_FORCE = "by the routes in force ({})"
CONFLICTS = ("none", "decision", "conduct", "report")


@click.group(epilog="Examples:\n\n\b\n  lianxin route explain --mechanism petitions --category water")
def route() -> None:
    """Look at who is responsible for what."""


route.add_command(try_rules)
route.add_command(adopt_routes)
route.add_command(status)


@route.command(epilog=EXAMPLES)
@click.option("--mechanism", required=True, help="A mechanism of the county.")
@click.option("--kind", help="Its kind; default: the first.")
@click.option("--category", help="What it is about: a category's code.")
@click.option("--place", help="Where: a place's code.")
@click.option("--addressed-to", help="The unit the person turns to.")
@click.option("--about", multiple=True, help="A unit or post that it is about; may be given several times.")
@click.option("--conflict", type=click.Choice(CONFLICTS), help="The class of conflict; default: the kind's own.")
@click.option("--urgent", is_flag=True, help="It can't wait.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day, such as 2026-11-02; default: today.")
@click.option("--in-force", is_flag=True, help="Go by the routes in force, which stand in routing's database.")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@home_option
@county_option
@json_option
def explain(
    *,
    mechanism: str,
    kind: str | None,
    about: tuple[str, ...],
    conflict: str | None,
    on: datetime | None,
    in_force: bool,
    language: str,
    home: Path | None,
    county_file: Path | None,
    as_json: bool,
    **asked: Any,
) -> None:
    """Say which unit would take such a case, by which rule, who is passed over and who is barred; nothing is stored.

    It goes by the routes of the county file, or with --in-force by those in force, and says which. Who is away today is
    not known here: it stands in the directory of a running county.
    """
    county, digest = _routes(home, county_file, in_force=in_force)
    known = load_mechanisms(county, rules_of(county))
    _known("mechanism", (mechanism,), known)
    declared = known[mechanism]
    matter = _matter(county, declared, kind, about, conflict, asked)
    choice = choose(matter, county, People(_day(on)))
    add_catalogs((app.service.folder / "locale",))
    found = {**_found(choice, county, language), "routes": digest[:SHORT], "in_force": in_force}
    click.echo(json.dumps(found, ensure_ascii=False) if as_json else _text(found, county, language))


def _routes(home: Path | None, county_file: Path | None, *, in_force: bool) -> tuple[County, str]:
    """Give the county by the file's routes, or by those in force, with their digest."""
    if not in_force:
        county = county_of(settings_of(home), county_file)
        return county, county.routes_digest
    with composed(home, county_file) as deployment, service_of(deployment, "routing").reading() as session:
        row, county = newest(session), county_in_force(session)
        return county, row.digest if row else county.routes_digest


def _day(on: datetime | None) -> date:
    return on.date() if on else local_day(SystemClock().now())


def _known(what: str, codes: Iterable[str | None], known: Iterable[str]) -> None:
    for code in codes:
        if code is not None and code not in known:
            raise StartError(f"there is no {what} {code} in this county; there are: {', '.join(sorted(known))}")


def _matter(
    county: County, mechanism: Mechanism, kind: str | None, about: tuple[str, ...], conflict: Any, asked: dict[str, Any]
) -> Matter:
    _known("kind", (kind,), mechanism.kinds)
    _known("category", (asked["category"],), county.category_by_code)
    _known("place", (asked["place"],), county.place_by_code)
    _known("unit", (asked["addressed_to"],), county.unit_by_code)
    _known("unit or post", about, {**county.unit_by_code, **county.post_by_code})
    declared = mechanism.kind(kind or next(iter(mechanism.kinds)))
    return Matter(
        mechanism=mechanism.name,
        about_units=tuple(code for code in about if code in county.unit_by_code),
        about_posts=tuple(code for code in about if code in county.post_by_code),
        conflict=conflict or (declared.conflict if declared else "none"),
        roles=mechanism.post_roles(mechanism.workflow.steps),
        first=mechanism.first_roles,
        in_person=mechanism.in_person,
        **asked,
    )


def _found(choice: Choice, county: County, language: str) -> dict[str, Any]:
    unit, bars = county.unit_by_code.get(choice.unit), choice.bars
    return {
        "unit": choice.unit,
        "name": county.unit_name(choice.unit, language),
        "level": unit.level if unit else None,
        "rule": choice.rule,
        "because": [translate(language, line) for line in choice.because],
        "considered": in_words(choice.explanation, county, {}, language),
        "co_handlers": list(choice.co_handlers),
        "stand_ins": list(choice.posts),
        "barred": {"units": sorted(bars.units), "posts": sorted(bars.posts)},
    }


def _text(found: dict[str, Any], county: County, language: str) -> str:
    lines = [f"{found['name']} ({found['unit']})", f"  {found['rule']}"]
    lines += [f"  {line}" for line in (*found["because"], *found["considered"])]
    lists = {
        "+": found["co_handlers"],
        "↥": found["stand_ins"],
        "✗": [*found["barred"]["units"], *found["barred"]["posts"]],
    }
    lines.append(f"  {(IN_FORCE if found['in_force'] else OF_THE_FILE).format(found['routes'])}")
    return "\n".join([*lines, *(f"  {sign} {', '.join(codes)}" for sign, codes in lists.items() if codes)])
