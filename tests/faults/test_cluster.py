"""Three private RabbitMQ nodes: one is killed, one is cut off. A balancer, here a proxy, picks one that lives."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from nodes import Node, nodes
from packets import iptables
from proxy import proxy_to, through
from stage import Stage, until

from tests.conftest import new_database

pytestmark = [pytest.mark.real, pytest.mark.check]

ALONE = "nogroup"  # the group of the node that will be cut off: by it its packets are known


@pytest.fixture(scope="module")
def cluster():
    """Give three nodes that are one broker."""
    with nodes(3, first_group=ALONE) as (first, *others):
        for other in others:
            other.join(first)
        yield [first, *others]


@pytest.fixture
def stage(cluster, dev_services, tmp_path):
    """Give a stage whose services reach the cluster through a balancer, and that balancer."""
    with new_database(dev_services.postgres_url) as database, proxy_to(cluster[0].url) as balancer:
        made = Stage(tmp_path, through(balancer, cluster[0].url), database)
        made.start()
        yield made, balancer
        made.close()


def test_a_cluster_goes_on_without_a_node(cluster, stage):
    stage, balancer = stage
    subjects = flowing(stage, "killed")
    cluster[0].kill()
    balancer.target = cluster[1].port
    stage.settle()
    assert stage.broken(*subjects) == []
    cluster[0].start()


def test_a_node_that_is_cut_off_confirms_nothing(cluster, stage):
    stage, balancer = stage
    balancer.target = cluster[0].port
    balancer.cut()
    subjects = flowing(stage, "alone")
    with cut_off(cluster[0], cluster[1:]):
        stage.tell(later := [f"later-{subject}" for subject in subjects], 20)
        until(lambda: cluster[0].name not in running(cluster[1]), "it is missed")
        until(stage.is_told, "telling goes on")
        assert stage.unsettled()
        balancer.target = cluster[1].port
        balancer.cut()
        stage.settle()
    for word in ("stop_app", "start_app"):
        cluster[0].ctl(word)
    assert stage.broken(*subjects, *later) == []


def flowing(stage: Stage, which: str) -> list[str]:
    """Tell, and wait until things flow; gives the subjects."""
    subjects = [f"{subject}-{which}" for subject in ("a", "b", "hard")]
    stage.tell(subjects, 40)
    until(lambda: any(subject in subjects for subject, _ in stage.effects("archive", "ledger")), "things flow")
    return subjects


def running(node: Node) -> list[str]:
    """Give the nodes that a node hears."""
    return list(json.loads(node.ctl("cluster_status", "--formatter", "json"))["running_nodes"])


@contextmanager
def cut_off(node: Node, others: list[Node]) -> Iterator[None]:
    """Let nothing through that a node sends to the others. The rules are ours, and gone afterwards."""
    ways = [("--sport", node), *(("--dport", other) for other in others)]
    with ExitStack() as ends:
        for end, one in ways:
            port = one.env["RABBITMQ_DIST_PORT"]
            rule = ["OUTPUT", "-o", "lo", "-p", "tcp", end, port, "-m", "owner", "--gid-owner", ALONE, "-j", "DROP"]
            iptables("-I", *rule)
            ends.callback(iptables, "-D", *rule)
        yield
