"""Celery: a task for each event, or with `batches` the package celery-batches, which hands a worker many at once.

Confirms by `confirm_publish`, late acknowledgement by `task_acks_late`; no results, no events, no gossip.
"""

import sys

import work
from celery import Celery
from celery_batches import Batches

BATCHES = "batches" in sys.argv
THREADS = 8
QUEUE = "bench.celery-batches" if BATCHES else "bench.celery"

app = Celery("bench", broker=work.AMQP)
app.conf.update(
    broker_transport_options={"confirm_publish": True},
    broker_pool_limit=THREADS,
    task_acks_late=True,
    task_ignore_result=True,
    task_default_queue=QUEUE,
    task_publish_retry=False,
    worker_prefetch_multiplier=800 if BATCHES else 25,
    worker_hijack_root_logger=False,
)


@app.task(name="enter")
def enter(event):
    """Commit one row."""
    work.enter(event)


@app.task(name="enter_all", base=Batches, flush_every=100, flush_interval=0.1)
def enter_all(requests):
    """Commit the rows of a batch in one transaction."""
    if not hasattr(work._here, "connection"):
        work._here.connection = work.connect()
    connection = work._here.connection
    with connection.transaction():
        connection.cursor().executemany(work.EFFECT, [request.args[0] for request in requests])


if __name__ == "__main__":
    if sys.argv[1] == "produce":
        task = enter_all if BATCHES else enter
        work.produce(lambda event: task.apply_async((event,)), threads=THREADS)
    else:
        quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=ERROR")
        at_once = 1 if BATCHES else THREADS
        app.worker_main(["worker", "--pool=threads", f"--concurrency={at_once}", *quiet])
