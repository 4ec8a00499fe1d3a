"""Start this service alone: `python -m services.directory`."""

from lianxin.cli import main

main(["run", "directory"], standalone_mode=True)
