"""What the start finds wrong with forms, registers, letters and words: one sentence for each planted fault."""

from pathlib import Path

import pytest

from shared.workflow.case import Case
from shared.workflow.check import check
from shared.workflow.check_text import HOMES, judges
from shared.workflow.declare import STAY, chosen
from shared.workflow.mechanism import Mechanism, Register
from shared.workflow.schema import Choice, Schema, Text, UnitRef
from tests.workflow.makers import UNSAID, a_mechanism, a_step, asking, problems, with_answer, with_service

WORDS = {"Small": "小", "Open a matter": "提出", "Wish": "愿望", "Petitioner": "信访人", "Neighbour": "邻居"}
WORDS |= {"Serve": "送达", "Done": "已办", "Left as it is": "维持", "Reasons": "理由"}
SLOT = Schema.from_dict({"slot": Text(seen="public", title="A slot")}, name="Entry")
MAY_MOVE = Schema.from_dict({"unit": UnitRef(seen="parties", required=False)}, name="MayMove")


def speechless(case: Case) -> bool:
    return True


def ready(case: Case) -> bool:
    """Everything is ready."""
    return True


FORMS = [
    pytest.param(
        asking(wish=Text(title="Wish")),
        ["kind matter: the field wish does not say who may see it; add seen="],
        id="a field without seen",
    ),
    pytest.param(
        asking(wish=Text(seen="everyone", title="Wish")),  # type: ignore[arg-type]  # the fault that is planted
        ["kind matter: the field wish does not say who may see it; add seen="],
        id="a field seen by a circle that does not exist",
    ),
    pytest.param(
        asking(risk_level=Text(seen="handler")),
        ["kind matter: the field risk_level judges a person; remove it, no case may record that"],
        id="a forbidden name",
    ),
    pytest.param(
        asking(grade=Text(seen="handler", title="Risk level of the visitor")),
        ["kind matter: the field grade judges a person; remove it, no case may record that"],
        id="a forbidden title",
    ),
    pytest.param(
        asking(sort=Choice({"a": "重点人员"}, seen="handler", title="Sort")),
        ["kind matter: the field sort judges a person; remove it, no case may record that"],
        id="a forbidden choice",
    ),
    pytest.param(
        with_answer(outcome=chosen("result")),
        ["step answer: its outcome comes from answer.result, which nobody asks; mend it"],
        id="an outcome from a field that is not asked",
    ),
    pytest.param(
        with_service(outcome=chosen("outcome", "anser")),
        ["step serve: its outcome comes from anser.outcome, which nobody asks; mend it"],
        id="an outcome from no step",
    ),
    pytest.param(
        with_answer(moves="unit"),
        ["step answer: moves names the input unit, which it does not ask; add it, required"],
        id="moves by an input that is not asked",
    ),
    pytest.param(
        a_mechanism(a_step("refer", to=STAY, asks=MAY_MOVE, moves="unit")),
        ["step refer: moves names the input unit, which it does not ask; add it, required"],
        id="moves by an input that may be left out",
    ),
    pytest.param(
        with_service(asks=None),
        [
            "step serve serves a letter but does not ask method; let it ask Proof",
            "step serve serves a letter but does not ask received_on; let it ask Proof",
        ],
        id="service without proof",
    ),
    pytest.param(
        with_answer(guard=speechless),
        ["step answer: its guard does not say what it needs; write that as the docstring's first line"],
        id="a guard that can't say what is missing",
    ),
    pytest.param(
        a_mechanism(registers=(Register("slots", SLOT, home="reception", unique="slot"),)),
        ["register slots: its home reception is no service; choose among " + ", ".join(HOMES)],
        id="a register that no service keeps",
    ),
    pytest.param(
        a_mechanism(registers=(Register("slots", SLOT, home="intake", unique="slot", capacity="seats"),)),
        ["register slots: seats is no field of its entries; add it or mend the name"],
        id="a register that counts by a field it lacks",
    ),
]


@pytest.mark.parametrize(("mechanism", "sentences"), FORMS)
def test_a_fault_in_forms_and_registers_is_named(mechanism, sentences):
    assert problems(mechanism) == sentences


@pytest.mark.parametrize(
    "words",
    ["risk_level", "Risk level", "riskLevel", "RISK-LEVEL", "stability", "control_person", "维稳", "稳控对象"],
)
def test_words_that_judge_a_person_are_known_in_every_spelling(words):
    assert judges(words)


@pytest.mark.parametrize("words", ["Flood risk", "Pest control", "Key facts", "Level of the river", "重点工程"])
def test_words_about_things_are_let_through(words):
    assert not judges(words)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with the small mechanism's letter and its Chinese."""
    write_catalog(tmp_path, WORDS)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "answer.txt").write_text("{{ unit }} {{ number }}", encoding="utf-8")
    return tmp_path


def write_catalog(folder: Path, words: dict[str, str], more: str = "") -> Path:
    path = folder / "locale" / "zh" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    lines = "".join(f'\nmsgid "{english}"\nmsgstr "{chinese}"\n' for english, chinese in words.items())
    path.write_text(head + lines + more, encoding="utf-8")
    return path


def in_folder(folder: Path, mechanism: Mechanism | None = None) -> list[str]:
    return check(mechanism or a_mechanism(), rules=UNSAID, folder=folder)


def test_a_folder_with_letter_and_words_has_no_problem(folder):
    assert in_folder(folder) == []


def test_a_letter_without_a_template_is_named(folder):
    (folder / "templates" / "answer.txt").unlink()
    assert in_folder(folder) == ["the letter answer has no template; write templates/answer.txt"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{{ unti }}", "templates/answer.txt uses unti, which no letter is given; choose among its words or drop it"),
        ("{% if basis %}", "templates/answer.txt can't be read (line 1: "),
    ],
)
def test_a_template_that_could_not_be_written_out_is_named(folder, text, sentence):
    (folder / "templates" / "answer.txt").write_text(text, encoding="utf-8")
    (found,) = in_folder(folder)
    assert found.startswith(sentence)


@pytest.mark.parametrize("entry", ["", '\nmsgid "Wish"\nmsgstr ""\n', '\n#, fuzzy\nmsgid "Wish"\nmsgstr "愿望"\n'])
def test_a_text_without_finished_chinese_is_named(folder, entry):
    write_catalog(folder, {word: chinese for word, chinese in WORDS.items() if word != "Wish"}, entry)
    assert in_folder(folder) == ["“Wish” has no Chinese; add it to locale/zh/LC_MESSAGES/messages.po"]


def test_a_catalog_that_can_not_be_read_is_named_and_does_not_break_the_check(folder):
    write_catalog(folder, WORDS, "<<<<<<< a merge that was left open\n")
    (found,) = in_folder(folder)
    assert found.startswith("locale/zh/LC_MESSAGES/messages.po can't be read (")


def test_files_that_are_not_in_utf_8_are_named_and_do_not_break_the_check(folder):
    (folder / "templates" / "answer.txt").write_text("{{ unit }}答复", encoding="gb18030")
    catalog = write_catalog(folder, WORDS)
    catalog.write_bytes(catalog.read_text(encoding="utf-8").encode("gb18030"))
    letter, words = in_folder(folder)
    assert letter == "templates/answer.txt is not in UTF-8; save it in UTF-8"
    assert words == "locale/zh/LC_MESSAGES/messages.po is not in UTF-8; save it in UTF-8"


def test_every_sort_of_text_is_looked_up(folder):
    options = {"field": Choice({"a": "An option"}, seen="public", title="A title", hint="A hint")}
    step = a_step("close", asks=Schema.from_dict(options), guard=ready, outcome="over_and_done", title="A label")
    slots = Register("slots", SLOT, home="intake", unique="slot")

    missing = in_folder(folder, a_mechanism(step, hint="What it is for", registers=(slots,)))

    words = ["What it is for", "A label", "Everything is ready.", "A title", "A hint", "An option"]
    assert [line.split("”")[0].removeprefix("“") for line in missing] == [*words, "over and done", "A slot"]
