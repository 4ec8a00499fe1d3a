"""A campaign of counties counts every seed that was lived, whatever ends the run."""

from itertools import islice

import pytest

from lianxin.simulate.lives import lives
from lianxin.simulate.report import Asked
from tests.simulate import campaign


def cut_off(asked, seeds):
    """Live through two seeds; in the third somebody pulls the plug."""
    yield from islice(lives(asked, seeds), 2)
    raise KeyboardInterrupt


def rows():
    """Give the seeds and the years of each row."""
    lines = campaign.KEPT.read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.split("|")[2:4]] for line in lines if " to " in line and line[0] == "|"]


def test_a_campaign_that_is_killed_goes_on_after_the_last_seed_that_was_lived(tmp_path, monkeypatch):
    monkeypatch.setattr(campaign, "KEPT", tmp_path / "campaigns" / "counties.md")
    monkeypatch.setattr(campaign, "YEAR", Asked("full", 7, 2))
    monkeypatch.setenv("SEEDS", "5")
    monkeypatch.setattr(campaign, "lives", cut_off)
    with pytest.raises(KeyboardInterrupt):
        campaign.main()
    assert rows() == [["1 to 2", "2"]]

    monkeypatch.setenv("SEEDS", "1")
    monkeypatch.setattr(campaign, "lives", lives)
    assert campaign.main() == 0
    assert rows() == [["1 to 2", "2"], ["3 to 3", "1"]]
