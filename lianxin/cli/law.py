"""`lianxin law rules|check` and `lianxin deadline explain`: from shipped files alone."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import click

from lianxin.cli.options import county_of, county_option, json_option, settings_of
from shared.calendar.national import by_name
from shared.calendar.notice import counted_by
from shared.calendar.workdays import WorkCalendar
from shared.clock import SystemClock
from shared.county.model import County
from shared.county.rules import rules_of
from shared.errors import StartError
from shared.law.explain import explained, leaves_out
from shared.law.local import local_day
from shared.law.own import as_another_law
from shared.law.packs import OWN_DAYS, read_packs
from shared.law.rule import Rule
from shared.law.term import Term, resumed, start_term

# What follows an explanation where it binds nobody, by language.
OFF = {
    "zh": "注意：本县未确认此规则，或其现已失效，以上仅为计算；确认后写入县配置的 confirmed_rules。",
    "en": "Note: this rule is off here, so it is only counted; a county confirms it by naming it in confirmed_rules.",
}
NOT_IN_FORCE = {
    "zh": "注意：起算之日该规定尚未施行或已失效，按最接近的版本计算。",
    "en": "Note: it was not in force on that day; its nearest version was used to count.",
}
NO_PAUSE = {
    "zh": "注意：该规定未设不计入期限的情形，暂停期间系按您的要求扣除。",
    "en": "Note: by this rule no pause is left out; it was left out because you asked.",
}
BESIDE_IT = {
    "zh": "注意：有暂停期间在起算之前已结束或在届满之后才开始，不影响期限。",
    "en": "Note: a pause that was over before the start, or began after the end, moved nothing.",
}
FROM_NOON = {
    "zh": "注意：按小时计算，此处自当日12时（当地时间）起算。",
    "en": "Note: it counts hours; here from 12:00 local time of that day.",
}


@click.group(epilog="Examples:\n\n\b\n  lianxin law rules --json\n  lianxin law check my-pack.toml")
def law() -> None:
    """Look at the rules of the law."""


@law.command(epilog="Examples:\n\n\b\n  lianxin law rules\n  lianxin law rules --county smallest --json")
@county_option
@json_option
def rules(county_file: Path | None, as_json: bool) -> None:
    """List every rule with its source and how sure it is (V read in the law, S second hand, K general knowledge).

    A rule is on where it is in force today and is law, or this county stands for it (`confirmed_rules`). What is no
    longer in force is not listed.
    """
    county, today = county_of(settings_of(None), county_file), local_day(SystemClock().now())
    found = [rule for rule in rules_of(county).versions if rule.last_day >= today]
    if as_json:
        listed = [_listed(rule, county, today) for rule in found]
        click.echo(json.dumps(listed, ensure_ascii=False, default=str))
        return
    for rule in found:
        on = "on " if rule.on(today, county.confirmed_rules) else "off"
        source = f"{rule.law} {rule.article}".strip() or "a promise of the county"
        click.echo(f"{on} {rule.id:<28} {rule.quantity:>3} {rule.unit:<13} {rule.confidence}  {source}")


def _listed(rule: Rule, county: County, today: date) -> dict[str, Any]:
    calendar = calendar_for(rule, county).name
    return {**asdict(rule), "calendar": calendar, "on": rule.on(today, county.confirmed_rules)}


def calendar_for(rule: Rule, county: County) -> WorkCalendar:
    """Give the calendar by which a rule counts in a county."""
    return by_name(rule.calendar, counted_by(county.notices, county.slug))


@law.command(epilog="Examples:\n\n\b\n  lianxin law ladder\n  lianxin law ladder --county smallest --json")
@county_option
@json_option
def ladder(county_file: Path | None, as_json: bool) -> None:
    """Show the county's ladder for a term that an office owes: when each rung is told, to whom, by which article."""
    county = county_of(settings_of(None), county_file)
    if as_json:
        click.echo(json.dumps([asdict(rung) for rung in county.ladder], ensure_ascii=False, default=str))
        return
    for rung in county.ladder:
        late = f"{rung.late} days late" if rung.paused is None else f"{rung.paused} days paused"
        when = f"{rung.left} % left" if rung.left is not None else late
        more = "".join((", public" if rung.public else "", f", opens {rung.opens}" if rung.opens else ""))
        whom = f"{rung.tells}: {', '.join(rung.roles)}{more}"
        click.echo(f"{rung.code:<12} {when:<14} {whom:<45} {rung.basis}  {rung.name(county.language)}")


@law.command(
    epilog="Examples:\n\n\b\n  lianxin law check\n  lianxin law check 'petition@2022-05-01.toml' new.toml --json"
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@county_option
@json_option
def check(files: Sequence[Path], county_file: Path | None, as_json: bool) -> None:
    """Name every mistake of pack FILES at once, looked at side by side and by themselves.

    Without FILES: of the shipped packs and those of the county beside them. Exit code 0: none; 1: some. A rule that is
    held against no shipped one, for it claims to be another law, is named.
    """
    found = read_packs(files) if files else rules_of(county_of(settings_of(None), county_file))
    packs = sorted({rule.pack for rule in found.versions})
    told: dict[str, Any] = {"packs": packs, "rules": len(found.versions), "another_law": as_another_law(found)}
    text = "\n".join([f"✓ {len(packs)} packs, {told['rules']} rules", *told["another_law"]])
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else text)


@click.group(epilog="Examples:\n\n\b\n  lianxin deadline explain petition.handle --from 2026-11-02")
def deadline() -> None:
    """Compute a deadline."""


@deadline.command(
    epilog="Examples:\n\n\b\n  lianxin deadline explain info.answer --from 2026-09-18 --language en\n"
    "  lianxin deadline explain petition.handle --from 2026-08-02 --pause 2026-09-01:2026-09-09 --json"
)
@click.argument("rule")
@click.option("--from", "since", required=True, help="The day that starts it and is not counted, such as 2026-11-02.")
@click.option("--pause", "pauses", multiple=True, help="A:B, both days and all between are left out; several times.")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@county_option
@json_option
def explain(
    rule: str, since: str, pauses: Sequence[str], language: str, county_file: Path | None, as_json: bool
) -> None:
    """Say when RULE's term ends and how its days were counted, also for a rule that is off or not yet in force."""
    county = county_of(settings_of(None), county_file)
    found = rules_of(county)
    if rule in OWN_DAYS:
        raise StartError(f"{rule} has its own day each time, given by whoever starts it; there is nothing to count")
    if rule not in found:
        raise StartError(f"there is no rule {rule}; `lianxin law rules` lists them")
    day = _day(since, "--from")
    spans = [_span(text) for text in pauses]
    version = found.on(rule, day)
    today = local_day(SystemClock().now())
    # A version that was followed by a newer one still binds whose case began under it.
    on = any(version.on(one, county.confirmed_rules) for one in (today, day))
    try:
        term = _term(version, day, spans, calendar_for(version, county))
        words = explained(term, found, language, promised=on)
    except OverflowError:
        given = " ".join((f"--from {since}", *(f"--pause {text}" for text in pauses)))
        raise StartError(f"{given}: the term would leave the years 1 to 9999; give a day nearer to now") from None
    said = (
        (not on, OFF),
        (not version.in_force(day), NOT_IN_FORCE),
        (bool(spans) and not version.excludes, NO_PAUSE),
        (not all(leaves_out(term, pause) for pause in term.pauses), BESIDE_IT),
        (version.unit == "hour", FROM_NOON),
    )
    doubts = [text[language] for holds, text in said if holds]
    told = {
        **term.to_dict(),
        "on": on,
        "in_force": version.in_force(day),
        "steps": [step.to_dict() for step in words.steps],
        "explanation": words.text,
    }
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else "\n".join((words.text, *doubts)))


def _term(rule: Rule, day: date, pauses: Sequence[tuple[date, date]], calendar: WorkCalendar) -> Term:
    term = start_term(rule, datetime.combine(day, time(12), calendar.zone), calendar)
    for first, last in pauses:
        term = resumed(term, rule, first, last, calendar)
    return term


def _day(text: str, option: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise StartError(f"{option} {text}: no such day; write year, month and day as 2026-11-02") from None


def _span(text: str) -> tuple[date, date]:
    first, colon, last = text.partition(":")
    if not colon:
        raise StartError(f"--pause {text}: give two days as 2026-09-01:2026-09-09")
    begin, end = _day(first, "--pause"), _day(last, "--pause")
    if end < begin:
        raise StartError(f"--pause {text}: ends before it begins; give the earlier day first")
    return begin, end
