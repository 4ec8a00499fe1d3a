"""A county at the present day on both carriers, its command line, and a fact that fails in it."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import real_servers
from sqlalchemy import select
from world import World

from lianxin.cli import main
from shared.errors import Refusal
from shared.facts.base import Envelope
from shared.facts.case import CaseSubmitted
from shared.journal.tables import JournalRow
from shared.kit.running import Running


@pytest.fixture
def servers(request: pytest.FixtureRequest) -> dict[str, str]:
    """Give no servers, for the embedded mode; real ones to a test that asks for both ways."""
    if getattr(request, "param", "embedded") == "embedded":
        return {}
    return {**real_servers(request), "broker": request.getfixturevalue("dev_services").broker_url}


@pytest.fixture
def world_now(new_world: Callable[..., World], servers: dict[str, str]) -> World:
    """Give the full county at this moment: the command line has no other clock than the machine's."""
    return new_world(start=datetime.now(UTC), **servers)


@pytest.fixture
def said(tmp_path: Path, servers: dict[str, str]) -> Callable[..., str]:
    """Run a command beside the county; gives what a person reads."""
    runner = CliRunner(env={f"LIANXIN_{name.upper()}": value for name, value in servers.items()})

    def run(*words: str, fails: int = 0) -> str:
        done = runner.invoke(main, [*words, "--home", str(tmp_path)])
        assert done.exit_code == fails, done.output
        return done.output if fails else done.stdout

    return run


@pytest.fixture
def lianxin(said: Callable[..., str]) -> Callable[..., Any]:
    """Run a command beside the county; gives its JSON, or its output where it has failed."""

    def run(*words: str, fails: int = 0) -> Any:
        done = said(*words, "--json", fails=fails)
        return done if fails else json.loads(done)

    return run


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Callable[[Running], Callable[[], None]]:
    """Let a service refuse every new case until the function that is given is called."""

    def begin(running: Running) -> Callable[[], None]:
        handlers = running.service.handlers
        kind, right = CaseSubmitted.wire_type(), handlers[CaseSubmitted.wire_type()]

        def no(*_: Any, **__: Any) -> None:
            raise Refusal

        monkeypatch.setitem(handlers, kind, [replace(right[0], run=no), *right[1:]])
        return lambda: monkeypatch.setitem(handlers, kind, right)

    return begin


@pytest.fixture
def told() -> Callable[[World, str, str], list[dict[str, Any]]]:
    """Give what a service's journal says of one kind, oldest first."""

    def read(world: World, service: str, name: str) -> list[dict[str, Any]]:
        kind = JournalRow.type == f"org.lianxin.{name}.v1"
        with world.service(service).reading() as session:
            rows = session.scalars(select(JournalRow.envelope).where(kind).order_by(JournalRow.id)).all()
        return [Envelope.from_bytes(row).data for row in rows]

    return read
