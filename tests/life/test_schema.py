"""The migrations make exactly what the models say, on both databases."""

import pytest

from lianxin.migrate import metadata_of
from shared.db.migrate import differences


def test_the_migrated_database_is_what_the_models_say(world):
    found = {
        name: differences(one.database, metadata_of(one.service)) for name, one in world.deployment.services.items()
    }
    assert not any(found.values())


@pytest.mark.quick
def test_a_missing_table_is_noticed(embedded_world):
    running = embedded_world.service("routing")
    with running.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE letter_numbers")
    assert differences(running.database, metadata_of(running.service))
