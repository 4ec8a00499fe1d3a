"""The first start of a composed deployment: random secrets in one folder for each reader, and what is drawn from them.

Every folder is a volume that one container mounts. A second start keeps every secret and draws the rest anew.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from lianxin.authorities import DROPPED, authorities
from lianxin.gateway import nginx_conf
from lianxin.loading import SERVICES
from shared.bus.definitions import ADMINISTRATOR, definitions
from shared.bus.topology import OUTSIDER, Topology
from shared.county.model import County
from shared.db.roles import verifier
from shared.kit.service import Service

ROOT = Path("/run/lianxin")
DATABASE = "lianxin"
OWNER = "postgres"  # the database's own administrator; only `migrate` works as it
READABLE = 0o440
TALKS_OUTSIDE = "notification"

# Absolute sizes, because a container sees the whole machine's memory. Management is asked by `lianxin topology`.
# The largest message is named because the default differs: 128 MiB before RabbitMQ 4.0, 16 MiB since.
RABBITMQ_CONF = """\
listeners.tcp.default = 5672
management.tcp.port = 15672
definitions.import_backend = local_filesystem
definitions.local.path = /run/lianxin/definitions.json
definitions.skip_if_unchanged = true
max_message_size = 33554432
log.console = true
log.console.level = warning
log.file = false
vm_memory_high_watermark.absolute = 300MB
disk_free_limit.absolute = 500MB
raft.wal_max_size_bytes = 67108864
"""
PLUGINS = "[rabbitmq_management,rabbitmq_prometheus].\n"


def topology_of(county: County, services: Sequence[Service]) -> Topology:
    """Give what the broker of a county holds for the services that run there."""
    follows = {service.name: service.follows for service in services}
    return Topology(follows, county.stream_days, county.subscribers)


@dataclass(frozen=True)
class Stack:
    """Writes into `root`, a folder for each reader: postgres, rabbitmq, gateway, migrate, and one for each service."""

    root: Path
    county: County
    services: Sequence[Service]
    https: bool = False
    certificates: Path = DROPPED

    def write(self) -> None:
        """Write everything; safe at every start."""
        names = [service.name for service in self.services]
        database = {name: self._password(name, "database") for name in names}
        broker = {name: self._password(name, "amqp") for name in names}
        owner, administrator = self._password("migrate", "database"), self._password("migrate", "broker")
        for name in names:
            self._put(name, "database", _database_url(name, database[name]))
            self._put(name, "amqp", f"amqp://{name}:{broker[name]}@rabbitmq:5672/%2F")
        if "supervision" in names:  # shows how full the queues are
            self._put("supervision", "broker", f"http://supervision:{broker['supervision']}@rabbitmq:15672")
        self._put("postgres", "password", owner)
        self._put("migrate", "database", _database_url(OWNER, owner))
        self._put("migrate", "broker", f"http://{ADMINISTRATOR}:{administrator}@rabbitmq:15672")
        self._put("migrate", "roles.json", json.dumps(_verifiers(database)))
        self._write_broker(broker | self._outsiders() | {ADMINISTRATOR: administrator})
        if TALKS_OUTSIDE in names:
            self._put(TALKS_OUTSIDE, "authorities.pem", authorities(self.certificates))
        self._put("gateway", "nginx.conf", nginx_conf(self.services, https=self.https))

    def _outsiders(self) -> dict[str, str]:
        """Write for whoever runs the county the addresses that it hands to its subscribers; gives their passwords."""
        made = {f"{OUTSIDER}{name}": self._password("migrate", f"{OUTSIDER}{name}") for name in self.county.subscribers}
        for user, password in made.items():
            self._put("migrate", user, f"amqp://{user}:{password}@rabbitmq:5672/%2F")
        return made

    def _write_broker(self, passwords: Mapping[str, str]) -> None:
        topology = topology_of(self.county, self.services)
        for reader in ("rabbitmq", "migrate"):
            self._put(reader, "definitions.json", json.dumps(definitions(topology, passwords), indent=1))
        self._put("rabbitmq", "rabbitmq.conf", RABBITMQ_CONF)
        self._put("rabbitmq", "enabled_plugins", PLUGINS)

    def _password(self, reader: str, name: str) -> str:
        """Give the password in a reader's address, or a new one: 256 random bits."""
        path = self.root / reader / name
        return (urlsplit(path.read_text()).password or "") if path.exists() else secrets.token_hex(32)

    def _put(self, reader: str, name: str, content: str) -> None:
        """Write beside and rename: whoever reads, reads the whole of it. Readable by owner and group only."""
        path = self.root / reader / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.read_text() == content:
            return
        beside = path.with_name(f".{name}")
        beside.unlink(missing_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, READABLE)
        with os.fdopen(handle, "w") as target:
            target.write(content)
            os.fchmod(target.fileno(), READABLE)
            target.flush()
            os.fsync(target.fileno())
        beside.rename(path)


def _database_url(role: str, password: str) -> str:
    return f"postgresql+psycopg://{role}:{password}@postgres:5432/{DATABASE}"


def _verifiers(passwords: Mapping[str, str]) -> dict[str, str]:
    """Give what the database keeps of each password; the salt follows from it, so that nothing changes twice."""
    return {
        name: verifier(password, hashlib.sha256(b"salt:" + password.encode()).digest()[:16])
        for name, password in passwords.items()
    }


def override_of(county: County) -> str:
    """Give the Compose file that leaves out the containers of services a county does not run, workers included."""
    left_out = [name for name in SERVICES if name not in county.running]
    lines = [f"  {name}: !reset null\n  {name}-worker: !reset null\n" for name in left_out] or ["  {}\n"]
    return "".join((f"# Written by `lianxin topology override` for {county.name_en}.\nservices:\n", *lines))
