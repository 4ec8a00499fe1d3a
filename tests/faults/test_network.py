"""Ways that are cut, half open, slow or a black hole, between a service and its broker or its database."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from packets import iptables
from proxy import Proxy, proxy_to, through
from stage import NAMES, Stage, until

pytestmark = [pytest.mark.real, pytest.mark.check]

SUBJECTS = ("a", "b", "hard")
# Each way, and what a service logs that has noticed that it leads nowhere: of the database, that its lock is gone, and
# that whoever was in the middle of a statement has given it up.
NOTICED = {"LIANXIN_AMQP": ("carrier-down",), "LIANXIN_DATABASE": ("lock-lost", "worker-round-failed")}
A_MINUTE = 60  # docs/what-happens-if.md promises it


@pytest.fixture(params=NOTICED)
def way(request, new_stage):
    """Give a stage on which one way of every service leads through a proxy, and the proxy."""
    with ExitStack() as ends:
        stage = new_stage("production")
        url = {"LIANXIN_AMQP": stage.amqp, "LIANXIN_DATABASE": stage.database}[request.param]
        proxy = ends.enter_context(proxy_to(url))
        stage.start(**{request.param: through(proxy, url)})
        yield stage, proxy
        stage.close()


def flows(stage: Stage) -> None:
    """Wait until things flow."""
    stage.tell(SUBJECTS, 40)
    until(lambda: stage.effects("archive", "ledger"), "things flow")


def test_connections_cut_again_and_again(way):
    stage, proxy = way
    flows(stage)
    for _ in range(5):
        passed = proxy.passed
        until(lambda passed=passed: stage.is_told() or proxy.passed > passed + 50_000, "more goes through")
        proxy.cut()
    stage.settle()
    assert stage.broken(*SUBJECTS) == []


def test_connections_cut_in_the_middle_of_a_message(way):
    stage, proxy = way
    flows(stage)
    for size in (5_001, 20_001, 60_001):
        proxy.cut_after, accepted = size, proxy.accepted
        until(lambda accepted=accepted: stage.is_told() or proxy.accepted > accepted + 3, "they connect anew")
    proxy.cut_after = None
    stage.settle()
    assert stage.broken(*SUBJECTS) == []


def test_slow_and_jittering(way):
    stage, proxy = way
    proxy.delay, proxy.jitter, proxy.rate = 0.005, 0.01, 500_000
    flows(stage)
    stage.settle()
    assert stage.broken(*SUBJECTS) == []


def test_a_black_hole_for_new_connections(way):
    stage, proxy = way
    flows(stage)
    proxy.black_hole = True
    accepted = proxy.accepted
    proxy.cut()
    until(lambda: proxy.accepted > accepted + 2, "they try again")
    proxy.black_hole = False
    proxy.cut()
    stage.settle()
    assert stage.broken(*SUBJECTS) == []


def test_connections_whose_other_end_has_gone_without_a_word(way, request):
    stage, proxy = way
    flows(stage)
    with dropping(proxy), noticed_by_all(stage, NOTICED[request.node.callspec.params["way"]]):
        proxy.cut()  # nobody hears of it, and nobody is heard
        stage.tell(SUBJECTS, 60)
    stage.settle()
    assert stage.broken(*SUBJECTS) == []


@pytest.mark.parametrize("way", ["LIANXIN_AMQP"], indirect=True)
def test_connections_that_stay_open_and_pass_nothing(way):
    """Only heartbeats see this: packets are acknowledged, and each new connection passes."""
    stage, proxy = way
    flows(stage)
    proxy.freeze()
    assert proxy.held >= len(NAMES)
    begun = time.monotonic()
    stage.tell(SUBJECTS, 60)
    until(lambda: not proxy.held, "everybody gives up what passes nothing", stage.logs)
    assert time.monotonic() - begun < A_MINUTE
    stage.settle()
    assert stage.broken(*SUBJECTS) == []


@contextmanager
def noticed_by_all(stage: Stage, signs: tuple[str, ...]) -> Iterator[None]:
    """Let something happen, and wait until every service has logged that it noticed, within the minute we promise."""
    before = logged(stage, signs)
    yield
    begun = time.monotonic()
    until(lambda: all(logged(stage, signs)[one] > before[one] for one in before), f"all log {signs}", stage.logs)
    assert time.monotonic() - begun < A_MINUTE


def logged(stage: Stage, signs: tuple[str, ...]) -> dict[tuple[str, str], int]:
    """Count in each service's log how often it has said what shows that it noticed."""
    texts = {name: (stage.folder / f"{name}.log").read_text(errors="replace") for name in NAMES}
    return {(name, sign): text.count(sign) for name, text in texts.items() for sign in signs}


@contextmanager
def dropping(proxy: Proxy) -> Iterator[None]:
    """Let the kernel lose every packet from and to the proxy; the rules are ours, and gone afterwards."""
    rules = [
        ["OUTPUT", "-o", "lo", "-p", "tcp", word, str(proxy.port), "-j", "DROP"] for word in ("--dport", "--sport")
    ]
    with ExitStack() as ends:
        for rule in rules:
            iptables("-I", *rule)
            ends.callback(iptables, "-D", *rule)
        yield
