"""Packs of a county's own: new rules and newer versions beside the shipped ones, and never less than the law gives."""

from datetime import date
from pathlib import Path

import pytest

from lianxin.loading import load_mechanisms
from shared.county.file import load_county
from shared.county.rules import rules_of
from shared.errors import StartError
from shared.law.packs import load_rules
from tests.law.own import HANDLE, NAME, STRICTER, a_pack, own_county, own_rules, write_county

WEAKER = "local promises may be stricter, never weaker than the law"
TELLS = {"remedy": "Ask within {n} days.", "remedy_zh": "{n}日内可以申请复查。"}
RIGHT = {"id": "petition.review_request", "article": "35", "start": "proof_of_service"}
REVIEW = HANDLE | RIGHT | TELLS
COMMENT = {"id": "decision.comment", "law": "重大行政决策程序暂行条例", "article": "15", "unit": "calendar_day"}
ENDS = 'replaces = "petition@2022-05-01"'


def test_a_new_rule_stands_beside_the_shipped_ones(tmp_path: Path) -> None:
    rules = own_rules(tmp_path, a_pack())

    assert set(rules) == {*load_rules(), "our.reply"}
    assert (rules["our.reply"].pack, rules["our.reply"].local) == ("our-city@2026-11-01", True)


def test_a_county_without_packs_counts_by_the_shipped_rules_themselves(tmp_path: Path) -> None:
    assert own_rules(tmp_path) is load_rules()


def test_a_newer_version_ends_the_one_that_it_names_and_no_other(tmp_path: Path) -> None:
    rules = own_rules(tmp_path, a_pack(**STRICTER))

    assert [rules.on("petition.handle", date(2026, month, 1)).quantity for month in (10, 11)] == [60, 45]
    assert rules.on("petition.handle", date(2026, 10, 31)).last_day == date(2026, 10, 31)
    assert rules["petition.extend"] == load_rules()["petition.extend"]
    assert load_rules()["petition.handle"].effective_to is None


def test_a_version_that_had_ended_is_not_lengthened_by_the_one_that_follows(tmp_path: Path) -> None:
    older = a_pack(more="effective_to = 2026-11-30")
    newer = a_pack(more='replaces = "our-city@2026-11-01"\neffective_from = 2027-01-01')
    versions = [one for one in own_rules(tmp_path, older, newer).versions if one.id == "our.reply"]

    assert [one.last_day for one in versions] == [date(2026, 11, 30), date.max]


WRONG = [
    pytest.param(
        (a_pack(**HANDLE | {"quantity": 45, "more": "publish = true"}),), "both hold on 2026-11-01", id="overlap"
    ),
    pytest.param(
        (a_pack(**STRICTER | {"more": 'replaces = "petition@1999"'}),), "where it is not", id="replaces nothing"
    ),
    pytest.param((a_pack(**STRICTER | {"more": ENDS + "\neffective_from = 2022-05-01"}),), "later", id="not newer"),
    pytest.param((a_pack(), a_pack()), "our.reply: our-city", id="two own packs hold one rule"),
    pytest.param((a_pack(confidence="V"),), "names no law or article", id="read in no law"),
    pytest.param((a_pack(id="petition.assigned"),), "Lianxin's own name", id="a name that is taken"),
    pytest.param((a_pack(more="roll_chosen = true"),), "let the county file choose", id="a choice in a pack"),
    pytest.param((a_pack(unit="fortnight"),), "fortnight", id="a unit that is none"),
    pytest.param((a_pack().replace("[[rules]]", "[rules]"),), r"write \[\[rules\]\]", id="one bracket"),
    pytest.param((a_pack().partition("[[")[0] + "rules = 5",), r"write \[\[rules\]\]", id="no tables"),
    pytest.param((a_pack().partition("[[")[0] + 'rules = ["a"]',), r"write \[\[rules\]\]", id="texts"),
    pytest.param((a_pack(quantity=10**9),), "give 9999 or fewer", id="days beyond every calendar"),
    pytest.param((a_pack(more='extends = "petition.review"'),), f"our.reply: {WEAKER}", id="an extension of its own"),
]


@pytest.mark.parametrize(("packs", "sentence"), WRONG)
def test_a_wrong_pack_stops_the_start(tmp_path: Path, packs: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(StartError, match=sentence):
        own_rules(tmp_path, *packs)


LESS = [
    # the local version, what the sentence tells to keep to
    pytest.param(HANDLE | {"quantity": 61}, "at most 60 calendar_day", id="more days of an office"),
    pytest.param(HANDLE | {"quantity": 1, "unit": "month"}, "unit calendar_day", id="another unit"),
    pytest.param(HANDLE | {"quantity": 60, "law": "本县规定"}, "publish true", id="hidden from the public"),
    pytest.param(HANDLE | {"quantity": 61, "law": "本县规定"}, "at most 60", id="a county's word is no other law"),
    *(
        pytest.param(
            HANDLE | {"quantity": 61, "law": name, "confidence": "V"}, "at most 60", id=f"the same law: {name}"
        )
        for name in ("《信访工作条例》", " 信访工作 条例 ", "中华人民共和国信访工作条例", "信访工作条例\u200b")
    ),
    pytest.param(
        HANDLE | {"quantity": 60, "roll": "next_working_day", "confidence": "V"}, r"under [rolls]", id="a roll unmarked"
    ),
    pytest.param(HANDLE | {"quantity": 60, "excludes": ["question"]}, "pause_basis practice", id="a practice made law"),
    pytest.param(HANDLE | {"quantity": 60, "excludes": ["hearing"]}, "no pause for hearing", id="a pause more"),
    pytest.param(REVIEW | {"quantity": 20, "owner": "citizens_right"}, "at least 30", id="fewer days of a resident"),
    pytest.param(REVIEW | {"quantity": 30}, "owner citizens_right", id="a right made a duty"),
    pytest.param(COMMENT | {"quantity": 10, "at_least": True}, "at least 30", id="a shorter minimum"),
]
PACK_OF = {"decision.comment": "decision@2019-09-01"}


def version_of(**rule: object) -> str:
    """Write a local version that replaces the shipped one."""
    more = [f'replaces = "{PACK_OF.get(str(rule["id"]), "petition@2022-05-01")}"']
    more += [f'start = "{rule.pop("start")}"'] if "start" in rule else []
    more += [f'owner = "{rule.pop("owner")}"'] if "owner" in rule else []
    more += [f"excludes = {rule.pop('excludes')}"] if "excludes" in rule else []
    more += [f'{name} = "{rule.pop(name)}"' for name in ("roll", "pause_basis", *TELLS) if name in rule]
    more += ["at_least = true"] if rule.pop("at_least", False) else []
    more += ["publish = true"] if rule.pop("published", False) else []
    return a_pack(**rule, more="\n".join(more))  # type: ignore[arg-type]  # law and confidence are texts


@pytest.mark.parametrize(("rule", "keep"), LESS)
def test_less_than_the_law_gives_is_refused(tmp_path: Path, rule: dict[str, object], keep: str) -> None:
    with pytest.raises(StartError) as stopped:
        own_rules(tmp_path, version_of(**rule))

    (line,) = stopped.value.lines
    assert line.startswith(f"{rule['id']}: {WEAKER}; ")
    assert keep in line


ENDED = STRICTER["more"] + "\neffective_to = 2026-12-31"
FOLLOWS = a_pack(**STRICTER | {"more": "publish = true\neffective_from = {}"})


def test_a_law_is_not_ended_by_a_version_that_ends_itself(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="our-city@2026-11-01 ends on 2026-12-31, and no version follows") as stopped:
        own_rules(tmp_path, a_pack(**STRICTER | {"more": ENDED}))
    assert "let a later version begin on 2027-01-01" in str(stopped.value)
    with pytest.raises(StartError, match="no version follows"):
        own_rules(tmp_path, a_pack(**STRICTER | {"more": ENDED}), FOLLOWS.replace("{}", "2027-01-02"))
    last = FOLLOWS.replace("{}", "2027-01-01\neffective_to = 2027-06-30")
    with pytest.raises(StartError, match="more1@2026-11-01 ends on 2027-06-30, and no version follows"):
        own_rules(tmp_path, a_pack(**STRICTER | {"more": ENDED}), last)


def test_a_version_may_end_where_the_next_one_begins(tmp_path: Path) -> None:
    rules = own_rules(tmp_path, a_pack(**STRICTER | {"more": ENDED}), FOLLOWS.replace("{}", "2027-01-01"))

    assert rules.on("petition.handle", date(2027, 5, 1)).pack == "more1@2026-11-01"


@pytest.mark.parametrize(
    ("instead", "sentence"),
    [
        (("", ""), "begins on 2022-05-02, before its pack of 2026-11-01"),
        (('version = "2026-11-01"', 'version = "1"'), "version 1 is no day"),
    ],
)
def test_a_version_does_not_begin_before_its_pack(tmp_path: Path, instead: tuple[str, str], sentence: str) -> None:
    rule = HANDLE | {"law": "信访法", "confidence": "V", "quantity": 90, "more": ENDS + "\neffective_from = 2022-05-02"}
    with pytest.raises(StartError, match=sentence):
        own_rules(tmp_path, a_pack(**rule).replace(*instead), name="law/our-city.toml")


def test_a_stricter_promise_without_a_pause_starts(tmp_path: Path) -> None:
    county = own_county(tmp_path, a_pack(**STRICTER), confirmed='"petition.handle", ')

    assert "petitions" in load_mechanisms(county, rules_of(county))


@pytest.mark.parametrize(
    ("rule", "quantity"),
    [
        pytest.param(HANDLE | {"quantity": 60, "published": True}, 60, id="the same"),
        pytest.param(HANDLE | {"quantity": 30, "published": True, "owner": "local_promise"}, 30, id="a promise"),
        pytest.param(REVIEW | {"quantity": 40, "owner": "citizens_right"}, 40, id="more days of a resident"),
        pytest.param(
            HANDLE | {"quantity": 90, "law": "信访法", "confidence": "V"}, 90, id="another law, as it was read"
        ),
        pytest.param({"id": "suggestion.reply", "quantity": 60}, 60, id="what no law says"),
    ],
)
def test_what_the_law_leaves_room_for_is_taken(tmp_path: Path, rule: dict[str, object], quantity: int) -> None:
    text = version_of(**rule)
    if rule["id"] == "suggestion.reply":
        text = text.replace("petition@2022-05-01", "local@2026-11-01")

    assert own_rules(tmp_path, text)[str(rule["id"])].quantity == quantity


def test_all_mistakes_of_all_packs_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(StartError) as stopped:
        own_rules(tmp_path, version_of(**HANDLE | {"quantity": 61}), a_pack(unit="fortnight"), a_pack(more="x = 1"))

    assert [line.partition(":")[0] for line in stopped.value.lines] == ["more1.toml", "more2.toml", "petition.handle"]


def test_a_shipped_packs_name_is_not_free(tmp_path: Path) -> None:
    text = a_pack().replace("2026-11-01", "2022-05-01", 1)
    with pytest.raises(StartError, match="petition@2022-05-01: a shipped pack is called so"):
        own_rules(tmp_path, text, name="law/petition@2022-05-01.toml")


@pytest.mark.parametrize(
    ("packs", "sentence"),
    [
        (["../law/ours.toml"], "packs: ../law/ours.toml lies outside this file's folder"),
        (["/etc/ours.toml"], "packs: /etc/ours.toml lies outside this file's folder"),
        (["county.toml"], "packs: county.toml needs a folder of its own; move it to law/county.toml"),
        ([NAME, NAME], f"packs: {NAME} is there 2 times"),
        (NAME, "a list in brackets is needed"),
    ],
)
def test_packs_that_containers_and_backups_would_not_find(tmp_path: Path, packs: object, sentence: str) -> None:
    file = write_county(tmp_path)
    file.write_text(file.read_text(encoding="utf-8").replace("packs = []", f"packs = {packs!r}"), encoding="utf-8")

    with pytest.raises(StartError, match="packs: ") as stopped:
        load_county(file)
    assert sentence in "\n".join(stopped.value.lines)


def test_a_pack_that_is_not_there_is_named(tmp_path: Path) -> None:
    county = own_county(tmp_path, a_pack())
    (tmp_path / NAME).unlink()

    with pytest.raises(StartError, match=r"our-city@2026-11-01\.toml: can't be read"):
        rules_of(county)
