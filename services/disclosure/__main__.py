"""Start this service alone: `python -m services.disclosure`."""

from lianxin.cli import main

main(["run", "disclosure"], standalone_mode=True)
