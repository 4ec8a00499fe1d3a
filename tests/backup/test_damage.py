"""A backup that is not whole, or not for here, is refused in a sentence before anything is written."""

import hashlib
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from places import Place, nobody

from lianxin.backup.keys import key_file
from lianxin.backup.make import make_backup
from lianxin.backup.restore import restore
from lianxin.backup.shelf import KEPT, backups, prune, unreadable
from lianxin.backup.sums import SUMS, read_sums, sum_of, write_sums
from lianxin.home import Settings
from services.intake.view import Erased
from shared.county.file import load_county, shipped
from shared.errors import StartError

NOW = datetime(2026, 11, 2, 2, tzinfo=UTC)


def change(name):
    def spoil(backup) -> None:
        path = backup / name
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)

    return spoil


def cut_short(name):
    return lambda backup: (backup / name).write_bytes((backup / name).read_bytes()[:-100])


def say(**changes):
    """Change what the manifest says, checksum and all."""

    def spoil(backup) -> None:
        path = backup / "manifest.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))
        write_sums(backup, read_sums(backup) | {"manifest.json": sum_of(path)})

    return spoil


def later_revision(backup):
    services = json.loads((backup / "manifest.json").read_text())["services"]
    services["routing"]["revisions"] = ["routing_9999"]
    say(services=services)(backup)


SPOILT = [
    pytest.param(change("rows/intake.sqlite"), "rows/intake.sqlite was changed", id="a bit is flipped"),
    pytest.param(cut_short("rows/routing.sqlite"), "rows/routing.sqlite was changed or cut short", id="cut short"),
    pytest.param(lambda b: (b / "rows/routing.sqlite").unlink(), "rows/routing.sqlite is missing", id="a file is gone"),
    pytest.param(lambda b: (b / "more").touch(), "more is not part of the backup", id="a file too many"),
    pytest.param(lambda b: (b / SUMS).unlink(), "has no SHA256SUMS", id="no checksums"),
    pytest.param(cut_short(SUMS), "is not part of the backup", id="checksums cut short"),
    pytest.param(lambda b: (b / SUMS).write_text(""), "SHA256SUMS is damaged", id="checksums emptied"),
    pytest.param(lambda b: (b / "manifest.json").unlink(), "is no backup", id="no manifest"),
    pytest.param(change("county.toml"), "county.toml was changed", id="another county file"),
    pytest.param(say(format=2), "a form that this release does not read", id="a later form"),
    pytest.param(say(services=[]), "manifest.json is damaged", id="a manifest that is none"),
    pytest.param(later_revision, "routing: the backup was made by a later release", id="a later release"),
    pytest.param(say(county="elsewhere"), "of the county elsewhere, not of qinghe", id="another county"),
    pytest.param(say(databases="postgresql"), "holds postgresql databases", id="another kind of database"),
]


@pytest.fixture
def backup(small_backup, tmp_path):
    return shutil.copytree(small_backup, tmp_path / "backup")


@pytest.fixture
def target(tmp_path, seeded_home):
    place = Place(tmp_path / "target", {}, lambda: None)
    place.bring_keys_of(Place(seeded_home, {}, lambda: None))
    return place


@pytest.mark.parametrize(("spoil", "sentence"), SPOILT)
def test_a_backup_that_can_not_be_restored_is_refused(backup, target, spoil, sentence):
    spoil(backup)
    with pytest.raises(StartError, match=sentence):
        restore(target.settings, backup, None, nobody)
    assert [path.name for path in target.home.iterdir()] == ["keys"]


def test_the_same_backup_unspoilt_is_restored(backup, target):
    assert restore(target.settings, backup, None, nobody).attachments == 0
    assert (target.home / "db" / "intake.sqlite").exists()


def test_a_county_file_without_a_service_of_the_backup_is_refused(backup, target, tmp_path):
    ours = tmp_path / "ours.toml"
    ours.write_text(shipped("full").read_text().replace('"supervision", ', ""))
    with pytest.raises(StartError, match="leaves out supervision"):
        restore(target.settings, backup, load_county(ours), nobody)


def test_rows_are_not_restored_where_nobody_could_read_them(backup, target):
    key_file(target.home, "intake").write_bytes(b"k" * 32)
    with pytest.raises(StartError, match="the keys of intake are not those of this backup"):
        restore(target.settings, backup, None, nobody)
    key_file(target.home, "intake").unlink()
    with pytest.raises(StartError, match="load them first: lianxin keys load FILE"):
        restore(target.settings, backup, None, nobody)
    assert [path.name for path in target.home.iterdir()] == ["keys"]


def test_a_restore_that_was_cut_off_begins_anew(backup, target):
    (target.home / "db.restoring").mkdir()
    (target.home / "db.restoring" / "intake.sqlite").write_text("half")
    restore(target.settings, backup, None, nobody)
    assert not (target.home / "db.restoring").exists()


def made_on(folder, home, day):
    return make_backup(Settings(home=home), shipped("full"), folder, NOW + timedelta(days=day), nobody)


def a_blob(home, content="a" * 64):
    path = home / "blobs" / content[:2] / content[2:4] / content
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    return path


def test_what_a_crash_left_of_a_backup_is_deleted_when_it_is_as_old(tmp_path):
    left = tmp_path / ".lianxin-qinghe-half"
    left.mkdir()
    begun = datetime.fromtimestamp(left.stat().st_mtime, UTC)
    assert list(prune(tmp_path, begun + timedelta(days=34))) == []
    assert list(prune(tmp_path, begun + timedelta(days=36))) == [left]


def test_backups_older_than_35_days_are_deleted(tmp_path, seeded_home):
    folder = tmp_path / "backups"
    days = {day: made_on(folder, seeded_home, day).path for day in (0, 1, 36)}
    assert [one.path for one in backups(folder)] == [days[36], days[1], days[0]]
    assert list(prune(folder, NOW + timedelta(days=36), dry_run=True)) == [days[0]]
    assert days[0].exists()
    assert list(prune(folder, NOW + timedelta(days=36))) == [days[0]]
    assert {path.name for path in folder.iterdir()} == {days[1].name, days[36].name}


def test_a_damaged_backup_beside_it_does_not_keep_the_next_from_being_made(tmp_path, seeded_home):
    first = made_on(tmp_path, seeded_home, 0)
    (first.path / "manifest.json").write_text("{")
    second = made_on(tmp_path, seeded_home, 1)
    assert [one.path for one in backups(tmp_path)] == [second.path]
    (second.path / SUMS).write_text("{")
    made_on(tmp_path, seeded_home, 2)
    assert unreadable(tmp_path) == [first.path]


def test_what_residents_are_told_of_backups_is_what_is_done():
    assert f"Backups made before are kept {KEPT.days} days" in Erased.message


def test_an_attachment_of_the_last_backup_is_linked_and_a_damaged_one_named(tmp_path, seeded_home):
    home, folder = shutil.copytree(seeded_home, tmp_path / "home"), tmp_path / "backups"
    good = a_blob(home, hashlib.sha256(b"x").hexdigest())
    bad = a_blob(home)
    first, second = (made_on(folder, home, day) for day in (0, 1))
    name = str(good.relative_to(home))
    assert (first.path / name).stat().st_ino == (second.path / name).stat().st_ino
    assert second.damaged == (str(bad.relative_to(home)),)
    assert read_sums(second.path)[name] == good.name


def test_a_backup_that_fails_leaves_nothing_behind(tmp_path, seeded_home):
    home, folder = shutil.copytree(seeded_home, tmp_path / "home"), tmp_path / "backups"
    (home / "db" / "routing.sqlite").unlink()
    with pytest.raises(StartError, match="routing: there is no database"):
        made_on(folder, home, 0)
    assert list(folder.iterdir()) == []


def test_a_folder_in_which_nothing_can_be_written_is_named(tmp_path, seeded_home):
    (tmp_path / "file").touch()
    with pytest.raises(StartError, match="name a folder in which user"):
        made_on(Path(tmp_path / "file" / "below"), seeded_home, 0)
