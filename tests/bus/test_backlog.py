"""In a backlog the relay reads only what is newer for some rounds: nothing is left out, sent twice or overtaken."""

import pytest

from shared.journal import pace
from shared.journal.relay import NEWER_ROUNDS, Relay
from shared.journal.tables import LeafRow, UnsentRow

pytestmark = pytest.mark.parametrize("new_town", ["memory"], indirect=True)

BATCH, WINDOW, FACTS = 3, 6, 90


class Held:
    """A broker that confirms or refuses when it is told to."""

    def __init__(self):
        self.sent, self.safe, self.unwanted, self.gone = [], [], [], False

    def send(self, messages):
        self.sent += [message.id for message in messages]

    def confirm(self):
        self.safe = [*self.sent]

    def confirmed(self):
        safe, self.safe = self.safe, []
        return safe

    def refused(self):
        unwanted, self.unwanted = self.unwanted, []
        return unwanted

    def lost(self):
        gone, self.gone = self.gone, False
        return gone


@pytest.fixture
def backlog(town, monkeypatch):
    """Give the town, a relay of its own and its broker, with facts to send; the relay takes a few at a time."""
    monkeypatch.setattr(pace, "BATCH", BATCH)
    monkeypatch.setattr(pace, "LEAST", 1)
    monkeypatch.setattr(pace, "WINDOW", WINDOW)
    town.settle()
    town.tell("a", *range(1, FACTS + 1))
    return town, Relay(town.services["intake"], held := Held()), held


def step(town, sender, held, rounds=1):
    for _ in range(rounds):
        sender.step(town.clock.now())
        held.confirm()


def ids(town):
    return [row.id for row in sorted(town.rows("intake", UnsentRow), key=lambda row: row.id)]


def test_each_is_sent_once_in_its_order(backlog):
    town, sender, held = backlog
    told = ids(town)
    step(town, sender, held, FACTS // BATCH + 3)
    assert held.sent[:FACTS] == told
    assert len(held.sent) == len(set(held.sent))
    leaves = {row.fact for row in town.rows("intake", LeafRow)}
    assert (leaves >= set(told), set(ids(town)) & set(told)) == (True, set())


def test_what_commits_late_with_an_older_id_is_found_while_the_backlog_lasts(backlog):
    town, sender, held = backlog
    told = ids(town)
    late, services = told[0], town.services["intake"]
    with services.transaction(town.clock.now()) as session:
        session.execute(UnsentRow.__table__.delete().where(UnsentRow.id == late))
    step(town, sender, held, 3)
    with services.transaction(town.clock.now()) as session:
        session.write(UnsentRow, {"id": late})
    step(town, sender, held, NEWER_ROUNDS + 1)
    assert late in held.sent
    assert told[-1] not in held.sent, "the backlog was over, and this shows nothing"


@pytest.mark.parametrize("how", ["lost", "refused"])
def test_what_has_to_be_sent_again_goes_before_what_is_newer(backlog, how):
    town, sender, held = backlog
    told = ids(town)
    step(town, sender, held, 2)
    sender.step(town.clock.now())
    held.safe, first = [], held.sent[:]
    open_still = first[-BATCH:]
    if how == "lost":
        held.gone = True
    else:
        held.unwanted = [*open_still]
    before = len(held.sent)
    for _ in range(3):
        sender.step(town.clock.now())
        town.clock.advance(pace.LONGEST_PAUSE * 2)
    assert held.sent[before] == min(open_still)
    assert told.index(open_still[0]) > 0


def test_all_is_found_in_the_round_in_which_the_newer_end(backlog):
    town, sender, held = backlog
    told = ids(town)
    late, services = told[0], town.services["intake"]
    with services.transaction(town.clock.now()) as session:
        session.execute(UnsentRow.__table__.delete().where(UnsentRow.id.in_([late, *told[BATCH + 1 :]])))
    step(town, sender, held)
    with services.transaction(town.clock.now()) as session:
        session.write(UnsentRow, {"id": late})
    step(town, sender, held)
    assert sorted(held.sent) == told[: BATCH + 1]
