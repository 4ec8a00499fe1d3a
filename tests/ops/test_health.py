"""Ready means migrated, seeded, relay and inbox running; what is missing is named."""

import pytest
from sqlalchemy import delete, text

from lianxin.health import Health
from lianxin.serve import start_workers
from shared.journal.tables import PeerRow

pytestmark = pytest.mark.quick


@pytest.fixture
def routing(embedded_world):
    return embedded_world.service("routing")


def reasons(world, **more):
    return Health(world.loop.deployment, **more).reasons()


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


def test_a_process_that_should_work_names_each_half_that_does_not(embedded_world):
    assert reasons(embedded_world) == ["workers not started"]
    threads = start_workers(embedded_world.loop.deployment)
    for thread in threads:
        thread.stop()
        thread.join()
    found = reasons(embedded_world, threads=threads)
    assert {"relay-routing: silent", "worker-routing: silent"} <= set(found)
    assert len(found) == len(threads)
