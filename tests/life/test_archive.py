"""The archive file: whole, proven by sums, readable without Lianxin, only for who may, and noted."""

import hashlib
import json
import zipfile
from io import BytesIO

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from lianxin.cli import main
from services.routing.models import CaseRow
from shared.journal.tables import JournalRow

pytestmark = [pytest.mark.quick, pytest.mark.slow]

OPINION = {
    "outcome": "explained",
    "facts": "已核实。",
    "opinion": "依法解释。",
    "legal_basis": "条例",
    "summary": "已解释。",
}
CONTACT = {"name": "陈某", "phone": "13800000000"}


@pytest.fixture
def closed(embedded_world):
    """Give a closed petition with a file, two letters and an earlier case that its history names."""
    world = embedded_world
    sent = {"file": (BytesIO("屋顶漏水的经过。".encode()), "经过.txt", "text/plain")}
    blob = world.client.post("/api/v1/cases/uploads", data=sent).get_json()["id"]
    case = world.submit("petitions", "petition", category="housing", contact=CONTACT, attachments=[blob])
    day = "2026-11-02"
    world.step(case, "accept", "housing-officer")
    world.step(case, "hear", "housing-officer", day=day, way="phone", summary="希望<尽快>维修。")
    world.step(case, "draft", "housing-officer", **OPINION)
    world.step(case, "read", "housing-reader", remark="同意")
    world.step(case, "sign", "housing-head")
    world.step(case, "serve", "housing-officer", method="hand", proof="本人签收", received_on=day)
    return case


def take(world, case, post, seen=None):
    """Take the archive as a page's button does, from a case that the reader sees; gives status, type, bytes."""
    world.sign_in(post)
    page = world.client.get(f"/desk/cases/{(seen or case)['reference']}/recuse").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    with world.client.post(f"/desk/cases/{case['reference']}/archive", data={"csrf_token": token}) as answer:
        return answer.status_code, answer.mimetype, answer.get_data()


def journal_of(world, service, case):
    with world.service("routing").reading() as session:
        found = session.scalars(select(CaseRow.id).where(CaseRow.reference == case["reference"])).one()
    with world.service(service).reading() as session:
        lines = session.scalars(select(JournalRow.envelope).where(JournalRow.subject == found)).all()
    return {bytes(line) for line in lines}


def untrue_sums(archive):
    """Give the files whose sum is not the one that the archive says, and those that it does not list."""
    listed = dict(reversed(line.split("  ", 1)) for line in archive.read("SHA256SUMS").decode().splitlines())
    real = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist() if name != "SHA256SUMS"}
    return {name for name in real.keys() | listed.keys() if real.get(name) != listed.get(name)}


def missing(world, archive, case, services):
    """Give what the services told and the archive lacks."""
    told = {name: journal_of(world, name, case) for name in services}
    kept = {name: set(archive.read(f"journal/{name}.jsonl").splitlines()) for name, lines in told.items() if lines}
    return {name for name, lines in kept.items() if told[name] - lines}


def test_the_desk_gives_it_whole_and_every_file_has_its_sum(embedded_world, closed):
    status, kind, data = take(embedded_world, closed, "housing-officer")
    assert (status, kind) == (200, "application/zip")
    archive = zipfile.ZipFile(BytesIO(data))
    assert untrue_sums(archive) == set()
    assert missing(embedded_world, archive, closed, ["routing"]) == set()
    said = json.loads(archive.read("case.json"))
    (file,) = said["files"]
    assert archive.read(file["path"]).decode() == "屋顶漏水的经过。"
    desk = embedded_world.desk(closed, "housing-officer")
    assert [one["text"] for one in said["letters"]] == [one["text"] for one in desk["letters"]]
    assert [archive.read(one["path"]).decode() for one in said["letters"]] == [one["text"] for one in desk["letters"]]
    assert len(said["history"]) == len(desk["steps"])
    assert {(one["rule"], one["due"]) for one in said["deadlines"]} == {
        (one["rule"], one["due"]) for one in desk["deadlines"]
    }
    page = archive.read("index.html").decode()
    assert all(word in page for word in ("陈某", "希望&lt;尽快&gt;维修。", "已核实。", "经过.txt"))
    assert "http" not in page  # it needs nothing from anywhere
    assert "case.exported" in str(journal_of(embedded_world, "routing", closed))


def test_a_line_or_a_byte_that_is_missing_is_seen(embedded_world, closed):
    whole = zipfile.ZipFile(BytesIO(take(embedded_world, closed, "housing-officer")[2]))
    lines = whole.read("journal/routing.jsonl").splitlines(keepends=True)
    planted = BytesIO()
    with zipfile.ZipFile(planted, "w") as other:
        for name in whole.namelist():
            other.writestr(name, b"".join(lines[1:]) if name.endswith("routing.jsonl") else whole.read(name))
    broken = zipfile.ZipFile(planted)
    assert untrue_sums(broken) == {"journal/routing.jsonl"}
    assert missing(embedded_world, broken, closed, ["routing"]) == {"routing"}


def test_it_is_for_who_may_see_the_case_and_only_when_that_is_closed(embedded_world, closed):
    open_one = embedded_world.submit("petitions", "petition", category="housing")
    assert take(embedded_world, open_one, "housing-officer")[0] == 409
    embedded_world.client.delete_cookie("lx_staff")
    his = embedded_world.submit("petitions", "petition", addressed_to="water-bureau")
    assert take(embedded_world, closed, "water-officer", seen=his)[0] == 404
    told = journal_of(embedded_world, "routing", closed) | journal_of(embedded_world, "routing", open_one)
    assert "case.exported" not in str(told)


def test_a_program_takes_the_same_file_by_the_same_rules(embedded_world, closed):
    world = embedded_world
    path = f"/api/v1/desk/cases/{closed['reference']}/archive"
    with world.ask("POST", path, post="housing-officer") as answer:
        assert (answer.status_code, answer.mimetype) == (200, "application/zip")
        archive = zipfile.ZipFile(BytesIO(answer.get_data()))
    assert untrue_sums(archive) == set()
    assert journal_of(world, "routing", closed) - set(archive.read("journal/routing.jsonl").splitlines()) == set()
    assert world.ask("POST", path, post="water-officer").status_code == 404
    assert world.ask("POST", path).status_code == 401
    other = world.submit("petitions", "petition", category="housing")
    early = world.ask("POST", f"/api/v1/desk/cases/{other['reference']}/archive", post="housing-officer")
    assert early.get_json()["code"] == "case-not-closed"


def test_a_closed_case_that_is_objected_to_is_told_as_closed_once(embedded_world, closed):
    assert embedded_world.ask_step(closed, "object to publication", why="").status_code == 202
    told = journal_of(embedded_world, "routing", closed)
    assert sum(b"org.lianxin.case.closed.v1" in line for line in told) == 1
    assert "object to publication" in str(told)


def test_by_hand_it_holds_what_every_service_told_and_names_who_took_it(embedded_world, closed, tmp_path):
    world, path = embedded_world, tmp_path / "archive.zip"
    words = ["export", "case", closed["reference"], "--by", "archivist", "--reason", "归档移交", "--out", str(path)]
    words += ["--home", str(tmp_path / "home")]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    archive = zipfile.ZipFile(path)
    services = list(world.deployment.services)
    assert untrue_sums(archive) == set()
    assert missing(world, archive, closed, services) == set()
    assert {"journal/intake.jsonl", "journal/routing.jsonl"} <= set(archive.namelist())
    assert "陈某" not in "".join(archive.read(f"journal/{name}.jsonl").decode() for name in ("intake", "routing"))
    assert "archivist" in str(journal_of(world, "routing", closed))
    assert path.stat().st_mode & 0o077 == 0
    again = CliRunner().invoke(main, words)
    assert again.exit_code == 2
