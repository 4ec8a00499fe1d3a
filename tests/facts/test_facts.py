"""Facts don't drift: every one has its promise, its golden sample, and its line in the catalogue."""

import dataclasses
import json
from pathlib import Path

import pytest
from samples import HERE, RENEW, golden, sample, written

from lianxin.loading import SERVICES
from shared.crypto.private import Private
from shared.facts.base import Envelope, read_fact, write_fact
from shared.facts.case import CaseRequested
from shared.facts.catalogue import catalogue, is_private, shipped_facts
from shared.facts.deadline import DeadlineMet
from shared.facts.values import PrivateText

pytestmark = pytest.mark.quick
PAGE = Path(__file__).parents[2] / "docs" / "facts.md"
HOW = "it changed; look at the difference, then: RENEW_FACTS=1 pytest tests/facts"

each_fact = pytest.mark.parametrize("kind", shipped_facts(), ids=lambda kind: f"{kind.name}.v{kind.version}")


def renewed(path, text):
    """Give what a golden file says, after writing it where that was asked for."""
    if RENEW:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return path.read_text(encoding="utf-8") if path.exists() else ""


def document_of(kind):
    return json.loads(golden(kind).read_text(encoding="utf-8"))


def read(document):
    envelope = Envelope.from_bytes(json.dumps(document).encode())
    return envelope, read_fact(envelope)


@each_fact
def test_a_fact_promises_in_the_past_tense_and_has_an_owner(kind):
    assert kind.__doc__
    assert not kind.__doc__.startswith(f"{kind.__name__}("), "the docstring is dataclass's own: say what the fact means"
    assert kind.owner in {"any", *SERVICES}
    noun, _, verb = kind.name.partition(".")
    assert noun.isidentifier()
    assert verb.isidentifier()


@each_fact
def test_the_golden_sample_is_what_would_be_sent(kind):
    assert renewed(golden(kind), written(sample(kind))) == written(sample(kind)), HOW


@each_fact
def test_the_golden_sample_goes_round(kind):
    document = document_of(kind)
    envelope, fact = read(document)
    assert fact == sample(kind)
    assert write_fact(fact) == document["data"]
    assert json.loads(envelope.to_bytes()) == document


@each_fact
def test_a_field_that_is_called_otherwise_shows(kind):
    for name in document_of(kind)["data"]:
        document = document_of(kind)
        document["data"][f"{name}_new"] = document["data"].pop(name)
        assert not survives(document, kind)


def survives(document, kind):
    """Tell whether a fact that was changed on the way is read as the same one."""
    try:
        _, fact = read(document)
    except Exception:  # noqa: BLE001 - any refusal is one
        return False
    return fact == sample(kind)


@each_fact
def test_a_later_version_with_more_in_it_is_read(kind):
    document = document_of(kind)
    document["data"]["something_new"] = {"of": ["a", "later", "release"]}
    document["newattribute"] = "x"
    _, fact = read(document)
    assert fact == sample(kind)


@each_fact
def test_what_an_older_release_left_out_is_read(kind):
    document = document_of(kind)
    for item in dataclasses.fields(kind):
        if item.default is not dataclasses.MISSING or item.default_factory is not dataclasses.MISSING:
            del document["data"][item.name]
    assert read(document)[1] is not None


def test_no_golden_sample_is_left_of_a_fact_that_is_gone():
    assert {path.name for path in (HERE / "golden").iterdir()} == {golden(kind).name for kind in shipped_facts()}


def test_the_catalogue_is_the_code():
    assert renewed(PAGE, catalogue()) == catalogue(), HOW


@each_fact
def test_nothing_private_leaves_unsealed(kind):
    hints = {item.name: item.type for item in dataclasses.fields(kind)}
    private = [name for name, hint in hints.items() if is_private(hint)]
    assert all(hints[name] in {PrivateText, PrivateText | None} for name in private)
    for name in private:
        with pytest.raises(TypeError, match="sealed"):
            write_fact(dataclasses.replace(sample(kind), **{name: Private("说给经办人听的")}))


def test_private_text_hidden_in_a_document_does_not_leave_either():
    with pytest.raises(TypeError, match="sealed"):
        write_fact(dataclasses.replace(sample(CaseRequested), details={"wish": [Private("x")]}))


def test_two_facts_of_one_name_stop_the_import():
    with pytest.raises(TypeError, match=r"deadline\.met"):
        type("Another", (DeadlineMet,), {"name": "deadline.met", "__doc__": "Another."})
