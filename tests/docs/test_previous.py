"""`deploy/previous` names the released commit that upgrade tests start from."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def git(*words):
    return subprocess.run(["/usr/bin/git", *words], cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_previous_release_is_named_by_its_whole_commit():
    named = (ROOT / "deploy" / "previous").read_text(encoding="utf-8").strip()
    assert re.fullmatch(r"[0-9a-f]{40}", named)
    shown = git("show", f"{named}:CHANGELOG.md")
    # An export or a shallow clone does not hold the commit; where it is there, it is a release.
    assert shown.returncode != 0 or re.search(r"^## 0\.1\.0 ", shown.stdout, re.MULTILINE)
