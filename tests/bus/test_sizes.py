"""How large a fact may be, on both carriers: what no broker would carry is refused before its change commits."""

import pytest

from shared.errors import Refusal
from shared.journal.tables import JournalRow, KeyOutRow
from shared.journal.tell import LARGEST_FACT, FactTooLarge

CASE = "c" * 32
READERS = ("ledger", "archive")
SEALED = LARGEST_FACT * 3 // 4  # letters of a note that is as large as a fact may be: it is told sealed, as base64
ENVELOPE = 700  # letters of the note for which the rest of the envelope takes the room


@pytest.fixture
def case(town):
    """Give a case whose key every reader has."""
    with town.services["intake"].transaction() as session:
        session.make_key(CASE)
        session.add_all(KeyOutRow(case=CASE, receiver=reader) for reader in READERS)
    town.settle()
    return CASE


def test_the_largest_fact_is_carried_and_a_larger_one_is_refused_before_its_commit(town, case):
    town.tell(case, 1, note="x" * (SEALED - ENVELOPE))
    assert [len(fact.to_bytes()) for fact in town.envelopes()] == [pytest.approx(LARGEST_FACT, rel=0.001)]
    with pytest.raises(FactTooLarge, match=f"'most': {LARGEST_FACT}") as refused:
        town.tell(case, 2, note="x" * SEALED)
    assert isinstance(refused.value, Refusal)  # a door answers it, and a fact that set it off is parked
    assert len(town.rows("intake", JournalRow, JournalRow.subject == case)) == 1
    town.tell(case, 2)  # the number was not used up
    town.settle()
    assert [town.effects(reader) for reader in READERS] == [[(case, 1), (case, 2)]] * 2
