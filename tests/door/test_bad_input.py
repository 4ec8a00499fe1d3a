"""Bad input gets a clear error and loses nothing."""

import io
import re

import pytest
from PIL import Image

from shared.workflow.characters import count_characters

pytestmark = pytest.mark.quick

GOOD = {"mechanism": "suggestions", "kind": "suggestion", "title": "路灯", "text": "坏了"}
GPS = 0x8825
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def send(world, body, **headers):
    return world.ask("POST", "/api/v1/cases", body, **headers)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        pytest.param({"colour": "red"}, "colour", id="unknown field"),
        pytest.param({"title": "长" * 121}, "title", id="over-long title"),
        pytest.param({"text": "a\x00b"}, "text", id="NUL byte"),
        pytest.param({"text": "a\x07b"}, "text", id="control character"),
        pytest.param({"text": "a\x85b"}, "text", id="control character of another age"),
        pytest.param({"title": "a\u202eb"}, "title", id="text turned around"),
        pytest.param({"title": "  "}, "title", id="nothing but spaces"),
        pytest.param({"place": "atlantis"}, "place", id="unknown place"),
        pytest.param({"category": "atlantis"}, "category", id="unknown category"),
        pytest.param({"kind": "decree"}, "kind", id="unknown kind"),
        pytest.param({"mechanism": "voting"}, "kind", id="unknown mechanism"),
        pytest.param({"contact": {"email": "nobody"}}, "contact.email", id="half an address"),
        pytest.param({"details": {"colour": 1}}, "details.colour", id="unknown field of the kind"),
        pytest.param({"attachments": ["0" * 64]}, "attachments.0", id="unknown file"),
        pytest.param({"identity": "king"}, "identity", id="unknown identity"),
    ],
)
def test_a_bad_field_is_named_in_the_callers_language(embedded_world, change, field):
    for language, word in (("zh-CN", "修改"), ("en", "")):
        response = send(embedded_world, GOOD | change, Accept_Language=language)
        problem = response.get_json()
        assert response.status_code == 422
        assert response.content_type == "application/problem+json"
        assert field in [error["field"] for error in problem["errors"]]
        assert problem["code"]
        assert all(error["message"] for error in problem["errors"])
        assert word in problem["detail"] or problem["code"] != "invalid"


@pytest.mark.parametrize(
    ("raw", "status", "code", "field"),
    [
        pytest.param(b'{"title": "\xff\xfe"}', 400, "body-not-readable", None, id="broken UTF-8"),
        pytest.param(b"{", 400, "body-not-readable", None, id="half a body"),
        pytest.param(b"", 400, "body-not-readable", None, id="no body"),
        pytest.param(b"[]", 422, "invalid", "", id="a list"),
        pytest.param(b'"text"', 422, "invalid", "", id="a text"),
        pytest.param(b'{"title": NaN}', 400, "body-not-readable", None, id="NaN"),
        pytest.param(b'{"title": -Infinity}', 400, "body-not-readable", None, id="Infinity"),
        pytest.param(b'{"title": 1e999}', 400, "body-not-readable", None, id="a number beyond all measure"),
        pytest.param(b'{"title": ' + b"9" * 5000 + b"}", 400, "body-not-readable", None, id="a number of 5,000 digits"),
        pytest.param(b'{"title": "a", "title": "b"}', 400, "field-twice", "title", id="a field twice"),
        pytest.param(b"[" * 100_000, 400, "body-too-deep", None, id="deeper than a reader can go"),
        pytest.param(b'{"details": ' + b'{"a":' * 20 + b"1" + b"}" * 21, 400, "body-too-deep", None, id="deep"),
        pytest.param(b" " * (1024 * 1024 + 1), 413, "body-too-large", None, id="huge"),
        pytest.param(b'{"title": "\\ud800"}', 422, "invalid", "title", id="half a character"),
        pytest.param(b'{"\\ud800": 1}', 422, "invalid", "", id="half a character as a name"),
        pytest.param(b'{"mechanism": "a\\u0000"}', 422, "invalid", "mechanism", id="NUL in a code"),
        pytest.param(b'{"details": {"benefit": ["\\u202e"]}}', 422, "invalid", "details.benefit.0", id="turned around"),
        pytest.param(b'{"title": 5}', 422, "invalid", "title", id="a number for a text"),
        pytest.param(b'{"attachments": "a"}', 422, "invalid", "attachments", id="a text for a list"),
        pytest.param(b'{"contact": []}', 422, "invalid", "contact", id="a list for an object"),
        pytest.param(b'{"details": 5}', 422, "invalid", "details", id="a number for an object"),
    ],
)
def test_a_body_nobody_can_read_is_refused_and_says_how_to_mend_it(embedded_world, raw, status, code, field):
    for language in ("zh", "en"):
        answer = embedded_world.client.post(
            "/api/v1/cases", data=raw, content_type="application/json", headers={"Accept-Language": language}
        )
        problem = answer.get_json()
        assert (answer.status_code, problem["code"]) == (status, code)
        assert problem["next_action"]
        assert field is None or field in [error["field"] for error in problem["errors"]]
        in_chinese = [bool(CHINESE.search(error["message"])) for error in problem["errors"]]
        assert all(in_chinese) if language == "zh" else not any(in_chinese)


def test_the_wrong_content_type_is_named(embedded_world):
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        answer = embedded_world.client.post("/api/v1/cases", data=b"{}", content_type=kind)
        assert (answer.status_code, answer.get_json()["code"]) == (415, "wrong-content-type")
        assert "application/json" in answer.get_json()["title"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("路灯坏了", 4, id="Chinese"),
        pytest.param("𠮷", 1, id="a rare character"),
        pytest.param("👨‍👩‍👧", 1, id="a family"),
        pytest.param("👍🏽", 1, id="a skin tone"),
        pytest.param("🇨🇳🇨🇳", 2, id="two flags"),
        pytest.param("e\u0301", 1, id="an accent of its own"),
        pytest.param("❤️", 1, id="a variation selector"),
        pytest.param("ئۇيغۇر", 6, id="Uyghur"),
        pytest.param("", 0, id="nothing"),
    ],
)
def test_characters_are_counted_as_a_person_counts(text, count):
    assert count_characters(text) == count


def test_a_title_of_families_is_as_long_as_it_looks(embedded_world):
    assert send(embedded_world, GOOD | {"title": "👨‍👩‍👧" * 120}).status_code == 201
    assert send(embedded_world, GOOD | {"title": "👨‍👩‍👧" * 121}).status_code == 422
    assert send(embedded_world, GOOD | {"title": "a" + "\u0301" * 50_000}).status_code == 422


def test_a_line_break_in_a_line_is_refused(embedded_world):
    answer = send(embedded_world, GOOD | {"contact": {"email": "zhou@example.com\nBcc: all@example.com"}})
    assert [error["field"] for error in answer.get_json()["errors"]] == ["contact.email"]


def test_emoji_and_rare_characters_are_kept(embedded_world):
    receipt = embedded_world.submit(title="𠮷野家门口 🙏 的路", text="家人们 👨‍👩‍👧 都走这里，䶮字也要留住")
    assert embedded_world.follow(receipt)["title"] == "𠮷野家门口 🙏 的路"


def test_the_same_key_gives_the_same_receipt_and_another_body_a_conflict(embedded_world):
    first = send(embedded_world, GOOD, Idempotency_Key="a-key")
    again = send(embedded_world, GOOD, Idempotency_Key="a-key")
    other = send(embedded_world, GOOD | {"title": "别的"}, Idempotency_Key="a-key")
    assert first.get_json() == again.get_json()
    assert (other.status_code, other.get_json()["code"]) == (409, "idempotency-key-reused")
    embedded_world.pass_days(1.1)
    assert send(embedded_world, GOOD, Idempotency_Key="a-key").get_json() != first.get_json()


def test_wrong_receipt_unknown_and_malformed_reference_are_one_answer(embedded_world):
    receipt = embedded_world.submit()
    asked = [
        (receipt["reference"], "0" * 16),
        ("QH-0000-0000-0", receipt["receipt"]),
        ("nonsense", receipt["receipt"]),
        (receipt["reference"], "abc"),
    ]
    answers = {
        (response.status_code, response.get_json()["code"], response.get_json()["title"])
        for reference, code in asked
        for response in [embedded_world.ask("GET", f"/api/v1/cases/{reference}", Lianxin_Receipt=code)]
    }
    assert len(answers) == 1
    assert next(iter(answers))[0] == 404


@pytest.mark.slow
def test_guessing_receipts_is_stopped_within_the_hour(new_world):
    world = new_world()  # a county of its own: whoever guesses here is locked out
    statuses = {
        world.ask("GET", "/api/v1/cases/QH-0000-0000-0", Lianxin_Receipt=f"{n:016d}").status_code for n in range(125)
    }
    assert statuses == {404, 429}


def upload(world, content, name):
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    body = head + content + b"\r\n--x--\r\n"
    return world.client.post("/api/v1/cases/uploads", data=body, content_type="multipart/form-data; boundary=x")


def test_a_photo_loses_its_place_and_says_so(embedded_world):
    picture, exif, target = Image.new("RGB", (40, 20), "red"), Image.Exif(), io.BytesIO()
    exif.get_ifd(GPS)[1] = "N"
    picture.save(target, "JPEG", exif=exif)
    stored = upload(embedded_world, target.getvalue(), "现场.jpg")
    assert stored.status_code == 201
    assert "gps" in stored.get_json()["stripped"]

    receipt = embedded_world.submit(attachments=[stored.get_json()["id"]])
    path = f"/api/v1/cases/{receipt['reference']}/files/{stored.get_json()['id']}"
    sent_back = embedded_world.ask("GET", path, Lianxin_Receipt=receipt["receipt"])
    assert not Image.open(io.BytesIO(sent_back.data)).getexif()


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        pytest.param(b"PK\x03\x04 not a picture", 422, "file-type-refused", id="a ZIP that claims to be a JPEG"),
        pytest.param(b"", 422, "file-empty", id="empty"),
        pytest.param(b"\xff\xd8\xff\xe0 cut short", 422, "image-broken", id="half a picture"),
        pytest.param(b"x" * (20 * 1024 * 1024 + 1), 413, "file-too-large", id="over the limit"),
        pytest.param(b"%PDF-1.4 /JavaScript", 422, "file-active-content", id="a PDF that runs"),
    ],
)
def test_a_bad_file_is_refused_with_its_reason(embedded_world, content, status, code):
    response = upload(embedded_world, content, "photo.jpg")
    assert (response.status_code, response.get_json()["code"]) == (status, code)


def test_a_step_by_somebody_who_saw_an_older_case_is_refused(embedded_world):
    receipt = embedded_world.submit(category="water")
    embedded_world.step(receipt, "accept", "water-officer")
    path = f"/api/v1/desk/cases/{receipt['reference']}/ask"
    stale = embedded_world.ask("POST", path, {"inputs": {"question": "？"}}, post="water-officer", If_Match='"1"')
    assert (stale.status_code, stale.get_json()["code"]) == (412, "changed-meanwhile")


def test_without_a_token_the_desk_says_so(embedded_world):
    response = embedded_world.ask("GET", "/api/v1/desk/cases")
    assert (response.status_code, response.get_json()["code"]) == (401, "sign-in-needed")


def test_erasing_a_case_leaves_nothing_to_read(embedded_world):
    from services.intake.erase import erase  # noqa: PLC0415 - only here
    from services.intake.models import CaseRow  # noqa: PLC0415 - same

    receipt = embedded_world.submit(category="water", contact={"name": "周某某"})
    intake = embedded_world.service("intake")
    with intake.reading() as session:
        case = session.query(CaseRow).filter_by(reference=receipt["reference"]).one().id
    with intake.inside():
        erase(case, "asked", now=embedded_world.clock.now())
    embedded_world.settle()
    for name in ("intake", "routing", "notification", "disclosure"):
        path = embedded_world.service(name).database.engine.url.database
        assert embedded_world.service(name).database.is_sqlite, path
        with embedded_world.service(name).reading() as session:
            from shared.journal.tables import CaseKeyRow  # noqa: PLC0415 - same

            assert session.get(CaseKeyRow, case) is None
    gone = embedded_world.ask("GET", f"/api/v1/desk/cases/{receipt['reference']}", post="water-officer")
    assert gone.status_code == 404
