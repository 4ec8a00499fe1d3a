"""Start this service alone: `python -m services.intake`."""

from lianxin.cli import main

main(["run", "intake"], standalone_mode=True)
