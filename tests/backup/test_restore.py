"""What was backed up goes on elsewhere: cases in flight, attachments, and facts that were on their way."""

import shutil
from collections import Counter
from datetime import UTC, datetime
from io import BytesIO
from time import monotonic

import pytest
from places import Place, empty_the_broker, nobody
from sqlalchemy import func, select
from world import make_world

from lianxin.backup.make import make_backup
from lianxin.backup.restore import restore
from lianxin.backup.sums import read_sums
from lianxin.home import Settings
from shared.county.file import load_county, shipped
from shared.county.rules import rules_of
from shared.errors import StartError
from shared.journal.tables import LeafRow, UnsentRow
from shared.kit.worker import Worker
from tests.law.own import NAME, a_pack, write_county

NOW = datetime(2026, 11, 2, 2, tzinfo=UTC)
PATIENCE = 30  # seconds for a real broker's confirms
NOTICE = 'calendar = "CN"\nyear = 2027\nversion = 1\nstatus = "announced"\nsource = "通知"\n'
DRAFT = {"outcome": "adopted", "reasons": "月底前修好。", "by_when": "2027-03-31", "summary": "已安排修复。"}
BODY = {"mechanism": "suggestions", "kind": "suggestion", "title": "路灯", "text": "坏了", "category": "water"}


def backup_of(place, folder, now=NOW):
    return make_backup(place.settings, shipped("full"), folder, now, nobody)


def upload(world):
    file = {"file": (BytesIO("路灯编号 17".encode()), "灯.txt", "text/plain")}
    answer = world.client.post("/api/v1/cases/uploads", data=file)
    assert answer.status_code == 201, answer.text
    return answer.get_json()["id"]


def send_only(running):
    """Let a service's relay hand over what it has; nobody receives."""
    worker, end = Worker(running), monotonic() + PATIENCE
    while waiting(running) and monotonic() < end:
        worker.send(running.clock.now())
    worker.close()


def waiting(running):
    with running.reading() as session:
        return session.scalar(select(func.count()).select_from(UnsentRow))


def test_a_restored_deployment_goes_on_with_its_cases(places, tmp_path):
    lost, found = places
    world = lost.world()
    blob = upload(world)
    at_work = world.submit(category="water", attachments=[blob])
    world.step(at_work, "accept", "water-officer")
    world.token("water-reader")
    on_its_way = world.ask("POST", "/api/v1/cases", BODY).get_json()
    only_the_broker_has_it = not lost.settings.embedded
    if only_the_broker_has_it:
        send_only(world.service("intake"))
        assert waiting(world.service("intake")) == 0
    events = world.events(at_work)
    made = backup_of(lost, tmp_path / "backups")
    before = lost.rows()
    world.settle()
    too_late = world.submit(category="water")
    world.loop.close()
    empty_the_broker(lost)

    found.bring_keys_of(lost)
    done = restore(found.settings, made.path, None, nobody)
    assert found.rows() == before
    assert done.attachments == 1
    assert (done.told_again > 0) == only_the_broker_has_it
    with pytest.raises(StartError, match="restore into an empty"):
        restore(found.settings, made.path, None, nobody)
    assert found.rows() == before
    again = found.world(start=NOW)
    again.settle()
    again.tokens = world.tokens
    assert again.ask("GET", f"/api/v1/desk/cases/{at_work['reference']}/files/{blob}", post="water-officer").text
    again.step(at_work, "draft", "water-officer", **DRAFT)
    assert Counter(again.events(at_work)) == Counter(events) + Counter(["case.stepped"])
    assert again.follow(on_its_way)["phase"] == "triage"
    refused = again.ask("GET", f"/api/v1/cases/{too_late['reference']}", Lianxin_Receipt=too_late["receipt"])
    assert refused.status_code == 404
    for running in again.deployment.services.values():
        with running.reading() as session:
            numbers = list(session.scalars(select(LeafRow.number).order_by(LeafRow.number)))
            assert numbers == list(range(1, len(numbers) + 1))


def test_attachments_of_another_deployment_are_left_alone(small_backup, seeded_home, tmp_path):
    found = Place(tmp_path / "found", {}, make_world)
    found.bring_keys_of(Place(seeded_home, {}, make_world))
    (found.home / "blobs" / "ab" / "cd").mkdir(parents=True)
    (found.home / "blobs" / "ab" / "cd" / "abcd").touch()
    with pytest.raises(StartError, match="attachments that are not in the backup"):
        restore(found.settings, small_backup, None, nobody)
    assert not (found.home / "db").exists()


def test_notices_of_days_off_come_along(seeded_home, tmp_path):
    home = shutil.copytree(seeded_home, tmp_path / "home")
    (home / "calendars").mkdir()
    (home / "calendars" / "CN-2027@1.toml").write_text(NOTICE, encoding="utf-8")
    made = make_backup(Settings(home=home), shipped("full"), tmp_path / "backups", NOW, nobody)
    there = tmp_path / "there"
    shutil.copytree(home / "keys", there / "keys")

    restore(Settings(home=there), made.path, None, nobody)

    assert (there / "calendars" / "CN-2027@1.toml").read_text(encoding="utf-8") == NOTICE


def test_packs_of_a_countys_own_come_along(seeded_home, tmp_path):
    home = shutil.copytree(seeded_home, tmp_path / "home")
    file = write_county(home, a_pack())
    made = make_backup(Settings(home=home), file, tmp_path / "backups", NOW, nobody)
    there = tmp_path / "there"
    shutil.copytree(home / "keys", there / "keys")

    restore(Settings(home=there), made.path, None, nobody)

    assert rules_of(load_county(there / "county.toml"))["our.reply"].quantity == 20
    assert NAME in read_sums(made.path)


def test_a_backup_without_a_pack_of_its_county_is_not_begun(seeded_home, tmp_path):
    file = write_county(tmp_path / "own", a_pack())
    (file.parent / NAME).unlink()
    with pytest.raises(StartError, match="give the path of a pack"):
        make_backup(Settings(home=seeded_home), file, tmp_path / "backups", NOW, nobody)
    assert not (tmp_path / "backups").exists()
