"""Ready means migrated, seeded, relay and inbox running; what is missing is named."""

import threading

import pytest
from sqlalchemy import delete, text

from lianxin.health import Health
from lianxin.serve import start_owners
from shared.journal.tables import PeerRow

pytestmark = pytest.mark.quick


@pytest.fixture
def routing(embedded_world):
    return embedded_world.service("routing")


def reasons(world, **more):
    return Health(world.deployment, **more).reasons()


def test_a_deployment_that_began_is_ready_to_serve(embedded_world):
    assert reasons(embedded_world, works=False) == []


def test_tables_of_an_older_release_are_named(embedded_world, routing):
    with routing.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'kit_0000' WHERE version_num LIKE 'kit%'"))
    assert reasons(embedded_world, works=False) == ["routing: database not migrated; run lianxin migrate"]


def test_a_service_whose_worker_never_started_is_named(embedded_world, routing):
    with routing.transaction() as session:
        session.execute(delete(PeerRow).where(PeerRow.service == "routing"))
    assert reasons(embedded_world, works=False) == ["routing: not seeded; its worker has never started"]


def wait_for(ready):
    """Wait for threads that are at work, at most a minute."""
    for _ in range(6_000):
        if ready():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it did not come so far")


@pytest.mark.slow
def test_a_process_that_should_work_names_each_half_that_does_not(embedded_world):
    assert reasons(embedded_world) == ["workers not started"]
    owners = start_owners(embedded_world.deployment, works=True)
    wait_for(lambda: all(owner.threads for owner in owners))
    for thread in owners[0].threads:
        thread.stop()
        thread.join()
    name = owners[0].running.name
    assert set(reasons(embedded_world, owners=owners)) >= {f"relay-{name}: silent", f"worker-{name}: silent"}
    for owner in owners:
        owner.stop()
        owner.join()
    assert f"{name}: work not begun" in reasons(embedded_world, owners=owners)
