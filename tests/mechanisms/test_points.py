"""A mechanism's callable that raises: closed, a person outside decides; open, the case goes on without the answer."""

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from lianxin.health import Health
from shared.workflow import points
from shared.workflow.declare import Deadline

pytestmark = pytest.mark.quick


def breaks(_case):
    """Give no answer."""
    raise LookupError("张三的病历")


@pytest.fixture(autouse=True)
def counted():
    points.failures.clear()
    yield points.failures
    points.failures.clear()


@pytest.fixture
def declare(embedded_world):
    """Change what suggestions declare, in every service of the world."""
    declared = embedded_world.deployment.mechanisms

    def change(**changes) -> None:
        declared["suggestions"] = replace(declared["suggestions"], **changes)

    return change


def broken_step(declared, name, **changes):
    steps = [replace(step, **changes) if step.name == name else step for step in declared.workflow.steps]
    return replace(declared.workflow, steps=tuple(steps))


@pytest.mark.parametrize("point", ["refuses", "bars"])
def test_closed_a_person_outside_the_matter_decides_where_it_goes(embedded_world, declare, counted, point):
    declare(**{point: (breaks,)})
    receipt = embedded_world.submit(category="water")

    assert embedded_world.follow(receipt)["unit"] == "petition-office"
    shown = embedded_world.desk(receipt, "petition-officer")
    assert shown["rule"] == "doubt"
    assert counted["suggestions", point] == 1


def test_closed_a_unit_that_the_case_is_about_is_not_the_one_that_decides(embedded_world, declare):
    declare(bars=(breaks,))
    receipt = embedded_world.submit(about={"units": ["petition-office"]})
    assert embedded_world.follow(receipt)["unit"] == "county-government"


def test_closed_a_step_whose_guard_raises_stays_shut(embedded_world, declare):
    suggestions = embedded_world.deployment.mechanisms["suggestions"]
    declare(workflow=broken_step(suggestions, "accept", guard=breaks))
    receipt = embedded_world.submit(category="water")

    offers = [offer["step"] for offer in embedded_world.desk(receipt, "water-officer")["offers"]]
    assert offers == ["refer", "note consent", "join"]
    refused = embedded_world.try_step(receipt, "accept", "water-officer")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "guard-not-met")


def test_open_a_term_that_cannot_say_whether_it_applies_is_promised(embedded_world, declare):
    declare(promises=(Deadline("suggestion.reply", when=breaks),))
    receipt = embedded_world.submit(category="water")
    assert [promise["rule"] for promise in embedded_world.follow(receipt)["promises"]] == ["suggestion.reply"]
    assert embedded_world.follow(receipt)["unit"] == "water-bureau"


def test_open_a_remark_that_raises_is_left_out_and_one_that_speaks_is_shown(embedded_world, declare):
    declare(remarks=(breaks, lambda case: f"From {case.channel}"))
    receipt = embedded_world.submit(category="water")
    assert embedded_world.desk(receipt, "water-officer")["remarks"] == ["From api"]


def test_a_failure_is_named_to_the_operator_and_quotes_nobody(embedded_world, declare):
    declare(refuses=(breaks,))
    with capture_logs() as logs:
        embedded_world.submit()
    (line,) = [line for line in logs if line["event"] == "extension-point-failed"]
    assert (line["mechanism"], line["extension_point"]) == ("suggestions", "refuses")
    (warning,) = Health(embedded_world.deployment, works=False).warnings()
    assert "suggestions: refuses failed 1 times" in warning


def test_every_point_is_documented_and_is_a_field_of_a_declaration():
    source = points.__loader__.get_source(points.__name__)
    for point in points.POINTS:
        assert f'{point.name.upper()} = Point("{point.name}"' in source
        promise = source.split(f'Point("{point.name}"')[1].split('"""')[1]
        assert ("Closed:" in promise) if point.closed else ("Open" in promise)
