"""The relay alone and the consumer alone, each beside pika with nothing else; a long backlog; how late an effect is."""

import time
from collections.abc import Callable

import psycopg
from events import LIANXIN, Course
from servers import HERE

ROUNDS = 3
COUNT = 30_000  # events of a round: the start of a process must not count
BACKLOG = 100_000
PARTS = 10  # of a backlog, in the order of its effects
RATE, SECONDS = 200, 15.0  # events told by the clock

COMMITS = """
SELECT extract(epoch FROM pg_xact_commit_timestamp(done.xmin) - pg_xact_commit_timestamp(told.xmin))::float
FROM teller.journal AS told JOIN desk.effect AS done USING (subject)
"""
PART_RATES = """
SELECT count(*) / extract(epoch FROM max(at) - min(at))::float
FROM (SELECT at, ntile(%s) OVER (ORDER BY at) AS part FROM desk.effect) AS numbered GROUP BY part ORDER BY part
"""
LEFT = "SELECT id FROM teller.unsent ORDER BY id DESC LIMIT 1"  # what was told last leaves last: no row is counted
Rates = dict[str, list[float]]


def measure(course: Course, show: Callable[[str], None]) -> tuple[Rates, Rates]:
    """Give events per second of relay and consumer, each beside pika's, in rounds one after the other."""
    relay: Rates = {"lianxin": [], "pika": []}
    consumer: Rates = {"lianxin": [], "pika": []}
    with course.consumer(LIANXIN):
        pass  # its queue is there now
    for turn in range(ROUNDS):
        show(f"relay and consumer alone, round {turn + 1} of {ROUNDS}")
        relay["lianxin"].append(_relay(course))
        consumer["lianxin"].append(_desk(course))
        relay["pika"].append(_published(course))
        consumer["pika"].append(_consumed(course))
    return relay, consumer


def _relay(course: Course) -> float:
    """Send what is in the journal, until all is confirmed, numbered and forgotten."""
    course.fill(COUNT)
    with psycopg.connect(course.database, autocommit=True) as asking:  # kept: fifty connections a second would be load
        relay = course.start(*LIANXIN.command, "send")
        began = relay.said("began")
        course.until(lambda: asking.execute(LEFT).fetchone() is None, "the relay did not end", every=0.02)
        took = time.time() - began
    course.stop(relay)
    return COUNT / took


def _desk(course: Course) -> float:
    course.empty("desk.effect")
    with course.consumer(LIANXIN):
        course.entered("desk.effect", COUNT)
    return _rate(course, "desk.effect")


def _published(course: Course) -> float:
    publisher = course.start(*LIANXIN.command[:1], str(HERE / "raw.py"), "publish", str(COUNT))
    return COUNT / (publisher.said("ended") - publisher.said("began"))


def _consumed(course: Course) -> float:
    course.empty("public.effect")
    course.run(*LIANXIN.command[:1], str(HERE / "raw.py"), "consume", str(COUNT))
    course.entered("public.effect", COUNT)
    return _rate(course, "public.effect")


def _rate(course: Course, table: str) -> float:
    """Give rows per second from the first batch to the last."""
    return COUNT / float(course.ask(f"SELECT extract(epoch FROM max(at) - min(at)) FROM {table}"))


def backlog(course: Course, show: Callable[[str], None], count: int = BACKLOG) -> list[float]:
    """Let a long journal go from end to end; gives events per second by part, the oldest first."""
    show(f"a backlog of {count}")
    course.empty("desk.effect")
    course.fill(count)
    with course.consumer(LIANXIN):
        relay = course.start(*LIANXIN.command, "send")
        course.entered("desk.effect", count)
        course.stop(relay)
    with psycopg.connect(course.database) as connection:
        return [float(row[0]) for row in connection.execute(PART_RATES, [PARTS])]


def late(course: Course, show: Callable[[str], None]) -> list[float]:
    """Tell by the clock; gives for each event the seconds between the two commits, as PostgreSQL noted them."""
    show(f"{RATE} events per second for {SECONDS:.0f} s")
    course.empty("desk.effect")
    with course.consumer(LIANXIN):
        teller = course.start(*LIANXIN.command, "clock", str(RATE), str(SECONDS))
        course.entered("desk.effect", int(RATE * SECONDS))
        course.stop(teller)
    with psycopg.connect(course.database) as connection:
        return [row[0] for row in connection.execute(COMMITS)]
