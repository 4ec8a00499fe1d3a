"""The commands of the guides run as they stand there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUN = re.compile(r"<!-- run -->\n```sh\n(.*?)```", re.DOTALL)
GUIDES = sorted(path for path in (ROOT / "docs").glob("*.md") if RUN.search(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_the_commands_of_a_guide_run(guide, tmp_path):
    venv = tmp_path / "venv"
    # An environment over ours: what the guide installs is found by it and gone with it.
    subprocess.run([sys.executable, "-m", "venv", "--system-site-packages", str(venv)], check=True)
    site = next((venv / "lib").glob("python*/site-packages"))
    (site / "below.pth").write_text(
        "\n".join(path for path in sys.path if path.endswith("site-packages")) + f"\n{ROOT}\n"
    )
    (venv / "bin" / "lianxin").write_text(f"#!{venv}/bin/python\nfrom lianxin.cli import main\nmain()\n")
    (venv / "bin" / "lianxin").chmod(0o755)
    work = tmp_path / "work"
    shutil.copytree(ROOT / "deploy" / "counties", work / "deploy" / "counties")
    script = "set -eu\n" + "".join(RUN.findall(guide.read_text(encoding="utf-8")))
    environment = {**os.environ, "PATH": f"{venv}/bin:{os.environ['PATH']}"}
    command = ["/bin/sh", "-c", script]
    done = subprocess.run(command, check=False, cwd=work, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_guides_with_commands():
    assert GUIDES
