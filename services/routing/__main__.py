"""Start this service alone: `python -m services.routing`."""

from lianxin.cli import main

main(["run", "routing"], standalone_mode=True)
