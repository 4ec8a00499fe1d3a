"""A service that is deployed later begins with everything the others told before."""

from datetime import timedelta

import pytest
from conftest import BOTH_WAYS, real_servers
from world import START

from lianxin.loading import SERVICES
from services.notification.models import MessageRow
from services.supervision.models import CaseRow
from shared.journal.tables import LeafRow, UnsentRow

BEFORE = ("intake", "routing", "notification", "disclosure", "directory")


def leaves(world, service):
    with world.service(service).reading() as session:
        assert session.query(UnsentRow).all() == []
        return [row.number for row in session.query(LeafRow).order_by(LeafRow.number)]


@pytest.mark.quick
@pytest.mark.slow
def test_a_service_that_comes_later_is_told_what_happened_before_and_nothing_is_numbered_twice(
    new_world, seeded_home, tmp_path
):
    home = tmp_path / "home"
    for path in seeded_home.rglob("*"):
        if path.is_file() and not path.name.startswith("supervision."):
            target = home / path.relative_to(seeded_home)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    world = new_world(home=home, names=BEFORE)
    receipt = world.submit()
    before = {name: leaves(world, name) for name in BEFORE}
    world.loop.close()

    world = new_world(home=home)
    with world.service("supervision").reading() as session:
        assert receipt["reference"] in {row.reference for row in session.query(CaseRow)}
    assert world.events(receipt).count("case.routed") == 1
    after = {name: leaves(world, name) for name in BEFORE}
    assert all(after[name][: len(before[name])] == before[name] for name in BEFORE)
    assert all(after[name] == list(range(1, len(after[name]) + 1)) for name in BEFORE)


@pytest.mark.slow
@pytest.mark.parametrize("way", BOTH_WAYS)
def test_who_sends_messages_from_later_on_sends_none_about_what_is_history_and_those_about_what_is_new(
    request, new_world, way
):
    servers = real_servers(request) if way == "production" else {}
    world = new_world(names=[name for name in SERVICES if name != "notification"], **servers)
    receipt = world.submit(category="roads", contact={"email": "resident@example.test"})
    world.loop.close()

    world = new_world(start=START + timedelta(days=2), **servers)
    assert [template for template in templates(world) if template != "late"] == []
    world.step(receipt, "accept", "transport-officer")
    world.pass_days(0.001)  # the key of the case was asked for again
    assert templates(world) == ["moved"]


def templates(world):
    with world.service("notification").reading() as session:
        return [row.template for row in session.query(MessageRow)]
