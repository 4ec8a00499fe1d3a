"""Dramatiq: an actor for each event. It acknowledges when the actor is done; confirms by `confirm_delivery`."""

import signal
import sys

import dramatiq
import work
from dramatiq.brokers.rabbitmq import RabbitmqBroker

THREADS = 8

broker = RabbitmqBroker(url=work.AMQP, confirm_delivery=True, middleware=[])
dramatiq.set_broker(broker)


@dramatiq.actor(queue_name="bench.dramatiq")
def enter(event):
    """Commit one row."""
    work.enter(event)


if __name__ == "__main__":
    if sys.argv[1] == "produce":
        work.produce(enter.send, threads=THREADS)
    else:
        worker = dramatiq.Worker(broker, worker_threads=THREADS)
        worker.start()
        signal.sigwait({signal.SIGTERM})
        worker.stop()
