"""What was backed up goes on elsewhere: cases in flight, attachments, and facts that were on their way."""

from collections import Counter
from datetime import UTC, datetime
from io import BytesIO
from time import monotonic

import pytest
from places import empty_the_broker, nobody
from sqlalchemy import func, select

from lianxin.backup.make import make_backup
from lianxin.backup.restore import restore
from shared.county.file import shipped
from shared.errors import StartError
from shared.journal.tables import LeafRow, UnsentRow
from shared.kit.worker import Worker

NOW = datetime(2026, 11, 2, 2, tzinfo=UTC)
PATIENCE = 30  # seconds for a real broker's confirms
DRAFT = {"outcome": "adopted", "reasons": "月底前修好。", "summary": "已安排修复。"}
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
    again = found.world(start=NOW)
    again.settle()
    again.tokens = world.tokens
    assert again.ask("GET", f"/api/v1/desk/cases/{at_work['reference']}/files/{blob}", post="water-officer").text
    again.step(at_work, "draft", "water-officer", **DRAFT)
    assert Counter(again.events(at_work)) == Counter(events) + Counter(["case.stepped"])
    assert again.follow(on_its_way)["phase"] == "triage"
    refused = again.ask("GET", f"/api/v1/cases/{too_late['reference']}", Lianxin_Receipt=too_late["receipt"])
    assert refused.status_code == 404
    for running in again.loop.deployment.services.values():
        with running.reading() as session:
            numbers = list(session.scalars(select(LeafRow.number).order_by(LeafRow.number)))
            assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.real
@pytest.mark.parametrize("places", ["production"], indirect=True)
def test_facts_that_only_the_broker_held_are_told_again(places, tmp_path):
    lost, found = places
    world = lost.world()
    receipt = world.ask("POST", "/api/v1/cases", BODY).get_json()
    intake = world.service("intake")
    send_only(intake)
    assert waiting(intake) == 0
    made = backup_of(lost, tmp_path / "backups")
    world.loop.close()
    empty_the_broker(lost)

    found.bring_keys_of(lost)
    assert restore(found.settings, made.path, None, nobody).told_again >= 1
    again = found.world(start=NOW)
    assert again.follow(receipt)["phase"] == "triage"


def test_a_place_that_is_in_use_is_left_alone(places, tmp_path):
    lost, found = places
    world = lost.world()
    made = backup_of(lost, tmp_path / "backups")
    world.loop.close()
    before = lost.rows()
    with pytest.raises(StartError, match="restore into an empty"):
        restore(lost.settings, made.path, None, nobody)
    assert lost.rows() == before
    (found.home / "blobs" / "ab" / "cd").mkdir(parents=True)
    (found.home / "blobs" / "ab" / "cd" / "abcd").touch()
    found.bring_keys_of(lost)
    with pytest.raises(StartError, match="attachments that are not in the backup"):
        restore(found.settings, made.path, None, nobody)
