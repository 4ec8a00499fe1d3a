"""A service that is deployed later begins with everything the others told before."""

import pytest

from services.supervision.models import CaseRow
from shared.journal.tables import LeafRow, UnsentRow

pytestmark = pytest.mark.quick
BEFORE = ("intake", "routing", "notification", "disclosure", "directory")


def leaves(world, service):
    with world.service(service).reading() as session:
        assert session.query(UnsentRow).all() == []
        return [row.number for row in session.query(LeafRow).order_by(LeafRow.number)]


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
