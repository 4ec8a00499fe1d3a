"""A certificate authority of the office's own, and servers that carry its certificates."""

import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LIFE = timedelta(days=1)


class Authority:
    """Signs certificates for addresses; `certificate` is the file that others have to trust."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An office's own authority")])
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        built = self._builder(self._name, self._key.public_key())
        built = built.add_extension(x509.BasicConstraints(True, 0), True).add_extension(usage, True)
        self.certificate = folder / "office.crt"
        self.certificate.write_bytes(_pem(self._sign(built)))

    def server(self, address: str) -> ssl.SSLContext:
        """Give what a server at an IP address, or under a name, needs."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
        names = x509.SubjectAlternativeName([_named(address)])
        built = self._builder(name, key.public_key()).add_extension(names, False)
        built = built.add_extension(x509.BasicConstraints(False, None), True)
        file = self._folder / "server.pem"
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(secret + _pem(self._sign(built)))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _builder(self, name: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        own = x509.SubjectKeyIdentifier.from_public_key(key)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return (
            x509.CertificateBuilder(self._name, name, key, x509.random_serial_number(), now - LIFE, now + LIFE)
            .add_extension(own, False)
            .add_extension(issuer, False)
        )

    def _sign(self, built: x509.CertificateBuilder) -> x509.Certificate:
        return built.sign(self._key, hashes.SHA256())


def _named(address: str) -> x509.GeneralName:
    if address.replace(".", "").isdigit():
        return x509.IPAddress(ipaddress.ip_address(address))
    return x509.DNSName(address)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


class Postbox:
    """Takes every mail; `recipients` are those who got one."""

    def __init__(self) -> None:
        self.recipients: list[str] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a mail."""
        self.recipients += envelope.rcpt_tos
        return "250 OK"


@contextmanager
def mail_server(address: str, port: int, **tls: Any) -> Iterator[Postbox]:
    """Run a mail server with these settings of aiosmtpd's."""
    postbox = Postbox()
    controller = Controller(postbox, hostname=address, port=port, **tls)
    # Its own way of waking the server would ask for a certificate that nobody trusts yet.
    controller._trigger_server = lambda: socket.create_connection((address, port)).close()
    controller.start()
    try:
        yield postbox
    finally:
        controller.stop()
