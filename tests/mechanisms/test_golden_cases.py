"""Cases that any released version stored go on: golden cases of each, in a county that runs the installed one."""

import os
import shutil
from dataclasses import replace

import pytest

from lianxin.loading import found_mechanisms, load_mechanism
from lianxin.simulate.old_cases import write_cases
from mechanisms.petitions.schemas import Opinion
from shared.errors import StartError
from shared.workflow.carry import carry
from shared.workflow.declare import Workflow
from shared.workflow.golden import golden_cases, golden_file, golden_problems
from shared.workflow.schema import Choice, Schema, Text
from tests.mechanisms.stored import read, store

OURS = {
    name: load_mechanism(name) for name, place in sorted(found_mechanisms().items()) if place.startswith("mechanisms.")
}


if os.environ.get("RENEW_CASES"):  # writes the file of the current version

    @pytest.mark.timeout(1_200)
    @pytest.mark.parametrize("name", OURS)
    def test_the_cases_of_the_current_version_are_written_anew(name):
        assert write_cases(OURS[name], OURS[name].folder).exists()


@pytest.mark.parametrize("name", OURS)
def test_each_version_has_cases_and_the_current_ones_stand_in_every_state_and_are_of_every_kind(name):
    mechanism = OURS[name]
    cases = list(golden_cases(mechanism.folder))
    assert {version for version, _ in cases} == set(range(1, mechanism.version + 1))
    current = [case for version, case in cases if version == mechanism.version]
    assert {case["state"] for case in current} == set(mechanism.workflow.states)
    assert {case["kind"] for case in current} == set(mechanism.kinds)
    assert golden_problems(mechanism, mechanism.folder) == []


@pytest.mark.parametrize("name", OURS)
def test_each_case_of_each_version_goes_on_in_a_county_that_runs(new_world, name):
    mechanism = OURS[name]
    world = new_world()
    stored = [store(world, mechanism, version, case) for version, case in golden_cases(mechanism.folder)]
    world.loop.close()
    world = new_world(start=world.clock.now())
    for one in stored:
        shown = read(world, one)
        state, details = carry(mechanism, one.version, one.golden["kind"], one.golden["state"], one.golden["details"])
        assert (shown["version"], shown["state"], shown["details"]) == (mechanism.version, state, details)
        assert shown["history"] == [(step["step"], step["inputs"]) for step in one.golden["steps"]]
        assert shown["phase"] == "closed" or shown["offers"]
        page = page_of(world, [post.code for post in world.deployment.county.posts if post.unit == shown["unit"]], one)
        assert [said for said in words_of(mechanism, one) if said not in page] == []
        if mechanism.parties:
            assert world.follow(one.receipt)["title"] == f"【题{one.id[:6]}】"


def words_of(mechanism, stored):
    """Give the texts of a case that everybody reads who handles it."""
    kind, steps = mechanism.kind(stored.golden["kind"]), stored.golden["steps"]
    said = [(kind.details, stored.golden["details"])] if kind.details else []
    said += [(step.asks, one["inputs"]) for one in steps if (step := mechanism.workflow.step(one["step"])).asks]
    for schema, given in said:
        fields = schema.shown()
        yield from (one for name, one in schema.visible(given, "parties").items() if isinstance(fields[name], Text))


def page_of(world, posts, stored):
    """Give the desk's page of a case, as whoever of its unit may read it."""
    for post in posts:
        world.sign_in(post)
        page = world.client.get(f"/desk/cases/{stored.receipt['reference']}?lang=zh")
        if page.status_code == 200:
            return page.text
    raise AssertionError(f"nobody among {posts} reads {stored.golden['state']}")


def renamed(word):
    return f"{word} anew"


def without_a_state(mechanism):
    """Call a state otherwise wherever it stands."""
    states = {renamed(name) if name == "asked" else name: phase for name, phase in mechanism.workflow.states.items()}
    return replace(mechanism, workflow=Workflow(states, mechanism.workflow.steps))


def without_a_kind(mechanism):
    return replace(mechanism, kinds={name: kind for name, kind in mechanism.kinds.items() if name != "joint"})


def without_a_step(mechanism):
    steps = tuple(replace(step, name="query") if step.name == "ask" else step for step in mechanism.workflow.steps)
    return replace(mechanism, workflow=Workflow(mechanism.workflow.states, steps))


def asking_otherwise(mechanism):
    """Call a field of a step's form otherwise."""
    fields = {("findings" if name == "facts" else name): one for name, one in Opinion.asked().items()}
    form = Schema.from_dict(fields, name="Planted")
    steps = tuple(replace(step, asks=form) if step.name == "draft" else step for step in mechanism.workflow.steps)
    return replace(mechanism, workflow=Workflow(mechanism.workflow.states, steps))


def with_other_details(mechanism):
    """Call a field of a kind's details otherwise."""
    kind = mechanism.kind("joint")
    fields = {("names" if name == "members" else name): one for name, one in kind.details.asked().items()}
    form = Schema.from_dict(fields, name="Planted")
    return replace(mechanism, kinds={**mechanism.kinds, "joint": replace(kind, details=form)})


def without_an_option(mechanism):
    """Offer an outcome no more that somebody chose."""
    field = Opinion.asked()["outcome"]
    left = {name: title for name, title in field.options.items() if name != "explained"}
    form = Schema.from_dict({**Opinion.asked(), "outcome": Choice(left, seen="public")}, name="Planted")
    steps = tuple(replace(step, asks=form) if step.name == "draft" else step for step in mechanism.workflow.steps)
    return replace(mechanism, workflow=Workflow(mechanism.workflow.states, steps))


PLANTED = {
    without_a_state: "the state asked is none of its states",
    without_a_kind: "there is no kind joint",
    without_a_step: "there is no step ask",
    asking_otherwise: "draft has facts, which it does not ask",
    with_other_details: "the details of joint have members, which it does not ask",
    without_an_option: "draft.outcome can't read what was said",
}


@pytest.mark.parametrize(("plant", "said"), PLANTED.items(), ids=lambda one: getattr(one, "__name__", ""))
def test_what_would_lose_a_released_case_is_seen_and_its_file_is_not_written_anew(tmp_path, plant, said):
    mechanism = OURS["petitions"]
    planted = plant(mechanism)
    shutil.copytree(mechanism.folder / "cases", tmp_path / "cases")
    before = golden_file(tmp_path, 1).read_bytes()
    assert any(said in line for line in golden_problems(planted, tmp_path))
    with pytest.raises(StartError, match="petitions: raise the version to 2"):
        write_cases(planted, tmp_path)
    assert golden_file(tmp_path, 1).read_bytes() == before


def test_what_upgrade_carries_is_read_and_what_it_forgets_is_seen(tmp_path):
    shutil.copytree(OURS["petitions"].folder / "cases", tmp_path / "cases")
    anew = replace(without_a_state(OURS["petitions"]), version=2)
    assert "it has no `upgrade`" in str(golden_problems(anew, tmp_path))
    carried = replace(anew, upgrade=lambda _, state, said: (renamed(state) if state == "asked" else state, said))
    assert golden_problems(carried, tmp_path) == []
