"""The home folder of an embedded deployment: databases, keys, files, outbox; and addresses in production."""

from dataclasses import dataclass
from pathlib import Path

from environs import Env


@dataclass(frozen=True)
class Settings:
    """Addresses, secrets and sizes, read once from the environment. Without a database URL it is the embedded mode."""

    home: Path
    database: str | None = None
    amqp: str | None = None
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
                database=env.str("DATABASE", None) or None,
                amqp=env.str("AMQP", None) or None,
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
