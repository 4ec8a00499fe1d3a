"""What the broker refuses to each service's own user, tried from inside its container with its own password."""

import json

import pytest

from lianxin.loading import SERVICES

pytestmark = [pytest.mark.compose, pytest.mark.timeout(600)]

# Runs in the container; prints the name of each attempt that the broker did not refuse.
ATTEMPTS = """
import json, sys
from http.client import HTTPConnection
from urllib.parse import urlsplit
import base64
from amqp import Message
from amqp.exceptions import AccessRefused, PreconditionFailed
from kombu import Connection

own, *others = sys.argv[1:]
url = open('/run/lianxin/amqp').read().strip()

def publish(channel, exchange, key, **properties):
    channel.confirm_select()
    channel.basic_publish_confirm(Message(b'{}', **properties), exchange, key)

facts, keys = 'lianxin.facts', 'lianxin.keys'
attempts = {
    'makes a queue': lambda c: c.queue_declare('q.more', durable=True, auto_delete=False),
    'makes an exchange': lambda c: c.exchange_declare('more', 'topic', durable=True, auto_delete=False),
    'deletes its queue': lambda c: c.queue_delete('q.' + own),
    'binds its queue': lambda c: c.queue_bind('q.' + own, facts, 'sealed.#'),
    'unbinds its queue': lambda c: c.queue_unbind('q.' + own, facts, 'intake.#'),
    'deletes the exchange': lambda c: c.exchange_delete(facts),
    'puts straight into its queue': lambda c: publish(c, '', 'q.' + own),
    'fills the shelf of the dead': lambda c: publish(c, 'lianxin.dead', ''),
    'fills the shelf of the unrouted': lambda c: publish(c, 'lianxin.unrouted', ''),
    'reads the dead': lambda c: c.basic_get('q.dead'),
    'reads the unrouted': lambda c: c.basic_get('q.unrouted'),
    'tells a fact under no name': lambda c: publish(c, facts, 'case.routed.v1'),
    'tells a fact under a name that begins like its own': lambda c: publish(c, facts, own + 'x.case.routed.v1'),
    'signs as another user': lambda c: publish(c, facts, own + '.case.routed.v1', user_id=others[0]),
}
if own != 'intake':
    attempts['sends a key'] = lambda c: publish(c, keys, others[0])
for other in others:
    attempts['reads ' + other] = lambda c, other=other: c.basic_get('q.' + other)
    attempts['empties ' + other] = lambda c, other=other: c.queue_purge('q.' + other)
    attempts['puts straight into ' + other] = lambda c, other=other: publish(c, '', 'q.' + other)
    attempts['tells a fact as ' + other] = lambda c, other=other: publish(c, facts, other + '.case.routed.v1')

def refused(attempt):
    with Connection(url) as connection:
        try:
            attempt(connection.channel())
        except (AccessRefused, PreconditionFailed):
            return True
    return False

over_http = {
    'makes a queue over HTTP': ('PUT', '/api/queues/%2F/q.more'),
    'makes a user over HTTP': ('PUT', '/api/users/more'),
    'takes rights over HTTP': ('PUT', '/api/permissions/%2F/' + own),
    'writes definitions over HTTP': ('POST', '/api/definitions'),
    'reads definitions over HTTP': ('GET', '/api/definitions'),
    'empties another queue over HTTP': ('DELETE', '/api/queues/%2F/q.' + others[0] + '/contents'),
    'reads another queue over HTTP': ('POST', '/api/queues/%2F/q.' + others[0] + '/get'),
}
if own != 'supervision':  # which shows how full the queues are
    over_http['asks how the broker is'] = ('GET', '/api/overview')

def refused_over_http(method, path):
    parts = urlsplit(url)
    asked = HTTPConnection(parts.hostname, 15672, timeout=20)
    word = base64.b64encode(f'{parts.username}:{parts.password}'.encode()).decode()
    wish = {'password': 'x', 'tags': 'administrator', 'configure': '.*', 'write': '.*', 'read': '.*'}
    body = json.dumps(wish | {'count': 1, 'ackmode': 'ack_requeue_true', 'encoding': 'auto'})
    asked.request(method, path, body, {'Authorization': 'Basic ' + word, 'Content-Type': 'application/json'})
    return asked.getresponse().status in (401, 403)

let_through = [name for name, attempt in attempts.items() if not refused(attempt)]
let_through += [name for name, question in over_http.items() if not refused_over_http(*question)]
print(json.dumps({'tried': len(attempts) + len(over_http), 'let_through': let_through}))
"""


@pytest.mark.parametrize("service", SERVICES)
def test_the_broker_refuses_a_services_user_all_that_is_not_its_own(composed, service):
    others = [name for name in SERVICES if name != service]
    done = composed.inside(service, "python3", "-c", ATTEMPTS, service, *others)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["let_through"] == []
    assert found["tried"] >= 21 + 4 * len(others)
