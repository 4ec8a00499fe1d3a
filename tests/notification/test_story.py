"""A correlation id travels from the request to the last consumer's fact."""

import pytest

from shared.facts.base import Envelope
from shared.journal.tables import JournalRow

pytestmark = pytest.mark.quick
STORY = "a-story-of-a-test"
TELLERS = {"intake": "case.submitted", "routing": "case.routed", "notification": "message.sent"}


def stories(world, service):
    """Give the stories of what a service told, by name of the fact."""
    with world.service(service).reading() as session:
        envelopes = [Envelope.from_bytes(row.envelope) for row in session.query(JournalRow)]
    return {(envelope.type.split(".", 2)[2].rpartition(".")[0], envelope.correlation) for envelope in envelopes}


def test_a_correlation_id_travels_from_the_request_to_the_last_fact(embedded_world):
    body = {"mechanism": "suggestions", "kind": "suggestion", "title": "a", "text": "b", "contact": {"email": "a@b.cn"}}
    response = embedded_world.ask("POST", "/api/v1/cases", body, X_Correlation_ID=STORY)
    assert response.headers["X-Correlation-ID"] == STORY
    embedded_world.settle()
    for service, name in TELLERS.items():
        assert (name, STORY) in stories(embedded_world, service), service


def test_what_belongs_to_no_request_bears_no_strangers_id(embedded_world):
    embedded_world.ask("GET", "/api/v1/places", X_Correlation_ID=STORY)
    embedded_world.pass_days(0.1)
    assert not [name for name, story in stories(embedded_world, "directory") if story == STORY]
