"""A home for worlds with a mail server of their own."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def seeded_copy(seeded_home: Path, tmp_path: Path) -> Path:
    """Give a fresh copy of the seeded home."""
    shutil.copytree(seeded_home, tmp_path / "home")
    return tmp_path / "home"
