"""A mail server must show a certificate of an authority that is trusted: the system's, or the office's own."""

from datetime import UTC, datetime

import pytest
from authority import Authority, mail_server
from dev_server import free_port
from world import full_county

from lianxin.authorities import authorities
from lianxin.loading import load_services
from lianxin.stack import Stack
from shared.errors import StartError
from shared.mail import NotSent, Smtp, mail

HERE = "127.0.0.1"


@pytest.fixture
def authority(tmp_path):
    (tmp_path / "dropped").mkdir()
    return Authority(tmp_path / "dropped")


@pytest.fixture(params=["smtps", "smtp+starttls"])
def server(request, authority):
    context, port = authority.server(HERE), free_port()
    how = {"ssl_context": context} if request.param == "smtps" else {"tls_context": context, "require_starttls": True}
    with mail_server(HERE, port, **how) as postbox:
        yield postbox, Smtp(f"{request.param}://{HERE}:{port}")


@pytest.fixture
def letter():
    return mail("1", datetime(2026, 11, 2, tzinfo=UTC), "office@example.test", "r@example.test", "事", "办好了")


def test_a_server_nobody_vouches_for_gets_no_mail(server, letter):
    postbox, smtp = server
    with pytest.raises(NotSent) as refused:
        smtp.send(letter)
    assert (refused.value.again, postbox.recipients) == (True, [])


def test_an_authority_dropped_into_the_folder_is_trusted(server, letter, authority, tmp_path, monkeypatch):
    postbox, smtp = server
    Stack(
        tmp_path / "run",
        full_county(),
        load_services(["intake", "notification"]),
        certificates=authority.certificate.parent,
    ).write()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "run" / "notification" / "authorities.pem"))
    smtp.send(letter)
    assert postbox.recipients == ["r@example.test"]


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
