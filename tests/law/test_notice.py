"""Notices of days off: a nation's year, a county's own days, and files with mistakes."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from shared.calendar.national import national
from shared.calendar.notice import Notice, counted_by, read_notice, read_notices
from shared.county.file import load_county, shipped, with_notices
from shared.errors import StartError

TORCH = date(2026, 8, 6)
GOOD = 'calendar = "CN+qinghe"\nyear = 2026\nversion = 1\nstatus = "announced"\nsource = "火把节放假通知"\n'


def a_notice(calendar: str = "CN+qinghe", year: int = 2026, *, off=(), work=(), version=1, sure=True) -> Notice:
    status = "announced" if sure else "provisional"
    return Notice(calendar=calendar, year=year, version=version, status=status, source="通知", off=off, work=work)


def written(folder: Path, text: str, name: str = "notice.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_a_countys_own_days_lie_over_the_nations() -> None:
    county = counted_by([a_notice(off=(TORCH,))], "qinghe")

    assert (county.name, county.is_working(TORCH), county.provisional(TORCH)) == ("CN+qinghe", False, False)
    assert national("CN").is_working(TORCH)


def test_another_countys_days_are_none_of_ours() -> None:
    assert counted_by([a_notice(off=(TORCH,))], "beishan") == national("CN")


def test_days_that_may_still_change_make_their_year_provisional() -> None:
    assert counted_by([a_notice(off=(TORCH,), sure=False)], "qinghe").provisional(TORCH)


def test_a_countys_days_announce_no_year_that_the_nation_did_not() -> None:
    assert counted_by([a_notice(year=2027, off=(date(2027, 8, 6),))], "qinghe").provisional(date(2027, 8, 6))


def test_a_nations_notice_stands_for_its_whole_year() -> None:
    off, worked = (date(2027, 1, 1),), (date(2027, 1, 3),)
    calendar = counted_by([a_notice("CN", 2027, off=off, work=worked)], "qinghe")

    assert calendar.announced_until == date(2027, 12, 31)
    assert calendar.is_working(worked[0])
    assert calendar.is_working(date(2027, 10, 1)), "not in this notice"
    assert not calendar.is_working(date(2026, 10, 1)), "another year's"


def test_the_highest_version_holds_and_a_countys_days_come_last() -> None:
    first, second = a_notice(off=(TORCH,)), a_notice(off=(), version=2)
    emergency = a_notice("CN", 2026, off=(date(2026, 2, 24),), work=(TORCH,))

    assert counted_by([second, first], "qinghe").is_working(TORCH)
    assert not counted_by([first, emergency], "qinghe").is_working(TORCH)


def test_days_are_written_one_by_one_or_from_to(tmp_path: Path) -> None:
    notice = read_notice(written(tmp_path, GOOD + 'off = ["2026-08-06..2026-08-08", "2026-11-10"]\n'))

    assert [day.isoformat()[5:] for day in notice.off] == ["08-06", "08-07", "08-08", "11-10"]
    assert notice.file == "CN+qinghe-2026@1.toml"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param(GOOD + 'off = ["2026-10-10"]\nwork = ["2026-10-10"]\n', "both off and worked", id="both"),
        pytest.param(GOOD + 'off = ["2027-01-01"]\n', "not in 2026", id="another year's day"),
        pytest.param(GOOD + 'off = ["2026-10-07..2026-10-01"]\n', "ends before it begins", id="backwards"),
        pytest.param(GOOD + 'off = ["2026-02-29"]\n', "is no day", id="no leap year"),
        pytest.param(GOOD + 'off = "2026-08-06"\n', "a list is needed", id="a text where a list is needed"),
        pytest.param(GOOD + "colour = 1\n", "colour", id="an unknown field"),
        pytest.param(GOOD.replace("announced", "rumoured"), "rumoured", id="unknown status"),
        pytest.param(GOOD.replace("CN+qinghe", "XX"), "XX is none", id="unknown calendar"),
        pytest.param(GOOD.replace("CN+qinghe", "CN+"), "the county's slug", id="no county"),
        pytest.param(GOOD.replace("火把节放假通知", ""), "name the notice", id="no source"),
        pytest.param(GOOD.replace("version = 1", "version = 0"), "count from 1", id="no version"),
        pytest.param(
            GOOD.replace("CN+qinghe", "CN") + 'work = ["2026-10-09"]\n', "ordinary weekday", id="make-up on a Friday"
        ),
        pytest.param("year = ", "not TOML", id="no TOML"),
        pytest.param(GOOD + 'off = ["2026-08-06", "2026-08-05..2026-08-07"]\n', "there 2 times", id="a day twice"),
        pytest.param(GOOD + 'off = ["0001-01-01..9999-12-31"]\n', "into another year", id="the whole calendar"),
        pytest.param(GOOD + 'off = ["2026-W01-1"]\n', "is no day", id="a week's day"),
        pytest.param(GOOD + 'off = ["20260806"]\n', "is no day", id="a day without strokes"),
        pytest.param(GOOD.replace("2026", "10000"), "write one from 2000", id="a year that no database holds"),
        pytest.param(GOOD.replace("version = 1", f"version = {10**30}"), "count from 1", id="a version without end"),
        pytest.param(GOOD.replace("火把节", "火\\u0000把节"), "one line of at most", id="NUL in a text"),
        pytest.param(GOOD.replace("火把节", "火" * 301), "one line of at most", id="a source without end"),
        pytest.param(GOOD + "off = " + "[" * 10_000, "brackets in brackets", id="brackets without end"),
    ],
)
def test_a_wrong_notice_says_what_to_change(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(StartError, match=complaint):
        read_notice(written(tmp_path, text))


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("\ufeff" + GOOD + 'off = ["2026-08-06"]\n', id="with a byte order mark"),
        pytest.param((GOOD + 'off = ["2026-08-06"]\n').replace("\n", "\r\n"), id="with the line ends of Windows"),
        pytest.param(GOOD + "off = [2026-08-06]\n", id="a day without quotes"),
    ],
)
def test_a_notice_may_be_written_on_any_machine(tmp_path: Path, written: str) -> None:
    file = tmp_path / "notice.toml"
    file.write_bytes(written.encode())
    assert read_notice(file).off == (date(2026, 8, 6),)


def test_all_mistakes_of_a_folder_are_told_at_once(tmp_path: Path) -> None:
    written(tmp_path, "year = ", "a.toml")
    written(tmp_path, GOOD, "b.toml")
    written(tmp_path, GOOD, "c.toml")
    with pytest.raises(StartError) as stopped:
        read_notices(tmp_path)

    assert [line.partition(":")[0] for line in stopped.value.lines] == ["a.toml", "CN+qinghe-2026@1"]


def test_a_folder_that_is_not_there_holds_no_notice(tmp_path: Path) -> None:
    assert read_notices(tmp_path / "nowhere") == ()


def test_a_county_takes_its_own_notices_from_a_folder_once(tmp_path: Path) -> None:
    county = load_county(shipped("full"))
    written(tmp_path, GOOD.replace("qinghe", county.slug) + 'off = ["2026-08-06"]\n', "own.toml")
    written(tmp_path, GOOD.replace("qinghe", "elsewhere"), "other.toml")

    found = with_notices(with_notices(county, tmp_path), tmp_path)

    assert [notice.off for notice in found.notices] == [(TORCH,)]
    with pytest.raises(StartError, match="there 2 times"):
        with_notices(replace(found, notices=(replace(found.notices[0], off=()),)), tmp_path)


def test_a_county_file_may_hold_its_notices_itself(tmp_path: Path) -> None:
    text = shipped("smallest").read_text(encoding="utf-8") + "\n[[notices]]\n" + GOOD
    file = written(tmp_path, text, "county.toml")

    assert [notice.calendar for notice in load_county(file).notices] == ["CN+qinghe"]
    file.write_text(text.replace("version = 1\nstatus", "version = 0\nstatus"), encoding="utf-8")
    with pytest.raises(StartError, match="count from 1"):
        load_county(file)
