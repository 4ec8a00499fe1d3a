"""An envelope's bytes: those of the CloudEvents SDK, kept as they came, and nothing else taken for a fact."""

import json
from dataclasses import replace

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from samples import envelope_of, sample

from shared.facts.base import Envelope
from shared.facts.catalogue import shipped_facts

pytestmark = pytest.mark.quick
FACT = replace(envelope_of(sample(shipped_facts()[0])), cause="c" * 36, correlation="story", extra={"traceparent": "t"})


@pytest.mark.parametrize("kind", shipped_facts(), ids=lambda kind: f"{kind.name}.v{kind.version}")
def test_the_sdk_writes_what_we_write(kind):
    ours = envelope_of(sample(kind)).to_bytes()
    assert JSONFormat().write(JSONFormat().read(CloudEvent, ours)) == ours


def test_the_sdk_reads_what_we_wrote():
    event = JSONFormat().read(CloudEvent, FACT.to_bytes())
    assert (event.get_id(), event.get_time(), event.get_data()) == (FACT.id, FACT.time, FACT.data)
    assert event.get_extension("causationid") == FACT.cause


def test_bytes_stay_as_they_came():
    spaced = json.dumps(json.loads(FACT.to_bytes()), indent=1).encode()
    read = Envelope.from_bytes(spaced)
    assert read == FACT
    assert read.to_bytes() == spaced
    assert replace(read, subject="another").to_bytes() == replace(FACT, subject="another").to_bytes()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"specversion": "0.3"}, id="another version"),
        pytest.param({"id": ""}, id="no id"),
        pytest.param({"subject": None}, id="no subject"),
        pytest.param({"subject": "s" * 129}, id="a subject that no row holds"),
        pytest.param({"subject": "s\0"}, id="a NUL"),
        pytest.param({"source": 7}, id="a source that is no word"),
        pytest.param({"correlationid": {}}, id="a story that is no word"),
        pytest.param({"correlationid": "c" * 65}, id="a story that no row holds"),
        pytest.param({"time": "yesterday"}, id="no time"),
        pytest.param({"time": "2026-11-02T09:00:00"}, id="a time without offset"),
        pytest.param({"seq": "next"}, id="no number"),
        pytest.param({"seq": None}, id="no seq"),
        pytest.param({"data": "text"}, id="data that is no object"),
        pytest.param({"Bad-Name": "x"}, id="a name that CloudEvents doesn't know"),
    ],
)
def test_what_is_no_fact_is_refused(change):
    with pytest.raises(ValueError, match=r"not a fact|invalid literal|Invalid isoformat"):
        Envelope.from_bytes(json.dumps(json.loads(FACT.to_bytes()) | change).encode())


@pytest.mark.parametrize("raw", [b"", b"[]", b"7", b"\xff\xfe", b"{"])
def test_what_is_no_object_is_refused(raw):
    with pytest.raises(ValueError):  # noqa: PT011 - json's own words, or ours
        Envelope.from_bytes(raw)
