"""A mail server must show a certificate of an authority that is trusted: the system's, or the office's own."""

import socket
from datetime import UTC, datetime

import pytest
from aiosmtpd.controller import Controller
from authority import Authority
from dev_services import free_port

from lianxin.authorities import authorities
from lianxin.loading import load_services
from lianxin.stack import Stack
from shared.errors import StartError
from shared.mail import NotSent, Smtp, mail

HERE = "127.0.0.1"


class Postbox:
    """Takes every mail."""

    def __init__(self):
        self.mails = 0

    async def handle_DATA(self, _server, _session, _envelope):  # noqa: N802 - aiosmtpd's name
        self.mails += 1
        return "250 OK"


@pytest.fixture
def authority(tmp_path):
    (tmp_path / "dropped").mkdir()
    return Authority(tmp_path / "dropped")


@pytest.fixture(params=["smtps", "smtp+starttls"])
def server(request, authority):
    postbox, context = Postbox(), authority.server(HERE)
    how = {"ssl_context": context} if request.param == "smtps" else {"tls_context": context, "require_starttls": True}
    controller = Controller(postbox, hostname=HERE, port=free_port(), **how)
    # Its own way of waking the server would ask for a certificate that nobody trusts yet.
    controller._trigger_server = lambda: socket.create_connection((HERE, controller.port)).close()
    controller.start()
    yield postbox, Smtp(f"{request.param}://{HERE}:{controller.port}")
    controller.stop()


@pytest.fixture
def letter():
    return mail("1", datetime(2026, 11, 2, tzinfo=UTC), "office@example.test", "r@example.test", "事", "办好了")


def test_a_server_nobody_vouches_for_gets_no_mail(server, letter):
    postbox, smtp = server
    with pytest.raises(NotSent) as refused:
        smtp.send(letter)
    assert (refused.value.again, postbox.mails) == (True, 0)


def test_an_authority_dropped_into_the_folder_is_trusted(server, letter, authority, tmp_path, monkeypatch):
    postbox, smtp = server
    Stack(
        tmp_path / "run", load_services(["intake", "notification"]), certificates=authority.certificate.parent
    ).write()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "run" / "notification" / "authorities.pem"))
    smtp.send(letter)
    assert postbox.mails == 1


def test_all_files_that_are_no_certificates_are_named(authority):
    folder = authority.certificate.parent
    (folder / "a.crt").write_bytes(b"\xff\xfe")
    (folder / "b.crt").write_text("-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----\n")
    (folder / "README.md").write_text("not looked at")
    with pytest.raises(StartError) as told:
        authorities(folder)
    assert [line.partition(":")[0] for line in told.value.lines] == ["a.crt", "b.crt"]


def test_the_systems_authorities_stay(authority, tmp_path):
    system = tmp_path / "system.crt"
    system.write_text(Authority(tmp_path).certificate.read_text())
    text = authorities(authority.certificate.parent, system)
    assert text == system.read_text() + authority.certificate.read_text()
