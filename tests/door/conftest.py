"""One county for a whole file of bad input: what is refused changes nothing, so nobody needs a county of his own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from world import World, make_world


@pytest.fixture(scope="module")
def embedded_world(seeded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Give the full county, shared by the tests of a file; one that changes it for others makes its own."""
    home = tmp_path_factory.mktemp("door") / "home"
    shutil.copytree(seeded_home, home)
    world = make_world(home)
    yield world
    world.loop.close()
