"""Case keys travel beside the facts: what comes before its key waits, and a key that is lost is asked for again."""

from shared.journal.tables import CaseKeyRow, KeyOutRow


def things(subject, last):
    return [(subject, number) for number in range(1, last + 1)]


def test_private_text_waits_for_its_key_and_then_runs(town):
    case = "c" * 32
    with town.services["intake"].transaction() as session:
        session.make_key(case)
    town.tell(case, 1, note="只给经办人")
    town.settle()
    assert town.waiting("ledger") == {"not_yet": 1}
    send_key(town, case, "ledger", "archive")
    town.settle()
    assert town.effects("ledger") == town.effects("archive") == things(case, 1)
    assert "只给经办人".encode() not in town.envelopes()[0].to_bytes()


def test_a_lost_key_is_asked_for_again(town):
    case = "d" * 32
    with town.services["intake"].transaction() as session:
        session.make_key(case)
    send_key(town, case, "ledger", "archive")
    town.settle()
    with town.services["ledger"].transaction() as session:
        session.delete(session.get(CaseKeyRow, case))
    town.tell(case, 1, note="私")
    town.settle()
    assert town.waiting("ledger") == {"not_yet": 1}
    town.pass_time(30)
    assert town.effects("ledger") == things(case, 1)
    assert not town.waiting("ledger")


def send_key(town, case, *receivers):
    with town.services["intake"].transaction() as session:
        session.add_all(KeyOutRow(case=case, receiver=receiver) for receiver in receivers)
