"""Two versions of one law side by side: each case counts by the one it began under."""

from datetime import date
from pathlib import Path

import pytest

from shared.calendar.workdays import WorkCalendar
from shared.errors import StartError
from shared.law.packs import Rules, read_packs
from shared.law.term import resumed, start_term
from tests.law.makers import morning

PACK = """law = "某条例"
version = "{since}"
effective_from = {since}
confidence = "V"
{until}
[[rules]]
id = "a.b"
article = "{article}"
title = "Answer"
title_zh = "答复"
quantity = {days}
unit = "calendar_day"
"""


def version(folder: Path, since: str, article: str, days: int, until: str = "") -> Path:
    file = folder / f"law@{since}.toml"
    ended = f"effective_to = {until}" if until else ""
    file.write_text(PACK.format(since=since, until=ended, article=article, days=days), encoding="utf-8")
    return file


@pytest.fixture
def both(tmp_path: Path) -> Rules:
    old = version(tmp_path, "2020-01-01", "7", 60, until="2026-06-30")
    return read_packs([old, version(tmp_path, "2026-07-01", "8", 30)])


@pytest.mark.parametrize(
    ("day", "article"),
    [
        pytest.param("2026-06-30", "7", id="the old one's last day"),
        pytest.param("2026-07-01", "8", id="the new one's first day"),
        pytest.param("2019-12-31", "7", id="before any: the first to come"),
        pytest.param("2099-01-01", "8", id="as long as no other comes"),
    ],
)
def test_the_version_in_force_on_the_day_counts(both: Rules, day: str, article: str) -> None:
    assert both.on("a.b", date.fromisoformat(day)).article == article


def test_a_running_term_stays_with_the_version_it_began_under(both: Rules, calendar: WorkCalendar) -> None:
    began = both.on("a.b", date(2026, 6, 30))
    term = start_term(began, morning("2026-06-30"), calendar)

    assert both["a.b"].article == "8"
    assert both.under("a.b", term.pack) == began
    assert str(resumed(term, both["a.b"], date(2026, 7, 2), date(2026, 7, 2), calendar).due) == "2026-08-30"


def test_a_pack_that_is_gone_leaves_the_newest(both: Rules) -> None:
    assert both.under("a.b", "law@1999-01-01").article == "8"


def test_an_unknown_rule_has_no_version(both: Rules) -> None:
    with pytest.raises(KeyError, match=r"c\.d"):
        both.on("c.d", date(2026, 7, 1))
    assert "c.d" not in both


def test_two_versions_in_force_on_one_day_are_refused(tmp_path: Path) -> None:
    packs = [version(tmp_path, "2020-01-01", "7", 60), version(tmp_path, "2026-07-01", "8", 30)]

    with pytest.raises(StartError, match=r"law@2020-01-01 and law@2026-07-01 both hold on 2026-07-01"):
        read_packs(packs)


def test_a_files_name_and_its_version_agree(tmp_path: Path) -> None:
    file = version(tmp_path, "2020-01-01", "7", 60)

    with pytest.raises(StartError, match="let the file's name and `version` agree"):
        read_packs([file.rename(tmp_path / "law@2021-01-01.toml")])
