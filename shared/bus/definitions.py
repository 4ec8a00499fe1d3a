"""A topology in RabbitMQ's own words: definitions that a broker reads at its start or through its HTTP interface."""

import base64
import hashlib
import re
from collections.abc import Mapping
from typing import Any

from shared.bus.carrier import FACTS, KEYS
from shared.bus.topology import LONGEST_QUEUE, LONGEST_SHELF, LOOKS_AT_A_SHELF, UNROUTED, Rights, Topology

VHOST = "/"
ADMINISTRATOR = "administrator"
# Who may ask the management interface: how full every queue is, and nothing that its own rights don't open.
TAGS = {ADMINISTRATOR: ["administrator"], "supervision": ["management"]}
KEPT = {"delivery-limit": LOOKS_AT_A_SHELF}  # said aloud: 3.10 has no limit, 4.0 has 20, and none has a word for "none"
ALL = Rights(".*", ".*", ".*", ".*")
SALT = 4


def definitions(topology: Topology, passwords: Mapping[str, str]) -> dict[str, Any]:
    """Give the definitions; `passwords` holds one for each user and for the administrator, only hashes leave here.

    Without passwords (a plan) the users are left out.
    """
    rights = {**topology.users, ADMINISTRATOR: ALL}
    return {
        "vhosts": [{"name": VHOST}],
        "users": [_user(name, passwords[name]) for name in rights if name in passwords],
        "permissions": [_permission(name, one) for name, one in rights.items()],
        "topic_permissions": [_topic_permission(name, one) for name, one in rights.items()],
        "policies": [
            _policy("longest-queue", rf"^q\.({'|'.join(topology.follows)})$", {"max-length": LONGEST_QUEUE}),
            _policy("unrouted-keys", f"^{re.escape(KEYS)}$", {"alternate-exchange": UNROUTED}, "exchanges"),
            _policy("longest-shelf", r"^q\.unrouted$", {"max-length": LONGEST_SHELF, **KEPT}),
            _policy("kept-shelf", r"^q\.dead$", KEPT),
        ],
        "exchanges": [_exchange(one) for one in topology.exchanges],
        "queues": [_queue(one) for one in topology.queues],
        "bindings": [_binding(*one) for one in topology.bindings],
    }


def password_hash(password: str) -> str:
    """Give RabbitMQ's salted SHA-256 of a random password; the same for the same one, so that nothing changes twice."""
    salt = hashlib.sha256(b"salt:" + password.encode()).digest()[:SALT]
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _user(name: str, password: str) -> dict[str, Any]:
    return {
        "name": name,
        "password_hash": password_hash(password),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": TAGS.get(name, []),
        "limits": {},
    }


def _permission(user: str, rights: Rights) -> dict[str, str]:
    return {
        "user": user,
        "vhost": VHOST,
        "configure": rights.configure,
        "write": rights.write,
        "read": rights.read,
    }


def _topic_permission(user: str, rights: Rights) -> dict[str, str]:
    # Binding by a service is refused as well: reading a topic exchange is what a bind asks for.
    read = ".*" if user == ADMINISTRATOR else "^$"
    return {"user": user, "vhost": VHOST, "exchange": FACTS, "write": rights.keys, "read": read}


def _policy(name: str, pattern: str, definition: Mapping[str, Any], applied_to: str = "queues") -> dict[str, Any]:
    return {
        "vhost": VHOST,
        "name": name,
        "pattern": pattern,
        "apply-to": applied_to,
        "priority": 0,
        "definition": dict(definition),
    }


def _exchange(one: Any) -> dict[str, Any]:
    return {
        "name": one.name,
        "vhost": VHOST,
        "type": one.type,
        "durable": True,
        "auto_delete": False,
        "internal": False,
        "arguments": one.arguments or {},
    }


def _queue(one: Any) -> dict[str, Any]:
    return {
        "name": one.name,
        "vhost": VHOST,
        "durable": True,
        "auto_delete": False,
        "arguments": one.queue_arguments or {},
    }


def _binding(exchange: str, queue: str, key: str) -> dict[str, Any]:
    return {
        "source": exchange,
        "vhost": VHOST,
        "destination": queue,
        "destination_type": "queue",
        "routing_key": key,
        "arguments": {},
    }
