from dataclasses import replace
from datetime import date

import pytest

from shared.calendar.workdays import WorkCalendar
from shared.law.explain import explain
from shared.law.office_day import given_term, planned_term
from shared.law.packs import Rules
from shared.law.rule import ENDING
from shared.law.term import Term, extended, recomputed, resumed, start_term
from tests.law.makers import a_rule, morning, started

ANSWER_EN = (
    "Answer to a request for information: 20 working days from the day after 18 Sep 2026; "
    "skipped days off: 25–27 Sep, 1–7 Oct; counted make-up working days: 20 Sep, 10 Oct; ends 22 Oct 2026. "
    "Basis: 政府信息公开条例, article 33."
)
ANSWER_ZH = (
    "答复公开申请：自2026年9月18日的次日起20个工作日，不计放假9月25日至27日、10月1日至7日，"
    "计入调休上班9月20日、10月10日，至2026年10月22日届满。依据：《政府信息公开条例》第33条。"
)
PAUSED_EN = (
    "Written opinion: 60 calendar days from the day after 2 Aug 2026; stood still 28 Sep to 3 Oct "
    "(by local practice); ends 7 Oct 2026. Basis: 信访工作条例, article 34."
)
PAUSED_ZH = (
    "作出书面处理意见：自2026年8月2日的次日起60日（自然日），暂停9月28日至10月3日不计（本地惯例），"
    "至2026年10月7日届满。依据：《信访工作条例》第34条。"
)


@pytest.mark.parametrize(("language", "sentence"), [("en", ANSWER_EN), ("zh", ANSWER_ZH)])
def test_a_date_explains_itself_in_full(rules: Rules, calendar: WorkCalendar, language: str, sentence: str) -> None:
    term = start_term(rules["info.answer"], morning("2026-09-18"), calendar)

    assert explain(term, rules, language) == sentence
    assert explain(term.to_dict(), rules, language) == sentence


@pytest.mark.parametrize(("language", "sentence"), [("en", PAUSED_EN), ("zh", PAUSED_ZH)])
def test_a_pause_is_named_and_called_practice_where_the_article_has_none(
    rules: Rules, calendar: WorkCalendar, language: str, sentence: str
) -> None:
    rule = rules["petition.handle"]
    term = start_term(rule, morning("2026-08-02"), calendar)

    assert explain(resumed(term, rule, date(2026, 9, 28), date(2026, 10, 3), calendar), rules, language) == sentence


def test_a_pause_that_the_article_grants_is_not_called_practice(rules: Rules, calendar: WorkCalendar) -> None:
    rule = rules["petition.re_review"]
    term = resumed(
        start_term(rule, morning("2026-08-02"), calendar), rule, date(2026, 8, 10), date(2026, 8, 10), calendar
    )

    assert "; stood still 10 Aug; ends 2 Sep 2026." in explain(term, rules, "en")


def test_an_extension_says_from_which_day(rules: Rules, calendar: WorkCalendar) -> None:
    term = extended(
        start_term(rules["petition.handle"], morning("2026-08-02"), calendar), rules["petition.extend"], calendar
    )

    assert explain(term, rules, "en").startswith(
        "Extension of the handling: extended by 30 calendar days from the day after 1 Oct 2026, "
        "the last day of the first term; ends 31 Oct 2026."
    )
    assert "自原期限最后一日2026年10月1日的次日起延长30日（自然日），至2026年10月31日届满" in explain(term, rules, "zh")


def test_a_provisional_date_says_so_and_a_day_of_another_year_names_it(rules: Rules, calendar: WorkCalendar) -> None:
    term = start_term(rules["info.answer"], morning("2026-12-18"), calendar)

    assert "days off: 1–3 Jan 2027; ends 18 Jan 2027 (provisional: " in explain(term, rules, "en")
    assert "不计放假2027年1月1日至3日，至2027年1月18日届满（放假安排尚未公布，暂定）" in explain(term, rules, "zh")
    assert "provisional" not in explain(start_term(rules["info.answer"], morning("2026-09-18"), calendar), rules, "en")


def test_a_promise_of_the_county_is_never_called_the_law(rules: Rules, calendar: WorkCalendar) -> None:
    said = {
        name: [explain(start_term(rule, morning("2026-08-03"), calendar), rules, one) for one in ("zh", "en")]
        for name, rule in rules.items()
        if rule.local
    }

    assert set(said) >= {"suggestion.reply", "petition.object_publication", "village.quarterly", "village.answer"}
    for zh, en in said.values():
        assert "本县" in zh
        assert "a promise of this county" in en
    assert said["suggestion.reply"][1].endswith("Basis: a promise of this county after 信访工作条例, article 29.")
    assert said["village.answer"][0].endswith("依据：本县参照《山东省村务公开条例》作出的承诺。")


def test_a_rolled_end_names_the_day_off(rules: Rules) -> None:
    term = started("2026-08-02", 60, "calendar_day", roll="next_working_day")

    assert "the last day, 1 Oct 2026, is a day off, so the next working day counts; ends 8 Oct 2026" in explain(
        term, rules, "en"
    )
    assert "最后一日2026年10月1日放假休息，顺延，至2026年10月8日届满" in explain(term, rules, "zh")


def test_hours_and_months_have_their_words(rules: Rules) -> None:
    assert "24 hours from 18 Sep 2026, 09:30; ends 19 Sep 2026, 09:30." in explain(
        started("2026-09-18", 24, "hour"), rules, "en"
    )
    assert "自2026年9月18日09:30起24小时，至2026年9月19日09:30届满" in explain(
        started("2026-09-18", 24, "hour"), rules, "zh"
    )
    assert "1 month from the day after 31 Jan 2026; ends 28 Feb 2026." in explain(
        started("2026-01-31", 1, "month"), rules, "en"
    )
    assert "3个月" in explain(started("2026-01-31", 3, "month"), rules, "zh")


def test_a_kept_promise_says_why_it_ends_later_than_counted(rules: Rules, calendar: WorkCalendar) -> None:
    rule = rules["petition.object_publication"]
    term = start_term(rule, morning("2026-12-30"), calendar)
    kept = recomputed(term, rule, calendar.with_days(work=[date(2027, 1, 2)]))

    assert "the date once given stands" in explain(kept, rules, "en")
    assert "仍以原定日期为准" in explain(kept, rules, "zh")


def test_a_term_explains_itself_by_what_it_began_under_and_without_its_rule(
    rules: Rules, calendar: WorkCalendar
) -> None:
    term = start_term(rules["petition.handle"], morning("2026-08-02"), calendar)
    newer = Rules([replace(rules["petition.handle"], quantity=10, article="99")])

    assert "60 calendar days" in explain(term, newer, "en")
    assert "article 34" in explain(term, newer, "en")
    assert explain(term, Rules([]), "en").startswith("petition.handle: 60 calendar days")


def test_a_newer_version_rewrites_no_word_about_a_term_that_runs(rules: Rules, calendar: WorkCalendar) -> None:
    rule = rules["petition.handle"]
    term = resumed(
        start_term(rule, morning("2026-08-02"), calendar), rule, date(2026, 8, 10), date(2026, 8, 11), calendar
    )
    words = {"title": "Reply", "title_zh": "答复", "law_zh": "信访法", "pause_basis": "law"}
    newer = replace(rule, pack="ours@2026-11-01", effective_from=date(2026, 11, 1), **words)  # type: ignore[arg-type]  # texts

    for language in ("en", "zh"):
        assert explain(term, Rules([*rules.versions, newer]), language) == explain(term, rules, language)


def test_every_rule_speaks_two_sentences_in_both_languages(rules: Rules, calendar: WorkCalendar) -> None:
    for rule in rules.values():
        term: Term = start_term(rule, morning("2026-09-18"), calendar)
        assert explain(term, rules, "zh").count("。") == 2
        assert explain(term, rules, "en").count(". ") == 1
        assert "{" not in explain(term, rules, "zh") + explain(term, rules, "en")


def test_one_of_a_unit_is_singular(calendar: WorkCalendar) -> None:
    term = start_term(a_rule(1), morning("2026-08-03"), calendar)

    assert ": 1 working day from" in explain(term, Rules([a_rule(1)]), "en")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "zh",
            (
                "督办到期，决定延长或者办结：自县信访局所定之日2026年12月10日的次日起3个工作日，至2026年12月15日届满。"
                "依据：本县承诺。"
            ),
        ),
        (
            "en",
            (
                "A directive ends, or is prolonged: 3 working days from the day after 10 Dec 2026, which Petition "
                "Office set itself; ends 15 Dec 2026. Basis: a promise of this county."
            ),
        ),
    ],
)
def test_a_day_that_whoever_gave_a_case_set_names_it_and_gives_days_to_decide(
    rules: Rules, calendar: WorkCalendar, language: str, sentence: str
) -> None:
    by = ("petition-office", "县信访局", "Petition Office")
    term = given_term(ENDING, date(2026, 12, 10), by, calendar)

    assert explain(term, rules, language) == sentence
    assert recomputed(term, rules[term.rule], calendar).due == date(2026, 12, 15)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("zh", "计划步骤：2026年9月18日所定计划的第2步，至2026年12月10日届满。依据：本县承诺。"),
        (
            "en",
            (
                "A step of the plan: step 2 of the plan made on 18 Sep 2026; ends 10 Dec 2026. "
                "Basis: a promise of this county."
            ),
        ),
    ],
)
def test_a_step_of_a_plan_names_the_plan_and_keeps_its_own_day(
    rules: Rules, calendar: WorkCalendar, language: str, sentence: str
) -> None:
    term = planned_term(morning("2026-09-18"), date(2026, 12, 10), 2)

    assert explain(term, rules, language) == sentence
    assert recomputed(term, rules[term.rule], calendar).due == date(2026, 12, 10)
