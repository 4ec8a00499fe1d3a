"""Start this service alone: `python -m services.notification`."""

from lianxin.cli import main

main(["run", "notification"], standalone_mode=True)
