"""Files: what can't be one, what is taken out of them, and that nobody else gets them."""

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

pytestmark = pytest.mark.quick

MAKER = 0x010F
GPS = 0x8825


def upload(world, content, name="photo.jpg", **headers):
    sent = {"file": (io.BytesIO(content), name)}
    return world.client.post("/api/v1/cases/uploads", data=sent, headers=headers)


def picture(kind, size=(40, 20), **more):
    target = io.BytesIO()
    Image.new("RGB", size, "red").save(target, kind, **more)
    return target.getvalue()


def talkative_exif():
    exif = Image.Exif()
    exif.get_ifd(GPS)[1] = "N"
    exif[MAKER] = "秘密相机"
    return exif


def a_png_that_speaks():
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "周某")
    words.add_itxt("Location", "大洼村二组")
    return picture("PNG", pnginfo=words)


END = b"--x--\r\n"


def part(field, name=""):
    """Make one part of a form, as a file where it has a name."""
    file = f'; filename="{name}"' if name else ""
    return f'--x\r\nContent-Disposition: form-data; name="{field}"{file}\r\n\r\nabc\r\n'.encode()


def a_bomb():
    """Make a PNG of a few hundred bytes that claims 100 million pixels."""

    def chunk(kind, content) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", 10_000, 10_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "stripped"),
    [
        pytest.param(picture("JPEG", exif=talkative_exif()), {"gps", "camera", "metadata"}, id="JPEG with its place"),
        pytest.param(picture("WEBP", exif=talkative_exif()), {"gps", "camera", "metadata"}, id="WebP with its place"),
        pytest.param(picture("JPEG", comment=b"taken at home"), {"metadata"}, id="JPEG with a comment"),
        pytest.param(a_png_that_speaks(), {"metadata"}, id="PNG with words"),
        pytest.param(picture("PNG"), set(), id="nothing to take out"),
    ],
)
def test_what_a_picture_says_beside_its_pixels_is_taken_out_and_said(embedded_world, content, stripped):
    stored = upload(embedded_world, content)
    assert stored.status_code == 201
    assert set(stored.get_json()["stripped"]) == stripped

    receipt = embedded_world.submit(attachments=[stored.get_json()["id"]])
    path = f"/api/v1/cases/{receipt['reference']}/files/{stored.get_json()['id']}"
    kept = embedded_world.ask("GET", path, Lianxin_Receipt=receipt["receipt"]).data
    assert not Image.open(io.BytesIO(kept)).getexif()
    assert not any(word in kept for word in (b"GPS", "周某".encode(), "大洼村".encode(), b"taken at home"))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(a_bomb(), "image-too-large", id="a bomb of pixels"),
        pytest.param(picture("JPEG", (400, 400))[:-200], "image-broken", id="a JPEG cut short"),
        pytest.param(picture("PNG", (400, 400))[:-40], "image-broken", id="a PNG cut short"),
        pytest.param(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\0" * 99, "file-type-refused", id="HEIC"),
        pytest.param(b"MZ\x90\x00" + b"\0" * 99, "file-type-refused", id="a program"),
        pytest.param("路灯".encode("utf-16"), "file-type-refused", id="text in another encoding"),
    ],
)
def test_a_file_that_is_none_is_refused_and_says_how_to_mend_it(embedded_world, content, code):
    for language in ("zh", "en"):
        problem = upload(embedded_world, content, Accept_Language=language).get_json()
        assert problem["code"] == code
        assert problem["errors"][0]["field"] == "file"
        assert problem["next_action"]


@pytest.mark.parametrize(
    ("kind", "body", "status", "field"),
    [
        pytest.param("multipart/form-data; boundary=x", b"--x--\r\n", 422, ["file"], id="no file"),
        pytest.param("multipart/form-data", b"", 422, ["file"], id="no boundary"),
        pytest.param("application/json", b"{}", 415, [], id="no form"),
        pytest.param("multipart/form-data; boundary=x", part("file") + END, 422, ["file"], id="text for a file"),
        pytest.param("multipart/form-data; boundary=x", part("a") + END, 422, ["a"], id="another field"),
        pytest.param("multipart/form-data; boundary=x", 2 * part("file", "a.txt") + END, 422, ["file"], id="two files"),
    ],
)
def test_a_form_without_a_file_says_so(embedded_world, kind, body, status, field):
    answer = embedded_world.client.post("/api/v1/cases/uploads", data=body, content_type=kind)
    assert (answer.status_code, [one["field"] for one in answer.get_json()["errors"]]) == (status, field)


def test_a_request_over_the_whole_limit_is_refused(embedded_world):
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    body, kind = head + b"x" * (26 * 1024 * 1024) + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"
    answer = embedded_world.client.post("/api/v1/cases/uploads", data=body, content_type=kind)
    assert (answer.status_code, answer.get_json()["code"]) == (413, "request-too-large")


def test_a_file_belongs_to_one_case_only(embedded_world):
    blob = upload(embedded_world, picture("PNG")).get_json()["id"]
    embedded_world.submit(attachments=[blob])
    body = {"mechanism": "suggestions", "kind": "suggestion", "title": "别人的", "text": "文件", "attachments": [blob]}
    answer = embedded_world.ask("POST", "/api/v1/cases", body)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "unknown-upload")


def test_nobody_gets_a_file_through_another_case(embedded_world):
    blob = upload(embedded_world, picture("PNG")).get_json()["id"]
    embedded_world.submit(attachments=[blob], category="water")
    other = embedded_world.submit(category="housing")
    path = f"/api/v1/cases/{other['reference']}/files/{blob}"
    assert embedded_world.ask("GET", path, Lianxin_Receipt=other["receipt"]).status_code == 404
    desk = f"/api/v1/desk/cases/{other['reference']}/files/{blob}"
    assert embedded_world.ask("GET", desk, post="housing-officer").status_code == 404


def test_the_desk_gets_the_files_of_its_own_cases_only(embedded_world):
    blob = upload(embedded_world, picture("PNG")).get_json()["id"]
    receipt = embedded_world.submit(attachments=[blob], category="water")
    assert [one["blob"] for one in embedded_world.desk(receipt, "water-officer")["files"]] == [blob]
    path = f"/api/v1/desk/cases/{receipt['reference']}/files/{blob}"
    assert embedded_world.ask("GET", path, post="water-officer").data.startswith(b"\x89PNG")
    assert embedded_world.ask("GET", path, post="housing-officer").status_code == 404


@pytest.mark.parametrize(
    "name", ['a"\r\nSet-Cookie: x=1.png', "../../etc/passwd.png", "现场\u202egnp.exe.png", "夏;x=1.png"]
)
def test_a_name_of_a_file_can_not_write_a_header(embedded_world, name):
    blob = upload(embedded_world, picture("PNG"), name).get_json()["id"]
    receipt = embedded_world.submit(attachments=[blob])
    path = f"/api/v1/cases/{receipt['reference']}/files/{blob}"
    answer = embedded_world.ask("GET", path, Lianxin_Receipt=receipt["receipt"])
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert answer.headers["Content-Disposition"].isascii()
    assert "/" not in answer.headers["Content-Disposition"]
    assert "%E2%80%AE" not in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_page_that_calls_itself_a_picture_is_handed_out_as_plain_text(embedded_world):
    blob = upload(embedded_world, b"<html><script>alert(1)</script></html>", "a.html").get_json()
    assert blob["type"] == "text/plain"
    assert blob["name"] == "a.txt"
