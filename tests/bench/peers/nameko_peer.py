"""nameko: an event handler of a service pool on eventlet. It confirms by default and acknowledges after the handler."""

import os
import sys

import eventlet

if sys.argv[1] == "consume":
    os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"  # the one that eventlet can make cooperative
    eventlet.monkey_patch()

import work
from nameko.containers import ServiceContainer
from nameko.events import event_handler
from nameko.standalone.events import event_dispatcher

CONFIG = {"AMQP_URI": work.AMQP, "max_workers": 16}
THREADS = 8

pool = eventlet.queue.LifoQueue()


class Desk:
    """Enters what happened."""

    name = "desk"

    @event_handler("bench", "happened")
    def enter(self, event):
        """Commit one row, on a connection of its own."""
        connection = pool.get() if pool.qsize() else work.connect()
        connection.execute(work.EFFECT, event)
        pool.put(connection)


if __name__ == "__main__":
    if sys.argv[1] == "produce":
        dispatch = event_dispatcher(CONFIG)
        work.produce(lambda event: dispatch("bench", "happened", event), threads=THREADS)
    else:
        container = ServiceContainer(Desk, CONFIG)
        container.start()
        container.wait()
