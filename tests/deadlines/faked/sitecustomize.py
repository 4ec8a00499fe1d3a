"""Python itself, where libfaketime sets the date: it misreads the sleep of Python, so nothing is waited for."""

import select
import time


def sleep(seconds: float) -> None:
    """Wait as `time.sleep` does."""
    select.select([], [], [], seconds)


time.sleep = sleep
