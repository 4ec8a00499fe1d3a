"""A letter's way: numbered, told in the reader's language too, printed, fetched by who may, verified by anybody."""

import re
import shutil
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from services.intake.erase import erase
from services.routing.models import CaseRow, LetterRow
from services.routing.paper import printing
from services.routing.paper.mark import ALPHABET, LENGTH, fingerprint, new_token, read_token
from services.routing.paper.sheet import qr
from shared.crypto.private import Private

pytestmark = [pytest.mark.quick, pytest.mark.slow]
slow = pytest.mark.slow

OPINION = {
    "outcome": "explained",
    "facts": "经现场查看，屋顶防水层老化。",
    "opinion": "依法解释。",
    "legal_basis": "条例",
    "summary": "已解释。",
}
RIGHT = (
    "不服本处理意见的，可以自收到本意见书之日起30日内，"
    "请求本机关、单位的上一级机关、单位复查（《信访工作条例》第三十五条）。"
)
CONTACT = {"name": "陈某", "phone": "13800000000"}


@pytest.fixture
def printing_world(new_world, seeded_home, tmp_path):
    """Give a county whose routing prints its letters."""
    shutil.copytree(seeded_home, tmp_path / "home")
    return new_world(home=tmp_path / "home", prints=True)


def accepted(world, **more):
    """Give a petition that was accepted: one letter."""
    case = world.submit("petitions", "petition", category="housing", contact=CONTACT, **more)
    world.step(case, "accept", "housing-officer")
    return case


def answered(world, **more):
    """Give a petition whose opinion is signed: two letters."""
    case = accepted(world, **more)
    world.step(case, "hear", "housing-officer", day="2026-11-02", way="phone", summary="希望尽快维修。")
    world.step(case, "draft", "housing-officer", **OPINION)
    world.step(case, "read", "housing-reader", remark="同意")
    world.step(case, "sign", "housing-head")
    return case


def letters(world, case):
    return [line["letter"] for line in world.follow(case)["timeline"] if line["letter"]]


def print_all(world):
    """Print what is due, and let it be known. The worker prints too, but by a clock that no test moves."""
    routing = world.service("routing")
    while printing.print_letters.run(routing, world.clock.now()) or routing.wake in printing.AT_WORK:
        if routing.wake in printing.AT_WORK:
            printing.AT_WORK[routing.wake][1].result()
    world.settle()


def fetch(world, case, blob):
    return world.ask("GET", f"/api/v1/cases/{case['reference']}/files/{blob}", Lianxin_Receipt=case["receipt"])


def rows(world):
    with world.service("routing").reading() as session:
        return session.scalars(select(LetterRow).order_by(LetterRow.signed_at, LetterRow.id)).all()


def test_each_kind_counts_by_itself_under_a_sign_of_its_own(embedded_world):
    numbers = [letters(embedded_world, accepted(embedded_world))[0]["number"] for _ in range(3)]
    assert numbers == ["青禾建受〔2026〕1号", "青禾建受〔2026〕2号", "青禾建受〔2026〕3号"]


def test_an_opinion_tells_the_right_that_the_rules_know_and_an_acceptance_its_own_term(embedded_world):
    acceptance, opinion = (one["text"] for one in letters(embedded_world, answered(embedded_world)))
    assert RIGHT in opinion.splitlines()
    assert "复查" not in acceptance
    assert "作出书面处理意见：自2026年11月2日的次日起60日（自然日）" in acceptance
    assert acceptance.count("依据：《信访工作条例》第34条") == 1


ROAD = {
    **dict.fromkeys(("sort", "final", "elsewhere", "court", "arbitration", "internal"), "no"),
    "sort": "demand",
    "procedure": "reconsideration",
}


def test_who_is_sent_elsewhere_is_told_what_the_officer_wrote_of_that_road(embedded_world):
    case = embedded_world.submit("petitions", "petition", category="housing")
    said = {"notice": "请申请行政复议。", "remedy": "可以自知道该行为之日起60日内申请。"}
    embedded_world.step(case, "divert", "housing-officer", answers=ROAD, road="reconsideration", **said)
    assert letters(embedded_world, case) == [], "a draft is nobody's notice"
    embedded_world.step(case, "read notice", "housing-reader")
    embedded_world.step(case, "sign notice", "housing-head")
    (letter,) = letters(embedded_world, case)
    assert letter["number"] == "青禾建途〔2026〕1号"
    assert said["remedy"] in letter["text"].splitlines()


def test_who_wrote_in_english_is_told_a_second_time_and_the_chinese_stays(embedded_world):
    case = accepted(embedded_world, language="en")
    (letter,) = letters(embedded_world, case)
    assert letter["text"].startswith("县住房和城乡建设局\n信访事项受理告知书\n青禾建受〔2026〕1号\n")
    assert letter["courtesy"].startswith("Housing and construction bureau\nNotice of acceptance\n青禾建受〔2026〕1号\n")
    assert "Written opinion: 60 calendar days from the day after 2 Nov 2026" in letter["courtesy"]


def test_who_wrote_in_chinese_gets_no_translation(embedded_world):
    (letter,) = letters(embedded_world, accepted(embedded_world))
    assert letter["courtesy"] == ""


@slow
def test_a_letter_becomes_a_page_and_a_pdf_that_say_what_was_signed(printing_world):
    case = answered(printing_world, language="en")
    print_all(printing_world)
    letter = letters(printing_world, case)[1]
    assert [one["type"] for one in letter["files"]] == ["text/html", "application/pdf"]
    page, drawn = (fetch(printing_world, case, one["blob"]).data for one in letter["files"])
    row = rows(printing_world)[1]
    address = f"http://lianxin.test/verify/{row.token}"
    assert qr(address) in page.decode()
    assert f'<p class="remedy">{RIGHT}</p>' in page.decode()
    read = PdfReader(BytesIO(drawn))
    text = re.sub(r"\s", "", "".join(one.extract_text() for one in read.pages))
    for words in ("青禾县住房和城乡建设局", letter["number"], "2026年11月2日", RIGHT, address, "Opiniononapetition"):
        assert re.sub(r"\s", "", words) in text, words
    assert holes(read) == set()


def holes(read):
    """Give the fonts of a PDF that would have to draw what they lack: glyph 0 is the box that stands for it."""
    fonts = (font.get_object() for page in read.pages for font in page["/Resources"]["/Font"].values())
    drawn = {str(font["/BaseFont"]): font["/ToUnicode"].get_object().get_data().decode().lower() for font in fonts}
    return {name for name, glyphs in drawn.items() if re.search(r"<0000> <(?!ffff>)", glyphs)}


def test_a_machine_without_the_packages_prints_a_page_and_the_pdf_later(printing_world, monkeypatch):
    monkeypatch.setattr(printing, "missing", lambda: ("libpango-1.0-0",))
    case = accepted(printing_world)
    print_all(printing_world)
    (letter,) = letters(printing_world, case)
    assert [one["type"] for one in letter["files"]] == ["text/html"]

    monkeypatch.setattr(printing, "missing", tuple)
    monkeypatch.setattr(printing, "draw", lambda pages: [b"%PDF-1.7" for _ in pages])
    printing_world.pass_days(1)
    print_all(printing_world)
    (later,) = letters(printing_world, case)
    assert [one["type"] for one in later["files"]] == ["text/html", "application/pdf"]
    assert later["files"][0] == letter["files"][0]


def test_a_letter_that_cannot_be_drawn_keeps_nobody_waiting(printing_world, monkeypatch):
    monkeypatch.setattr(printing, "missing", tuple)
    monkeypatch.setattr(printing, "draw", lambda pages: [None for _ in pages])
    first, second = accepted(printing_world), accepted(printing_world)
    print_all(printing_world)
    assert all(letters(printing_world, case)[0]["files"] for case in (first, second))


@pytest.fixture
def paper(printing_world, monkeypatch):
    """Give a world, a case with a printed letter, and the letter's row."""
    monkeypatch.setattr(printing, "missing", lambda: ("libpango-1.0-0",))
    case = accepted(printing_world)
    print_all(printing_world)
    return printing_world, case, rows(printing_world)[0]


def test_only_who_may_see_the_case_gets_its_letters(paper):
    world, case, row = paper
    blob, other = row.files[0]["blob"], world.submit()
    assert fetch(world, case, blob).status_code == 200
    assert fetch(world, other, blob).status_code == 404
    path = f"/api/v1/desk/cases/{case['reference']}/files/{blob}"
    assert world.ask("GET", path, post="housing-officer").status_code == 200
    assert world.ask("GET", path, post="water-officer").status_code == 404
    assert world.desk(case, "housing-officer")["letters"][0]["files"][0]["blob"] == blob


def test_anybody_verifies_a_letter_and_learns_nothing_personal(paper):
    world, case, row = paper
    page = world.client.get(f"/verify/{row.token}").text
    for words in ("真实有效", row.number, "信访事项受理告知书", "县住房和城乡建设局", "2026年11月2日"):
        assert words in page, words
    for private in (case["reference"], "陈某", "路灯", row.case):
        assert private not in page, private


def test_a_text_that_was_changed_since_is_told(paper):
    world, _, row = paper
    with world.service("routing").transaction() as session:
        mine = session.get_one(LetterRow, row.id)
        changed = session.reveal(mine.text).replace("予受理", "不予受理")
        mine.text = session.seal(row.case, Private(changed))
    page = world.client.get(f"/verify/{row.token}").text
    assert "真实有效" not in page
    assert "现存文字与签发时不一致" in page


def test_a_file_is_the_one_that_was_issued_or_it_is_not(paper):
    world, case, row = paper
    issued = fetch(world, case, row.files[0]["blob"]).data
    assert "与签发的文件完全一致" in compare(world, row, issued)
    assert "该文件不是签发的文件" in compare(world, row, issued + b" ")


def test_no_file_is_asked_for_again(paper):
    world, _, row = paper
    form = world.client.get(f"/verify/{row.token}").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)[1]
    answer = world.client.post(f"/verify/{row.token}", data={"csrf_token": token})
    assert answer.status_code == 422
    assert "请先选择文件。" in answer.text


def compare(world, row, content):
    form = world.client.get(f"/verify/{row.token}").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)[1]
    sent = {"csrf_token": token, "file": (BytesIO(content), "letter.html")}
    return world.client.post(f"/verify/{row.token}", data=sent).text


def test_a_wrong_code_a_malformed_one_and_an_unknown_one_are_one_answer(paper):
    world, _, row = paper
    wrong = ALPHABET[(ALPHABET.index(row.token[-1]) + 1) % len(ALPHABET)]
    asked = (row.token[:-1] + wrong, new_token(), "x", "q" * 200, f"{row.token}0")
    answers = [world.client.get(f"/verify/{one}") for one in asked]
    assert {answer.status_code for answer in answers} == {404}
    bodies = {answer.text.replace(f"/verify/{one}", "") for one, answer in zip(asked, answers, strict=True)}
    assert len({re.sub(r"[0-9a-f]{16}", "", body) for body in bodies}) == 1
    assert world.client.get(f"/verify?code={row.token.upper()}").status_code == 303
    assert world.client.get(f"/verify/{row.token.upper()}").status_code == 200


def test_guessing_is_stopped_and_success_is_never_counted(paper, monkeypatch):
    world, _, row = paper
    monkeypatch.setattr("services.routing.paper.pages.MOST_FAILURES", 3)
    assert {world.client.get(f"/verify/{row.token}").status_code for _ in range(5)} == {200}
    assert [world.client.get("/verify/no").status_code for _ in range(4)] == [404, 404, 404, 429]


def test_after_erasure_number_and_date_stay_and_what_was_printed_is_gone(paper):
    world, case, row = paper
    with world.service("routing").reading() as session:
        (name,) = session.scalars(select(CaseRow.id).where(CaseRow.reference == case["reference"])).all()
    with world.service("intake").inside():
        erase(name, "asked", now=world.clock.now())
    world.settle()
    page = world.client.get(f"/verify/{row.token}").text
    assert row.number in page
    assert "真实有效" not in page
    assert rows(world)[0].files == []
    blobs = world.service("routing").here.blobs
    assert not blobs._path(row.files[0]["blob"]).exists()


def test_a_case_erased_before_its_letter_is_printed_prints_nothing(printing_world):
    printing_world.service("routing").here.settings["prints"] = False
    accepted(printing_world)
    with printing_world.service("intake").inside():
        erase(rows(printing_world)[0].case, "asked", now=printing_world.clock.now())
    printing_world.settle()
    printing_world.service("routing").here.settings["prints"] = True
    print_all(printing_world)
    (row,) = rows(printing_world)
    assert (row.files, row.print_at) == ([], None)


def test_a_token_is_read_however_it_is_typed_and_nothing_else_is_one():
    token = new_token()
    assert len(token) == LENGTH
    spelt = f"{token[:5]}-{token[5:10]} {token[10:].upper()}"
    assert read_token(spelt) == token
    assert read_token(token + "2") is None
    assert read_token("0" * LENGTH) is None


def test_the_sum_of_a_text_cannot_be_tried_without_its_token():
    assert fingerprint(new_token(), "文书") != fingerprint(new_token(), "文书")
