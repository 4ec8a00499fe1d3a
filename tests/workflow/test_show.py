"""A mechanism as a lawyer and a list read it."""

import json

from lianxin.loading import load_mechanism
from shared.law.packs import load_rules
from shared.workflow.case import Case
from shared.workflow.common import may_object_to_publication
from shared.workflow.declare import STAY, Back, ByRule, Deadline, any_of, by_outcome, each_of
from shared.workflow.mechanism import Mechanism
from shared.workflow.show import describe, show
from tests.workflow.makers import a_mechanism, a_step


def step_line(mechanism: Mechanism, name: str) -> list[str]:
    """Give the cells of a step's row."""
    (line,) = [line for line in show(mechanism, load_rules()).splitlines() if f"(`{name}`) |" in line]
    return [cell.strip() for cell in line.strip("|").split(" | ")]


def told(case: Case) -> bool:
    """Everybody was told."""
    return bool(case.details)


def test_the_list_says_what_a_mechanism_brings():
    assert describe(load_mechanism("petitions")) == {
        "name": "petitions",
        "version": 1,
        "title": "Petitions",
        "kinds": [
            {"name": "petition", "record": "case"},
            {"name": "conduct", "record": "case"},
            {"name": "joint", "record": "case"},
            {"name": "reception", "record": "register"},
        ],
        "states": [
            *("registered", "objected", "disputed", "accepted", "asked", "drafted", "checked", "signed", "promised"),
            *("withdrawing", "hearing", "joined", "notice_drafted", "notice_checked", "notice_signed", "closed"),
        ],
        "deadlines": [
            *("petition.forward", "petition.notice", "petition.handle", "petition.part"),
            *("petition.object_referral", "petition.verify_objection", "petition.execute"),
            *("petition.object_publication", "petition.review_request"),
        ],
        "letters": [
            "acceptance",
            "diverted",
            "not_accepted",
            "no_longer_accepted",
            "extension",
            "opinion",
            "joined",
            "hearing",
        ],
        "public": ["township", "category", "outcome", "days"],
    }


def test_the_list_can_be_written_as_json():
    listed = describe(load_mechanism("open_affairs"))
    assert json.loads(json.dumps(listed)) == listed


def test_a_step_says_by_which_article_its_term_runs():
    take_up = a_step("take up", starts=Deadline("petition.handle"), basis="34", letter="acceptance")
    cells = step_line(a_mechanism(take_up), "take up")
    assert cells[4] == "starts `petition.handle` (60 calendar days, 信访工作条例 34)"
    assert cells[6:] == ["acceptance", "34"]


def test_a_term_says_when_it_applies_and_that_a_county_must_stand_for_it():
    take_up = a_step("take up", starts=Deadline("suggestion.reply", when=told))
    assert step_line(a_mechanism(take_up), "take up")[4] == (
        "starts `suggestion.reply` (30 calendar days, 信访工作条例 29, the county must confirm it),"
        " if: Everybody was told."
    )


def test_a_rule_of_no_pack_is_shown_by_its_name():
    assert step_line(a_mechanism(a_step("take up", meets="small.term")), "take up")[4] == "meets `small.term`"


def test_a_step_says_who_and_what_it_needs():
    both = a_step("sign", by=each_of("petitioner", "neighbour"), guard=told, not_by=("answer",))
    assert step_line(a_mechanism(both), "sign")[2:4] == [
        "petitioner and neighbour",
        "Everybody was told. Somebody else than who took `answer`.",
    ]
    assert step_line(a_mechanism(a_step("leave", by=any_of("officer", "head"))), "leave")[2] == "officer or head"


def test_every_sort_of_way_is_named():
    ways = {
        "stay": (a_step("stay", to=STAY), "arrived → stays"),
        "undo": (a_step("undo", "answered", Back("answer")), "answered → back to before `answer`"),
        "part": (a_step("part", to=by_outcome("closed", done="answered")), "arrived → answered if done, else closed"),
        "rule": (
            a_step("rule", to=ByRule(told, "closed", "answered")),
            "arrived → closed if everybody was told, else answered",
        ),
        "end": (a_step("end", outcome="withdrawn"), "arrived → closed; outcome withdrawn"),
    }
    for name, (step, way) in ways.items():
        assert step_line(a_mechanism(step), name)[1] == way


def test_the_diagram_has_an_edge_for_each_way_and_no_other():
    mechanism = a_mechanism(a_step("note", ("arrived", "closed"), STAY), a_step("undo", "answered", Back("answer")))
    diagram = show(mechanism, load_rules()).partition("```mermaid\n")[2]
    assert [line.strip() for line in diagram.splitlines() if "-->" in line] == [
        "[*] --> arrived",
        "arrived --> answered: answer",
        "answered --> closed: serve",
        "arrived --> arrived: note",
        "closed --> closed: note",
        "answered --> arrived: undo",
        "closed --> [*]",
    ]


def test_a_stroke_in_a_text_breaks_no_table():
    step = a_step("object", guard=may_object_to_publication, title="Yes | no")
    assert "| Yes \\| no (`object`) |" in show(a_mechanism(step), load_rules())
