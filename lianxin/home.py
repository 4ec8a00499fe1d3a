"""The home folder of an embedded deployment: databases, keys, files, outbox; and addresses in production."""

import fcntl
import os
import time
from dataclasses import dataclass
from pathlib import Path

from environs import Env

from shared.errors import StartError

GRACE = 5.0  # seconds: the children of a process that was killed need a moment to notice


@dataclass(frozen=True)
class Settings:
    """Addresses, secrets and sizes, read once from the environment. Without a database URL it is the embedded mode."""

    home: Path
    database: str | None = None
    amqp: str | None = None
    broker: str | None = None
    smtp: str | None = None
    address: str = ""
    https: bool = False
    behind_proxy: bool = False
    prints: bool = False

    @classmethod
    def read(cls, home: Path | None = None) -> "Settings":
        """Read the LIANXIN_ variables; `home` wins over LIANXIN_HOME."""
        env = Env()
        with env.prefixed("LIANXIN_"):
            return cls(
                home=(home or env.path("HOME", Path("~/.lianxin"))).expanduser(),
                database=_secret(env, "DATABASE"),
                amqp=_secret(env, "AMQP"),
                broker=_secret(env, "BROKER"),
                smtp=env.str("SMTP", None) or None,
                address=env.str("ADDRESS", ""),
                https=env.bool("HTTPS", False),
                behind_proxy=env.bool("BEHIND_PROXY", False),
                prints=env.bool("PRINTS", True),
            )

    def database_url(self, service: str) -> str:
        """Give a service's database: its schema in PostgreSQL, or its own file."""
        if self.database:
            return self.database
        folder = self.home / "db"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return f"sqlite:///{folder / service}.sqlite"

    @property
    def embedded(self) -> bool:
        """Tell whether databases are files of this home."""
        return self.database is None


def _secret(env: Env, name: str) -> str | None:
    """Give a setting that holds a password: the content of the file that `NAME_FILE` names, else `NAME` itself."""
    file = env.path(f"{name}_FILE", None)
    if file is None:
        return env.str(name, None) or None
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise StartError(f"LIANXIN_{name}_FILE: {file} can't be read ({error.strerror})") from error


def is_empty(home: Path) -> bool:
    """Tell whether nothing lies in this home yet."""
    return not home.exists() or not any(home.iterdir())


def hold(home: Path) -> int:
    """Take a home for this process and its children; the end of the process, however it comes, lets go.

    Gives the open file that holds it. Raises `StartError` where another has it: two would send all twice.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    held = os.open(home / "held", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    until = time.monotonic() + GRACE
    while not _locked(held):
        if time.monotonic() > until:
            os.close(held)
            raise StartError(f"{home} is in use by another lianxin; stop that one, or name another --home")
        time.sleep(0.05)
    return held


def _locked(held: int) -> bool:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
