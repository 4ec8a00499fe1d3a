"""What a process tells about itself: to programs beside it only, and nothing that names a case or a person."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from shared.metrics import registry
from tests.law.own import own_county

pytestmark = pytest.mark.quick

INSIDE = {"REMOTE_ADDR": "172.18.0.7"}


def samples(world):
    answer = world.client.get("/metrics", environ_overrides=INSIDE)
    assert answer.status_code == 200
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def counted(name, **labels):
    return registry.get_sample_value(name, labels) or 0


def test_what_waits_in_the_rows_is_told_for_every_service(embedded_world):
    embedded_world.ask(
        "POST", "/api/v1/cases", {"mechanism": "suggestions", "kind": "suggestion", "title": "灯", "text": "坏"}
    )
    found = samples(embedded_world)
    assert found["lianxin_ready",] == 1
    assert found["lianxin_unsent_facts", "intake"] == 1
    for service in embedded_world.deployment.services:
        assert found["lianxin_waiting_facts", service, "parked"] == 0
        assert found["lianxin_told_facts", service] >= 0


def test_services_that_count_by_other_rules_of_the_law_are_seen(new_world, tmp_path):
    rolled = own_county(tmp_path / "own", rolls='"petition.handle" = "next_working_day"')
    told = [
        {value for (name, *_), value in samples(world).items() if name == "lianxin_rules"}
        for world in (new_world(), new_world(county=rolled))
    ]
    assert [len(one) for one in told] == [1, 1]
    assert told[0] != told[1]


def test_a_request_is_counted_by_the_template_of_its_address(embedded_world):
    labels = {"service": "intake", "method": "GET", "route": "/api/v1/cases/<reference>", "status": "404"}
    before = counted("lianxin_request_seconds_count", **labels)
    embedded_world.ask("GET", "/api/v1/cases/QH-7K4M-9T2P-C", Lianxin_Receipt="1234567890123456")
    embedded_world.client.open("/api/v1/nothing-7K4M", method="BREW")
    assert counted("lianxin_request_seconds_count", **labels) == before + 1
    text = embedded_world.client.get("/metrics", environ_overrides=INSIDE).text
    assert "7K4M" not in text
    assert "BREW" not in text


def test_batches_and_lag_are_counted_where_facts_are_applied(embedded_world):
    before = counted("lianxin_lag_seconds_count", service="routing")
    embedded_world.submit()
    assert counted("lianxin_lag_seconds_count", service="routing") > before
    assert counted("lianxin_inbox_batch_facts_sum", service="routing") >= counted(
        "lianxin_inbox_batch_facts_count", service="routing"
    )


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        pytest.param("172.18.0.7", {"X-Forwarded-For": "172.18.0.9"}, id="through the gateway"),
        pytest.param("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, id="through another proxy"),
        pytest.param("203.0.114.9", {}, id="from outside"),
        pytest.param("", {}, id="from nowhere"),
    ],
)
def test_metrics_are_for_programs_beside_us_only(embedded_world, address, headers):
    answer = embedded_world.client.get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": address})
    assert answer.status_code == 404
