"""The shipped packs against the text of the specification; and packs with mistakes."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from shared.errors import StartError
from shared.law.packs import PACKS, Rules, read_packs
from tests.law.makers import a_rule

STATED = [
    # id, law, article, quantity, unit, owner, confidence
    ("mediation.conclude", "人民调解工作若干规定", "33", 1, "month", "state_duty", "S"),
    ("uk.foi.answer", "Freedom of Information Act 2000", "10", 20, "working_day", "state_duty", "S"),
    ("mediation.confirm", "人民调解法", "33", 30, "calendar_day", "citizens_right", "V"),
    ("compensation.decide", "国家赔偿法", "13", 2, "month", "state_duty", "V"),
    ("compensation.serve", "国家赔偿法", "13", 10, "calendar_day", "state_duty", "V"),
    ("compensation.suit", "国家赔偿法", "14", 3, "month", "citizens_right", "V"),
    ("compensation.claim", "国家赔偿法", "39", 24, "month", "citizens_right", "V"),
    ("appointment.notice", "党政领导干部选拔任用工作条例", "41", 5, "working_day", "state_duty", "S"),
    ("village.quarterly", "村民委员会组织法", "30", 15, "calendar_day", "local_promise", "K"),
    ("village.monthly_finance", "村民委员会组织法", "30", 15, "calendar_day", "local_promise", "K"),
    ("village.objection", "山东省村务公开条例", "", 5, "calendar_day", "citizens_right", "K"),
    ("village.answer", "山东省村务公开条例", "", 5, "calendar_day", "local_promise", "K"),
    ("licence.missing_papers", "行政许可法", "32", 5, "working_day", "state_duty", "V"),
    ("licence.decide", "行政许可法", "42", 20, "working_day", "state_duty", "V"),
    ("licence.extend", "行政许可法", "42", 10, "working_day", "state_duty", "V"),
    ("licence.joint", "行政许可法", "42", 45, "working_day", "state_duty", "V"),
    ("licence.joint_extend", "行政许可法", "42", 15, "working_day", "state_duty", "V"),
    ("licence.certificate", "行政许可法", "44", 10, "working_day", "state_duty", "V"),
    ("info.proactive", "政府信息公开条例", "26", 20, "working_day", "state_duty", "V"),
    ("info.correct", "政府信息公开条例", "30", 7, "working_day", "state_duty", "V"),
    ("info.third_party", "政府信息公开条例", "32", 15, "working_day", "citizens_right", "V"),
    ("info.co_producer", "政府信息公开条例", "34", 15, "working_day", "state_duty", "V"),
    ("info.answer", "政府信息公开条例", "33", 20, "working_day", "state_duty", "V"),
    ("info.extend", "政府信息公开条例", "33", 20, "working_day", "state_duty", "V"),
    ("info.annual", "政府信息公开条例", "49", 1, "month", "state_duty", "V"),
    ("info.annual_government", "政府信息公开条例", "49", 3, "month", "state_duty", "V"),
    ("decision.comment", "重大行政决策程序暂行条例", "15", 30, "calendar_day", "state_duty", "V"),
    ("decision.hearing_materials", "重大行政决策程序暂行条例", "16", 7, "calendar_day", "state_duty", "V"),
    ("decision.legality", "重大行政决策程序暂行条例", "", 7, "working_day", "state_duty", "K"),
    ("report.accept_real_name", "纪检监察机关处理检举控告工作规则", "", 15, "working_day", "state_duty", "S"),
    ("report.result_real_name", "纪检监察机关处理检举控告工作规则", "", 15, "working_day", "state_duty", "S"),
    ("report.pass_up", "纪检监察机关处理检举控告工作规则", "15-16", 5, "working_day", "state_duty", "S"),
    ("hotline.life", "", "", 2, "hour", "local_promise", "S"),
    ("hotline.utilities", "", "", 24, "hour", "local_promise", "S"),
    ("hotline.general", "", "", 7, "calendar_day", "local_promise", "S"),
    ("hotline.complex", "", "", 15, "calendar_day", "local_promise", "S"),
    ("hotline.online", "", "", 2, "hour", "local_promise", "S"),
    ("hotline.enquiry", "", "", 3, "working_day", "local_promise", "S"),
    ("hotline.complaint", "", "", 13, "working_day", "local_promise", "S"),
    ("privacy.answer", "个人信息保护法", "45", 15, "working_day", "local_promise", "K"),
    ("eu.wb.acknowledge", "Directive (EU) 2019/1937", "9", 7, "calendar_day", "state_duty", "S"),
    ("eu.wb.feedback", "Directive (EU) 2019/1937", "9", 3, "month", "state_duty", "S"),
    ("eu.wb.feedback_justified", "Directive (EU) 2019/1937", "11", 6, "month", "state_duty", "S"),
    ("aid.decide", "法律援助法", "43", 7, "calendar_day", "state_duty", "V"),
    ("aid.assign", "法律援助法", "43", 3, "calendar_day", "state_duty", "V"),
    ("aid.objection", "法律援助法", "49", 5, "calendar_day", "state_duty", "V"),
    ("suggestion.reply", "信访工作条例", "29", 30, "calendar_day", "local_promise", "K"),
    ("petition.object_publication", "", "", 5, "working_day", "citizens_right", "K"),
    ("petition.verify_objection", "", "", 5, "working_day", "office_right", "K"),
    ("visit.record", "", "", 5, "working_day", "local_promise", "K"),
    ("window.not_done", "", "", 10, "working_day", "local_promise", "K"),
    ("window.call_back", "", "", 2, "working_day", "local_promise", "K"),
    ("window.mend", "", "", 15, "working_day", "local_promise", "K"),
    ("window.try_again", "", "", 5, "working_day", "local_promise", "K"),
    ("mediation.answer", "人民调解法", "17", 5, "working_day", "local_promise", "K"),
    ("mediation.come", "人民调解法", "17", 30, "calendar_day", "local_promise", "K"),
    ("mediation.follow_up", "人民调解法", "31", 3, "working_day", "local_promise", "K"),
    ("visit.need", "", "", 5, "working_day", "local_promise", "K"),
    ("directive.object", "", "", 5, "working_day", "office_right", "K"),
    ("petition.part", "信访工作条例", "24", 15, "working_day", "local_promise", "K"),
    ("charge.plan", "信访工作条例", "18", 10, "working_day", "local_promise", "K"),
    ("petition.forward", "信访工作条例", "22", 15, "calendar_day", "state_duty", "V"),
    ("petition.notice", "信访工作条例", "23", 15, "calendar_day", "state_duty", "V"),
    ("petition.object_referral", "信访工作条例", "23", 5, "working_day", "office_right", "V"),
    ("petition.handle", "信访工作条例", "34", 60, "calendar_day", "state_duty", "V"),
    ("petition.extend", "信访工作条例", "34", 30, "calendar_day", "state_duty", "V"),
    ("petition.review_request", "信访工作条例", "35", 30, "calendar_day", "citizens_right", "V"),
    ("petition.review", "信访工作条例", "35", 30, "calendar_day", "state_duty", "V"),
    ("petition.re_review_request", "信访工作条例", "36", 30, "calendar_day", "citizens_right", "V"),
    ("petition.re_review", "信访工作条例", "36", 30, "calendar_day", "state_duty", "V"),
    ("reconsideration.apply", "行政复议法", "20", 60, "calendar_day", "citizens_right", "V"),
    ("reconsideration.accept", "行政复议法", "30", 5, "working_day", "state_duty", "V"),
    ("reconsideration.decide", "行政复议法", "62", 60, "calendar_day", "state_duty", "V"),
    ("reconsideration.extend", "行政复议法", "62", 30, "calendar_day", "state_duty", "V"),
    ("reconsideration.summary", "行政复议法", "62", 30, "calendar_day", "state_duty", "V"),
]
PACK = 'law = "L"\nversion = "1"\neffective_from = 2020-01-01\nconfidence = "V"\n'
RULE = '[[rules]]\nid = "a.b"\narticle = "1"\ntitle = "T"\ntitle_zh = "期"\nquantity = 5\nunit = "working_day"\n'


def test_the_packs_say_what_was_read_and_nothing_else(rules: Rules) -> None:
    said = {
        (rule.id, rule.law, rule.article, rule.quantity, rule.unit, rule.owner, rule.confidence)
        for rule in rules.values()
    }

    assert said == set(STATED)


def test_every_pack_says_where_it_comes_from_and_since_when() -> None:
    for file in PACKS.glob("*.toml"):
        head = file.read_text(encoding="utf-8").partition("[[rules]]")[0]
        confidence = tomllib.loads(head)["confidence"]
        assert "# Source: " in head
        assert "In force since: " in head
        assert f"({confidence})" in head, f"{file.name}: says {confidence}, and not why"


def test_every_rule_has_both_titles_a_pack_and_a_moment_that_starts_it(rules: Rules) -> None:
    for rule in rules.values():
        assert rule.title.isascii()
        assert not rule.title_zh.isascii()
        assert rule.pack.endswith(f"@{rule.version}")
        assert rule.trigger_event
        assert rule.duty_holder
        assert rule.satisfied_by


def test_which_pauses_are_left_out_and_on_what_ground(rules: Rules) -> None:
    pausing = {rule.id: (rule.excludes, rule.pause_basis) for rule in rules.values() if rule.excludes}

    assert pausing == {
        "petition.handle": (("question",), "practice"),
        "petition.extend": (("question",), "practice"),
        "petition.re_review": (("hearing",), "law"),
        "suggestion.reply": (("question",), "practice"),
        "info.answer": (("third_party", "co_producer"), "law"),
        "info.extend": (("third_party", "co_producer"), "law"),
        "licence.decide": (("excluded_time",), "law"),
        "licence.extend": (("excluded_time",), "law"),
        "licence.joint": (("excluded_time",), "law"),
        "licence.joint_extend": (("excluded_time",), "law"),
    }


def test_minimum_times_hold_something_back(rules: Rules) -> None:
    assert {rule.id for rule in rules.values() if rule.at_least} == {
        "appointment.notice",
        "decision.comment",
        "decision.hearing_materials",
        "decision.legality",
    }


def test_laws_of_other_countries_count_by_their_own_calendar(rules: Rules) -> None:
    assert {rule.id: rule.calendar for rule in rules.values() if rule.calendar != "CN"} == {
        "eu.wb.acknowledge": "EU",
        "eu.wb.feedback": "EU",
        "eu.wb.feedback_justified": "EU",
        "uk.foi.answer": "GB",
    }


def test_no_shipped_rule_rolls_before_a_county_decides(rules: Rules) -> None:
    assert {rule.roll for rule in rules.values()} == {"none"}


def test_a_term_is_extended_by_one_rule_of_its_own_article(rules: Rules) -> None:
    extension = rules.extension_of("petition.handle")

    assert extension is not None
    assert (extension.id, extension.article, extension.approver) == ("petition.extend", "34", "head")
    assert rules.extension_of("petition.extend") is None


def test_what_a_county_has_to_confirm(rules: Rules) -> None:
    used = ["petition.handle", "suggestion.reply", "village.answer", "petition.object_publication", "not.here"]

    assert rules.unconfirmed(used, ["suggestion.reply"]) == ["petition.object_publication", "village.answer"]


def test_a_figure_whose_article_is_not_known_is_the_countys_own_until_it_confirms_it(rules: Rules) -> None:
    legality, day = rules["decision.legality"], date(2026, 11, 2)

    assert not legality.on(day, ())
    assert legality.on(day, ("decision.legality",))
    assert rules.unconfirmed(["decision.legality", "decision.comment"], ()) == ["decision.legality"]


def test_a_promise_stays_a_promise_however_well_its_law_was_read() -> None:
    assert a_rule(5, owner="local_promise", confidence="V").local
    assert not a_rule(5, owner="citizens_right", confidence="V").local


def test_a_rule_knows_the_days_on_which_it_is_in_force(rules: Rules) -> None:
    assert not rules["petition.handle"].in_force(date(2022, 4, 30))
    assert rules["petition.handle"].in_force(date(2022, 5, 1))


def packs(folder: Path, *texts: str) -> list[Path]:
    files = [folder / f"pack{number}.toml" for number, _ in enumerate(texts)]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, encoding="utf-8")
    return files


def test_a_pack_of_a_county_is_read(tmp_path: Path) -> None:
    rule = read_packs(packs(tmp_path, PACK + RULE + 'roll = "none"\nexcludes = ["hearing"]\n'))["a.b"]

    assert (rule.pack, rule.excludes, rule.local) == ("pack0@1", ("hearing",), False)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param(PACK + RULE.replace("working_day", "fortnight"), "fortnight", id="unknown unit"),
        pytest.param(PACK + RULE + 'remedy = "Within five days."', "remedy tells no figure", id="a figure in words"),
        pytest.param(PACK + RULE + 'remedy_zh = "五日内。"', "remedy_zh tells no figure", id="the same in Chinese"),
        pytest.param(PACK + RULE + "colour = 1\n", "colour", id="unknown field"),
        pytest.param(PACK + RULE.replace('title_zh = "期"\n', ""), "title_zh", id="no Chinese title"),
        pytest.param(PACK + RULE.replace("quantity = 5", 'quantity = "5"'), "expected int", id="a number in quotes"),
        pytest.param(PACK + RULE + 'excludes = "hearing"\n', "excludes", id="a text where a list is needed"),
        pytest.param(PACK + RULE.replace("quantity = 5", "quantity = 0"), "1 or more", id="no quantity"),
        pytest.param(PACK + RULE + 'roll = "next_working_day"\n', "nothing to roll", id="rolling working days"),
        pytest.param(PACK + RULE + 'extends = "c.d"\n', "which no pack has", id="extends nothing"),
        pytest.param(PACK + RULE + RULE, "there 2 times", id="twice"),
        pytest.param(PACK.replace('"L"', '""') + RULE, "names no law", id="the law's word without a law"),
        pytest.param(
            PACK + RULE.replace('"1"', '""'), "names no law or article", id="the law's word without an article"
        ),
        pytest.param(
            PACK.replace('"V"', '"S"') + RULE, "what a county has to confirm", id="second hand without a note"
        ),
        pytest.param(PACK + RULE + 'calendar = "XX"\n', "there is no calendar XX", id="unknown calendar"),
        pytest.param(PACK + RULE + "effective_to = 2019-12-31\n", "before it begins", id="ends before it begins"),
        pytest.param(PACK, "holds no", id="an empty pack"),
        pytest.param("law = ", "not TOML", id="no TOML"),
    ],
)
def test_a_wrong_pack_stops_the_start_and_says_what_to_change(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(StartError, match=complaint):
        read_packs(packs(tmp_path, text))


def test_two_extensions_of_one_rule_stop_the_start(tmp_path: Path) -> None:
    second, third = (RULE.replace("a.b", name) + 'extends = "a.b"\n' for name in ("a.c", "a.d"))

    with pytest.raises(StartError, match="2 extensions"):
        read_packs(packs(tmp_path, PACK + RULE + second + third))


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    wrong = RULE.replace("working_day", "fortnight")
    with pytest.raises(StartError) as stopped:
        read_packs(packs(tmp_path, PACK + wrong, PACK + wrong.replace("a.b", "c.d")))

    assert len(stopped.value.lines) == 2
