"""One world for all that is asked of the API: cases of each mechanism, files, tokens, what is late."""

import shutil

import pytest
from world import make_world


@pytest.fixture(scope="module")
def busy_world(seeded_home, tmp_path_factory):
    home = tmp_path_factory.mktemp("busy") / "home"
    shutil.copytree(seeded_home, home)
    world = make_world(home)
    yield world
    world.loop.close()


@pytest.fixture(scope="module")
def document(busy_world):
    return busy_world.client.get("/api/v1/openapi.json").get_json()
