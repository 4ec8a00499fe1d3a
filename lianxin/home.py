"""The home folder of an embedded deployment: databases, keys, files, outbox; and addresses in production."""

from dataclasses import dataclass
from pathlib import Path

from environs import Env

from shared.errors import StartError


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
