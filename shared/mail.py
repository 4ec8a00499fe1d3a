"""E-mail: how a message leaves a service. Timing, retries and counting are outside; `send` is all a channel is."""

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

PATIENCE = 15  # seconds for a mail server's answer


class NotSent(Exception):  # noqa: N818 - a state
    """The message did not leave; `again` tells whether another try makes sense."""

    def __init__(self, reason: str, *, again: bool) -> None:
        self.reason, self.again = reason, again
        super().__init__(reason)


class Channel(Protocol):
    """A way out."""

    def send(self, message: EmailMessage) -> None:
        """Hand the message over. Raises `NotSent`."""


@dataclass(frozen=True)
class Smtp:
    """A mail server: `smtp://user:password@host:25`, `smtp+starttls://…:587`, `smtps://…:465`."""

    url: str

    def send(self, message: EmailMessage) -> None:
        """Send by SMTP; what the server refuses for good is not tried again."""
        parts = urlsplit(self.url)
        try:
            with self._connect(parts.scheme, parts.hostname or "", parts.port or 0) as server:
                if parts.username:
                    server.login(parts.username, parts.password or "")
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            final = all(code >= 500 for code, _ in refused.recipients.values())  # noqa: PLR2004 - SMTP's own border
            raise NotSent("recipient refused", again=not final) from refused
        except smtplib.SMTPResponseException as refused:
            raise NotSent(type(refused).__name__, again=refused.smtp_code < 500) from refused  # noqa: PLR2004 - same
        except (smtplib.SMTPException, OSError) as error:
            raise NotSent(type(error).__name__, again=True) from error

    @staticmethod
    def _connect(scheme: str, host: str, port: int) -> smtplib.SMTP:
        """Connect; smtplib by itself would look at no certificate."""
        trusted = ssl.create_default_context()
        if scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=trusted)
        server = smtplib.SMTP(host, port, timeout=PATIENCE)
        if scheme == "smtp+starttls":
            try:
                server.starttls(context=trusted)
            except BaseException:
                server.close()
                raise
        return server


@dataclass(frozen=True)
class Outbox:
    """A folder of .eml files: what the embedded mode writes instead of sending, and the desk shows."""

    folder: Path

    def send(self, message: EmailMessage) -> None:
        """Write the mail under its own id, so that a second try writes the same file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = str(message["Message-ID"]).strip("<>").split("@")[0]
        (self.folder / f"{name}.eml").write_bytes(bytes(message))


def channel(settings: Mapping[str, Any]) -> Channel:
    """Give the channel that the settings name."""
    url = settings.get("smtp")
    return Smtp(str(url)) if url else Outbox(Path(settings["outbox"]))


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    type: str
    content: bytes


def mail(
    identity: str, made_at: datetime, sender: str, recipient: str, subject: str, body: str, *more: Attachment
) -> EmailMessage:
    """Make a mail. Its Message-ID follows from `identity`, so a receiver can tell a second copy."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, recipient, subject
    message["Date"] = format_datetime(made_at)
    message["Message-ID"] = f"<{identity}@{sender.partition('@')[2] or 'lianxin.invalid'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    for one in more:
        kind, _, rest = one.type.partition("/")
        words = {"charset": "utf-8"} if kind == "text" else {}  # uploads of text are UTF-8, or they are refused
        message.add_attachment(one.content, maintype=kind, subtype=rest, filename=one.name, params=words)
    return message
