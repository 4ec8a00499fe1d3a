"""FastStream: an asynchronous subscriber on uvloop; aio-pika confirms, a window of publications at once.

Its RabbitMQ broker has no batches. A message is acknowledged after the handler; as many are handled at once as are
prefetched, each on a connection of a pool, so that PostgreSQL commits several together.
"""

import asyncio
import json
import sys

import uvloop
import work
from faststream import AckPolicy, FastStream
from faststream.rabbit import Channel, RabbitBroker, RabbitQueue
from psycopg_pool import AsyncConnectionPool

WINDOW = 100
PREFETCH = 100
POOL = 8
QUEUE = RabbitQueue("bench.faststream", durable=True)

pool = AsyncConnectionPool(
    work.DATABASE, min_size=POOL, max_size=POOL, open=False, kwargs={"autocommit": True, "prepare_threshold": 1}
)
broker = RabbitBroker(work.AMQP, logger=None, default_channel=Channel(prefetch_count=PREFETCH))


async def enter(event: work.Event) -> None:
    """Commit one row."""
    async with pool.connection() as connection:
        await connection.execute(work.EFFECT, event)


async def consume() -> None:
    """Follow the queue until the process ends."""
    broker.subscriber(QUEUE, ack_policy=AckPolicy.NACK_ON_ERROR)(enter)
    await pool.open()
    await FastStream(broker, logger=None).run()


async def produce() -> None:
    """Publish what is asked for, a window at once."""
    count, durable = work.asked()
    window = asyncio.Semaphore(WINDOW)
    done: list[int] = []
    await broker.connect()
    await broker.declare_queue(QUEUE)
    if durable:
        await pool.open()

    async def publish(event: work.Event) -> None:
        async with window:
            row = await _first_row(event) if durable else 0
            await broker.publish(event, queue=QUEUE, persist=True)
            if durable:
                done.append(row)
                await _forget(done, work.AT_ONCE)

    work.began()
    await asyncio.gather(*(publish(event) for event in work.events(count)))
    if durable:
        await _forget(done, 1)
        await pool.close()
    await broker.stop()
    work.ended()


async def _first_row(event: work.Event) -> int:
    async with pool.connection() as connection:
        found = await (await connection.execute(work.FIRST_ROW, [json.dumps(event)])).fetchone()
        return int(found[0])


async def _forget(done: list[int], least: int) -> None:
    if len(done) >= least:
        rows, done[:] = list(done), []
        async with pool.connection() as connection:
            await connection.execute(work.FORGET, [rows])


if __name__ == "__main__":
    uvloop.run(produce() if sys.argv[1] == "produce" else consume())
