"""Keys lie apart from what they open, under a code that is printed once; nothing ever replaces a key."""

import json
import shutil

import pytest
from click.testing import CliRunner

from lianxin.backup.keys import key_file, load_keys, save_keys
from lianxin.cli import main
from lianxin.deployment import compose
from lianxin.home import Settings
from lianxin.loading import SERVICES
from shared.county.file import load_county, shipped
from shared.errors import StartError


@pytest.fixture
def homes(seeded_home):
    return dict.fromkeys(SERVICES, seeded_home)


@pytest.fixture
def saved(homes, tmp_path):
    return tmp_path / "keys.json", save_keys(homes, tmp_path / "keys.json")


def test_saved_keys_come_back_from_the_code_as_somebody_types_it(saved, homes, tmp_path):
    file, code = saved
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    found = dict.fromkeys(SERVICES, tmp_path / "found")
    assert load_keys(file, typed, found) == sorted(SERVICES)
    for service in SERVICES:
        assert key_file(found[service], service).read_bytes() == key_file(homes[service], service).read_bytes()
        assert key_file(found[service], service).stat().st_mode & 0o077 == 0
    assert load_keys(file, code, found) == sorted(SERVICES)


def test_no_key_can_be_read_in_the_file(saved, homes):
    text = saved[0].read_text()
    assert saved[0].stat().st_mode & 0o077 == 0
    for service in SERVICES:
        assert key_file(homes[service], service).read_bytes().hex() not in text


@pytest.mark.parametrize(
    ("spoil", "code", "sentence"),
    [
        pytest.param(lambda _: None, "0" * 32, "the code does not open", id="another code"),
        pytest.param(lambda f: f.write_text(f.read_text()[:-40]), None, "or it is damaged", id="cut short"),
        pytest.param(lambda f: f.write_text("[]"), None, "is no file of keys", id="something else"),
        pytest.param(lambda f: f.write_bytes(b"\xff"), None, "is no file of keys", id="no text"),
        pytest.param(lambda f: f.unlink(), None, "can't be read", id="gone"),
    ],
)
def test_what_does_not_open_is_said_and_nothing_is_written(saved, tmp_path, spoil, code, sentence):
    file, right = saved
    spoil(file)
    with pytest.raises(StartError, match=sentence):
        load_keys(file, code or right, dict.fromkeys(SERVICES, tmp_path / "found"))
    assert not (tmp_path / "found").exists()


def test_another_key_is_never_replaced(saved, tmp_path):
    file, code = saved
    there = key_file(tmp_path / "found", "routing")
    there.parent.mkdir(parents=True)
    there.write_bytes(b"k" * 32)
    with pytest.raises(StartError, match="holds another key"):
        load_keys(file, code, dict.fromkeys(SERVICES, tmp_path / "found"))
    assert [path.name for path in there.parent.iterdir()] == ["routing.key"]


def test_a_file_of_keys_is_never_written_over(saved, homes):
    with pytest.raises(StartError, match="can't be written"):
        save_keys(homes, saved[0])


def test_rows_that_were_sealed_under_another_key_are_not_started_on(seeded_home, tmp_path):
    home = shutil.copytree(seeded_home, tmp_path / "home")
    key_file(home, "routing").unlink()
    deployment = compose(load_county(shipped("full")), Settings(home=home))
    with pytest.raises(StartError, match="routing: its rows were sealed under another key"):
        deployment.object_to()
    deployment.close()


def ask(*words):
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_command_line_loses_a_home_and_finds_it_again(seeded_home, tmp_path):
    home, found, folder = shutil.copytree(seeded_home, tmp_path / "home"), tmp_path / "found", tmp_path / "backups"
    made = json.loads(ask("backup", "make", folder, "--home", home, "--json"))
    assert [one["path"] for one in json.loads(ask("backup", "ls", folder, "--json"))["backups"]] == [made["path"]]
    assert json.loads(ask("backup", "check", made["path"], "--json"))["sha256"] == made["sha256"]
    assert json.loads(ask("backup", "prune", folder, "--json"))["deleted"] == []
    code = json.loads(ask("keys", "save", tmp_path / "keys.json", "--home", home, "--json"))["code"]
    (tmp_path / "code").write_text(f"{code}\n")

    ask("keys", "load", tmp_path / "keys.json", "--code-file", tmp_path / "code", "--home", found)
    assert json.loads(ask("restore", made["path"], "--home", found, "--json"))["services"] == list(SERVICES)
    assert json.loads(ask("doctor", "--home", found, "--json"))["well"]
