"""Fixtures that every test may use."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from world import World, make_world  # noqa: E402 - found through the line above

from shared import log  # noqa: E402 - same

log.configure(json=False)


@pytest.fixture
def new_world(tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Make worlds in one home folder; each is closed at the end."""
    made: list[World] = []

    def make(**changes: Any) -> World:
        world = make_world(changes.pop("home", tmp_path), **changes)
        made.append(world)
        return world

    yield make
    for world in made:
        world.loop.close()


@pytest.fixture
def world(new_world: Callable[..., World]) -> World:
    """Give the full county in one thread."""
    return new_world()
