"""What the broker refuses to each service's own user, tried from inside its container with its own password."""

import json

import attempts
import pytest
from composed import ROOT

from lianxin.loading import SERVICES

pytestmark = [pytest.mark.compose, pytest.mark.timeout(600)]

SCRIPT = (ROOT / "tests" / "compose" / "attempts.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("service", SERVICES)
def test_the_broker_refuses_a_services_user_all_that_is_not_its_own(composed, service):
    others = [name for name in SERVICES if name != service]
    done = composed.inside(service, "python3", "-c", SCRIPT, "/run/lianxin/amqp", "15672", service, *others)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["refused"] == [], "its own password opens what is its own: only so a refusal says something"
    assert found["let_through"] == []
    assert found["tried"] == 24 + 4 * len(others) - (service in attempts.ONLY.values())
