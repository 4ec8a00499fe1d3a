"""Stages in both modes: for a test of its own, or one for a whole file, because its processes take seconds to start."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from dev_services import DevServices
from stage import MODES, Stage

from tests.conftest import empty_broker, new_database


def make_stage(request: pytest.FixtureRequest, mode: str, folder: Path, ends: ExitStack) -> Stage:
    """Make a stage in a mode; its processes and its database end with `ends`."""
    if mode == "embedded":
        stage = Stage(folder)
    else:
        servers: DevServices = request.getfixturevalue("dev_services")
        database = ends.enter_context(new_database(servers.postgres_url))
        stage = Stage(folder, empty_broker(servers.amqp_url), database)
    ends.callback(stage.close)
    return stage


@pytest.fixture(scope="module", params=MODES)
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Give a stage on which everybody works; whom a test kills it starts again."""
    with ExitStack() as ends:
        made = make_stage(request, request.param, tmp_path_factory.mktemp("stage"), ends)
        made.start()
        yield made


@pytest.fixture
def new_stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Stage]]:
    """Make an empty stage in a mode."""
    with ExitStack() as ends:
        yield lambda mode: make_stage(request, mode, tmp_path, ends)
