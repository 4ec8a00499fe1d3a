"""Start this service alone: `python -m services.supervision`."""

from lianxin.cli import main

main(["run", "supervision"], standalone_mode=True)
