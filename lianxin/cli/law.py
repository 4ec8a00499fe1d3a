"""`lianxin law rules` and `lianxin deadline explain`: from shipped files alone."""

import json
from dataclasses import asdict
from datetime import date, datetime, time

import click

from shared.calendar.workdays import WorkCalendar
from shared.errors import StartError
from shared.law.explain import explain as sentence
from shared.law.local import BEIJING
from shared.law.rule import load_rules
from shared.law.term import start_term


@click.group(epilog="Examples:\n\n\b\n  lianxin law rules\n  lianxin law rules --json")
def law() -> None:
    """Look at the rules of the law."""


@law.command(epilog="Examples:\n\n\b\n  lianxin law rules --json")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def rules(as_json: bool) -> None:
    """List every rule with its source and how sure it is (V read in the law, S second hand, K general knowledge)."""
    found = load_rules()
    if as_json:
        click.echo(json.dumps([asdict(rule) for rule in found.values()], ensure_ascii=False, default=str))
        return
    for rule in found.values():
        click.echo(f"{rule.id:<28} {rule.quantity:>3} {rule.unit:<13} {rule.confidence}  {rule.law} {rule.article}")


@click.group(epilog="Examples:\n\n\b\n  lianxin deadline explain petition.handle --from 2026-11-02")
def deadline() -> None:
    """Compute a deadline."""


@deadline.command(epilog="Examples:\n\n\b\n  lianxin deadline explain info.answer --from 2026-09-18 --language en")
@click.argument("rule")
@click.option("--from", "since", required=True, help="The day that starts it, such as 2026-11-02.")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain(rule: str, since: str, language: str, as_json: bool) -> None:
    """Say when RULE's term ends and how its days were counted."""
    found = load_rules()
    if rule not in found:
        raise StartError(f"there is no rule {rule}; `lianxin law rules` lists them")
    at = datetime.combine(date.fromisoformat(since), time(12), BEIJING)
    term = start_term(found[rule], at, WorkCalendar.shipped())
    text = sentence(term, found, language)
    click.echo(json.dumps({**term.to_dict(), "explanation": text}, ensure_ascii=False) if as_json else text)
