"""The same bad input on the pages: a plain error, and what was typed stays."""

import io
import re
from html import unescape

import pytest
from PIL import Image

from tests.visitor import Visitor

pytestmark = pytest.mark.quick

TEXT = "三天了，水一直是黄的。"


class Resident(Visitor):
    """Writes about the water."""

    def fill(self):
        self.post("/new/what", title="自来水发黄", text=TEXT)
        self.post("/new/you", identity="anonymous")


@pytest.fixture
def visitor(embedded_world):
    return Resident(embedded_world)


def references(answer):
    return set(re.findall(r"QH-\w{4}-\w{4}-\w", answer.text))


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        pytest.param("长" * 121, "120", id="too long"),
        pytest.param("灯\x00泡", "重新输入", id="NUL"),
        pytest.param("灯\x07泡", "重新输入", id="control character"),
        pytest.param("灯\u202e泡", "隐藏符号", id="turned around"),
        pytest.param("", "请", id="nothing"),
    ],
)
def test_an_answer_that_is_not_right_comes_back_with_all_that_was_typed(visitor, title, sentence):
    answer = visitor.post("/new/what", title=title, text=TEXT)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert TEXT in unescape(answer.text)
    assert title.replace("\x00", "") in unescape(answer.text).replace("\x00", "")


def test_emoji_and_rare_characters_are_kept(visitor):
    visitor.post("/new/what", title="𠮷野家 👨‍👩‍👧", text=TEXT)
    assert "𠮷野家 👨‍👩‍👧" in unescape(visitor.client.get("/new/what").text)


def test_broken_utf8_is_no_bug(visitor):
    token = visitor.csrf("/new/what").encode()
    body = b"csrf_token=" + token + b"&title=%ff%fe&text=%ff"
    answer = visitor.client.post("/new/what", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (303, 422)


def test_a_bad_file_is_named_and_the_good_ones_stay(visitor):
    good = io.BytesIO()
    Image.new("RGB", (9, 9)).save(good, "PNG")
    sent = [(io.BytesIO(good.getvalue()), "好.png"), (io.BytesIO(b"PK\x03\x04 zip"), "坏.jpg")]
    answer = visitor.post("/new/files", file=sent)
    assert answer.status_code == 422
    assert "坏.jpg" in answer.text
    assert "好.png" in visitor.client.get("/new/files").text


def test_pressing_twice_sends_one_case(visitor):
    visitor.fill()
    token = visitor.csrf("/new/check")
    for _ in range(2):
        assert visitor.client.post("/new/check", data={"csrf_token": token}).status_code == 303
    visitor.world.settle()
    done = visitor.client.get("/new/done")
    assert len(references(done)) == 1
    with visitor.world.service("intake").reading() as session:
        from services.intake.models import CaseRow  # noqa: PLC0415 - only here

        assert session.query(CaseRow).filter(CaseRow.mechanism == "petitions").count() == 1


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        pytest.param("/new/what", {"title": "自来水发黄", "text": TEXT}, id="the matter"),
        pytest.param("/new/details", {"request": "请检修管道。"}, id="details"),
        pytest.param("/new/you", {"identity": "claimed", "name": "周某某", "address": "大洼村二组"}, id="contact"),
    ],
)
def test_a_draft_that_is_over_shows_what_was_typed_last(visitor, path, typed):
    token = visitor.csrf(path)
    visitor.world.pass_days(1.01)
    answer = visitor.client.post(path, data={"csrf_token": token, **typed})
    assert answer.status_code == 410
    for name, text in typed.items():
        assert text in answer.text or name == "identity"


def test_a_form_that_is_too_old_keeps_the_text_and_sends_it_once_more(visitor):
    visitor.client.delete_cookie("lx_intake")
    answer = visitor.client.post("/new/what", data={"csrf_token": "old", "title": "自来水发黄", "text": TEXT})
    assert answer.status_code == 400
    assert TEXT in answer.text
    token = re.search(r'name="csrf_token" value="([^"]+)"', answer.text).group(1)
    kept = dict(re.findall(r'<textarea name="([^"]+)" hidden readonly>\n(.*?)</textarea>', answer.text, re.DOTALL))
    again = visitor.client.post("/new/what", data={"csrf_token": token, **kept})
    assert again.status_code == 303
    assert TEXT in visitor.client.get("/new/what").text


def test_what_another_site_sends_is_not_offered_for_a_second_try(visitor):
    answer = visitor.client.post("/new/what", data={"title": "骗"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400
    assert "骗" not in answer.text


def test_a_password_is_never_shown_again(visitor):
    answer = visitor.client.post("/staff", data={"login": "a", "password": "geheim-geheim"})
    assert answer.status_code == 400
    assert "geheim" not in answer.text


def test_a_wrong_receipt_keeps_what_was_typed(visitor):
    answer = visitor.post("/case", reference="QH-0000-0000-0", receipt="1234")
    assert answer.status_code == 404
    assert "QH-0000-0000-0" in answer.text


def test_a_page_too_large_says_so(visitor):
    body = b"csrf_token=x&text=" + b"x" * (3 * 1024 * 1024)
    answer = visitor.client.post("/new/what", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "太大" in answer.text
