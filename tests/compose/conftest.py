"""The composed deployment under test: images made from this tree, a project, networks and volumes of its own."""

import os
from typing import Any

import pytest
from composed import FIRST_START, ROOT, Composed, compose_binary, free_port


@pytest.fixture(scope="session")
def docker_compose_command() -> str:
    """Give the command pytest-docker runs."""
    return compose_binary()


@pytest.fixture(scope="session")
def docker_compose_file() -> str:
    """Give the file a county uses, unchanged."""
    return str(ROOT / "docker-compose.yml")


@pytest.fixture(scope="session")
def docker_compose_project_name() -> str:
    """Give a name that no county's own deployment has."""
    return f"lianxin-test-{os.getpid()}"


@pytest.fixture(scope="session")
def docker_setup(docker_ip: str) -> list[str]:
    """Start as a county does, on a free port."""
    os.environ["LIANXIN_PORT"] = str(free_port())
    return ["up --detach --quiet-pull"]


@pytest.fixture(scope="session")
def docker_cleanup() -> list[str]:
    """Take everything down again, volumes and all: those of optional extras too."""
    return ['--profile "*" down --volumes --remove-orphans --timeout 10']


@pytest.fixture(scope="session")
def composed(docker_services: Any, docker_compose_project_name: str) -> Composed:
    """Give the deployment, once every container is well."""
    address = f"http://127.0.0.1:{docker_services.port_for('gateway', 8080)}"
    found = Composed(docker_compose_project_name, ROOT, address)
    docker_services.wait_until_responsive(timeout=FIRST_START, pause=0.5, check=found.all_well)
    return found
