"""E-mail as it really leaves: by SMTP to a server on the loopback, tried again by the clock, or into the outbox."""

from collections import Counter
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from dev_server import free_port

from services.notification.models import MessageRow
from shared.facts.base import Envelope, read_fact
from shared.facts.platform import MessageFailed, MessageSent
from shared.journal.tables import JournalRow

RESIDENT = "resident@example.test"
CONTACT = {"name": "李四", "email": RESIDENT}


class Postbox:
    """A mail server's behaviour: it answers with what it is told to, then takes everything."""

    def __init__(self):
        self.recipient_answers, self.data_answers, self.mails = [], [], []

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - aiosmtpd's name
        if self.recipient_answers:
            return self.recipient_answers.pop()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - same
        if self.data_answers:
            return self.data_answers.pop()
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"


@pytest.fixture
def postbox():
    return Postbox()


@pytest.fixture
def world(new_world, seeded_copy, postbox):
    port = free_port()
    controller = Controller(postbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield new_world(home=seeded_copy, smtp=f"smtp://127.0.0.1:{port}")
    controller.stop()


def told(world, kind):
    """Give what notification told of a kind."""
    with world.service("notification").reading() as session:
        rows = session.query(JournalRow).where(JournalRow.type == kind.wire_type()).order_by(JournalRow.id)
        return [read_fact(Envelope.from_bytes(row.envelope)) for row in rows]


def test_the_mail_arrives_once_with_the_reference_and_no_word_of_the_case(world, postbox):
    receipt = world.submit(contact=CONTACT)
    world.pass_days(0.5)
    first = [mail for to, mail in postbox.mails if to == [RESIDENT] and "已收到" in mail["Subject"]]
    assert len(first) == 1
    assert receipt["reference"] in first[0]["Subject"]
    ids = Counter(mail["Message-ID"] for _, mail in postbox.mails)
    assert set(ids.values()) == {1}
    for _, mail in postbox.mails:
        words = mail["Subject"] + mail.get_content()
        assert not [secret for secret in ("路灯", "老人", "李四", receipt["receipt"]) if secret in words]
    assert len(told(world, MessageSent)) == len(postbox.mails)


def test_a_temporary_refusal_is_tried_again_by_the_clock(world, postbox):
    postbox.recipient_answers = ["451 come back later"]
    world.submit(contact=CONTACT)
    assert postbox.mails == []
    assert told(world, MessageFailed) == []
    world.pass_days(1 / 24)
    assert [fact.attempt for fact in told(world, MessageSent) if fact.template == "received"] == [2]


@pytest.mark.parametrize("answers", ["recipient_answers", "data_answers"])
def test_a_final_refusal_is_told_and_not_tried_again(world, postbox, answers):
    setattr(postbox, answers, ["550 no"])
    world.submit(contact=CONTACT)
    world.pass_days(0.5)
    failed = told(world, MessageFailed)
    assert [(fact.template, fact.attempt) for fact in failed] == [("received", 1)]
    assert "received" not in [fact.template for fact in told(world, MessageSent)]


def test_a_server_that_is_gone_is_waited_for_and_at_last_a_person_is_told(new_world, seeded_copy):
    world = new_world(home=seeded_copy, smtp=f"smtp://127.0.0.1:{free_port()}")
    world.submit(contact=CONTACT)
    with world.service("notification").reading() as session:
        row = session.query(MessageRow).where(MessageRow.template == "received").one()
    assert (row.status, row.attempts, row.error) == ("queued", 1, "ConnectionRefusedError")
    for _ in range(8):
        world.pass_days(0.05)
    assert [fact.attempt for fact in told(world, MessageFailed) if fact.template == "received"] == [8]


def test_without_a_server_mails_lie_in_the_outbox_and_the_desk_shows_them(embedded_world, tmp_path):
    receipt = embedded_world.submit(contact=CONTACT, category="water")
    lying = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in (tmp_path / "home" / "outbox").glob("*.eml")
    ]
    assert [mail["To"] for mail in lying if receipt["reference"] in mail["Subject"]].count(RESIDENT) >= 1
    embedded_world.sign_in("water-officer")
    page = embedded_world.client.get("/desk/messages?lang=en")
    assert page.status_code == 200
    assert receipt["reference"] in page.text
    assert RESIDENT not in page.text


def test_who_is_barred_while_a_mail_waits_for_the_server_does_not_get_it(world, postbox):
    """The officer steps aside from the case while the mail server refuses everything."""
    token = world.token("water-officer")
    postbox.data_answers = ["451 later"] * 40
    reference = world.submit(category="water")["reference"]
    headers = {"Authorization": f"Bearer {token}"}
    done = world.client.post(f"/api/v1/desk/cases/{reference}/recuse", json={"reason": "x"}, headers=headers)
    assert done.status_code == 200, done.text
    world.settle()  # time goes on when every service has heard of it
    postbox.data_answers.clear()
    world.pass_days(0.5)

    with world.service("notification").reading() as session:
        mine = [row for row in session.query(MessageRow).filter_by(reference=reference) if row.error == "barred since"]
    assert mine
    assert [row.status for row in mine] == ["failed"] * len(mine)
    assert not [
        to for to, mail in postbox.mails if to == ["water-officer@example.test"] and reference in mail["Subject"]
    ]
