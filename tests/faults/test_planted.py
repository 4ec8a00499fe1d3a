"""The counts are worth something: they see a bug planted in one process, whichever promise it breaks."""

import pytest
from stage import until

pytestmark = [pytest.mark.real, pytest.mark.check]

SUBJECTS = ("a", "b", "hard")


@pytest.fixture
def stage(new_stage):
    return new_stage("production")


def barrier(stage):
    """Wait for something that was told last: queues keep order, so what was sent before it has arrived."""
    lines = [f"barrier-{number}" for number in range(40)]
    stage.tell(lines, 1)
    until(lambda: set(lines) & {subject for subject, _ in stage.effects("archive", "ledger")}, "the last things come")


def test_acknowledging_before_the_commit_loses(stage):
    stage.start("intake", "archive")
    stage.start("ledger", planted="ack_before_commit", armed="inbox.after_effects_before_commit:3")
    stage.tell(SUBJECTS, 20)
    stage.died("ledger", "inbox.after_effects_before_commit")
    stage.start("ledger")
    barrier(stage)
    assert stage.counts(SUBJECTS)["ledger's effects of intake"].lost


def test_publishing_before_the_commit_tells_what_never_happened(stage):
    stage.start("ledger", "archive")
    stage.start("intake", planted="publish_before_commit")
    stage.tell(SUBJECTS, 20)
    until(lambda: stage.counts(SUBJECTS)["ledger's effects of intake"].unexpected, "what was rolled back is heard of")


def test_a_relay_with_a_cursor_loses(stage):
    stage.start("ledger", "archive")
    stage.start("intake", planted="cursor_relay")
    stage.tell(SUBJECTS, 20)
    barrier(stage)
    assert stage.counts(SUBJECTS)["ledger's deliveries from intake"].lost


def test_without_marks_an_effect_is_doubled(stage):
    stage.start()
    stage.tell(["first"], 1)
    stage.settle()  # what services tell at their start has no effect that could be doubled
    assert any(doubles(stage, last) for last in range(20, 101, 20)), "nothing is done twice"


def doubles(stage, last):
    """Let a ledger without marks die before its first acknowledgement; it may be a seal's, which has no effect."""
    stage.kill("ledger")
    stage.start("ledger", planted="no_unique_mark", armed="inbox.after_commit_before_ack:1")
    stage.tell(SUBJECTS, last)
    stage.died("ledger", "inbox.after_commit_before_ack")
    stage.start("ledger", planted="no_unique_mark")
    until(lambda: {("a", last), ("b", last)} <= set(stage.effects("ledger", "intake")), "the last things come")
    return stage.counts(SUBJECTS)["ledger's effects of intake"].duplicated


def test_without_the_rule_of_order_what_waits_is_passed_over(stage):
    stage.start("intake", "archive")
    stage.start("ledger", planted="no_rule_of_order")
    stage.tell(SUBJECTS, 20)
    stage.settle()
    assert stage.counts(SUBJECTS)["ledger's effects of intake"].lost
