"""A second party: invited by a code that works once, with a receipt of its own, and nothing of the first one's."""

import re
import sys
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import MetaData, select
from werkzeug.test import Client
from world import full_county

from lianxin import loading
from services.intake.erase import erase
from services.intake.models import InvitationRow, ReceiptRow
from services.notification.models import MessageRow
from services.notification.send import _recipient
from services.routing.models import LetterRow
from services.routing.paper import printing
from shared.workflow.check_parties import party_problems
from shared.workflow.mechanism import Party

sys.path.append(str(Path(__file__).parents[1] / "fixtures"))

import neighbours

LOAD = loading.load_mechanism
OFFICER = "water-officer"
CODE = re.compile(r"邀请码 (\S+) 领取")
NO_INVITATION = (404, "no-invitation")


@pytest.fixture
def world(world_of, monkeypatch):
    def load(name: str, installed: object = None) -> object:
        return neighbours.mechanism if name == "neighbours" else LOAD(name, installed)

    monkeypatch.setattr(loading, "load_mechanism", load)
    return world_of(county=full_county(mechanisms=("neighbours",), duties=(), registers={}))


@pytest.fixture
def case(world):
    details = {"about": "【甲说给双方】", "wish": "【甲只给机关】"}
    contact = {"name": "【甲名】", "email": "jia@example.test"}
    return world.submit(
        "neighbours", "quarrel", category="water", text="【甲的原话】", details=details, contact=contact
    )


def code_of(world, case):
    """Give the code in the last letter, as the office prints it."""
    return CODE.findall(world.desk(case, OFFICER)["letters"][-1]["text"])[-1]


def try_code(world, case, code, **contact):
    return world.ask("POST", f"/api/v1/cases/{case['reference']}/parties", {"code": code, "contact": contact})


def come(world, case, name="【乙名】"):
    answer = try_code(world, case, code_of(world, case), name=name, email="yi@example.test")
    assert answer.status_code == 201, answer.get_json()
    world.settle()
    return answer.get_json()


@pytest.fixture
def both(world, case):
    world.step(case, "invite", OFFICER)
    return case, come(world, case)


def said(answer):
    return (answer.status_code, answer.get_json()["code"])


def test_each_party_agrees_by_its_own_receipt_and_the_case_moves_with_the_last(world, both):
    first, second = both
    assert second["receipt"] != first["receipt"]
    assert [offer["step"] for offer in world.follow(second)["offers"]] == ["consent", "note", "refuse"]

    assert world.ask_step(second, "consent", words="好的").status_code == 202
    assert world.follow(first)["phase"] == "waiting"
    assert "consent" not in [offer["step"] for offer in world.follow(second)["offers"]]
    assert "对方：同意谈" in [line["text"] for line in world.follow(first)["timeline"]]

    assert world.ask_step(first, "consent").status_code == 202
    assert (world.follow(first)["phase"], world.follow(second)["phase"]) == ("handling", "handling")


def test_one_refusal_ends_it_at_once(world, both):
    first, second = both
    world.ask_step(first, "consent")
    world.ask_step(second, "refuse", why="【乙的原因】")
    assert (world.follow(first)["phase"], world.follow(first)["outcome"]) == ("closed", "refused")
    assert "【乙的原因】" not in str(world.follow(first))


def test_a_code_works_once_and_all_that_is_wrong_has_one_answer(world, case):
    world.step(case, "invite", OFFICER)
    code = code_of(world, case)
    assert try_code(world, case, code.lower().replace("-", " ")).status_code == 201
    used = try_code(world, case, code)
    assert said(used) == NO_INVITATION
    other = world.submit("neighbours", "quarrel", category="water")
    for wrong in (try_code(world, other, code), try_code(world, case, "0" * 15), try_code(world, case, "")):
        assert (said(wrong), wrong.get_json()["title"]) == (NO_INVITATION, used.get_json()["title"])
    assert said(try_code(world, {"reference": "QH-0000-0000-0"}, code)) == NO_INVITATION


def test_a_code_ends_after_thirty_days(world, case):
    world.step(case, "invite", OFFICER)
    world.pass_days(29.9)
    code = code_of(world, case)
    world.pass_days(0.2)
    assert said(try_code(world, case, code)) == NO_INVITATION


def test_codes_are_guessed_no_more_often_than_receipts(world, case, monkeypatch):
    monkeypatch.setattr("services.intake.invited.MOST_FAILURES", 2)
    world.step(case, "invite", OFFICER)
    assert [said(try_code(world, case, "0" * 15)) for _ in range(2)] == [NO_INVITATION] * 2
    assert said(try_code(world, case, code_of(world, case))) == (429, "too-often")


def as_bytes(value):
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def places_of(world, word):
    """Give (service, table) of every row that holds a word in the clear."""
    found = set()
    for name in world.deployment.services:
        with world.service(name).reading() as session:
            tables = MetaData()
            tables.reflect(session.connection())
            for table in tables.sorted_tables:
                for row in session.execute(select(table)):
                    if any(word.encode() in as_bytes(value) for value in row):
                        found.add((name, table.name))
    return sorted(found)


def test_only_a_keyed_hash_of_the_code_is_kept_where_it_is_checked(world, case):
    world.step(case, "invite", OFFICER)
    code = code_of(world, case)
    with world.service("intake").reading() as session:
        (row,) = session.scalars(select(InvitationRow)).all()
    assert (row.role, len(row.hash)) == ("respondent", 32)
    assert places_of(world, case["reference"])  # what is not private is found
    assert places_of(world, code) == []


def test_inviting_again_shuts_out_whoever_came_by_mistake(world, both):
    first, wrong = both
    world.ask_step(wrong, "note", reasons="【冒名者的话】")
    world.ask_step(wrong, "consent", hope="【冒名者的愿望】")
    world.pass_days(1)
    world.step(first, "invite again", OFFICER)
    assert world.ask("GET", f"/api/v1/cases/{first['reference']}", Lianxin_Receipt=wrong["receipt"]).status_code == 404

    right = come(world, first, "【丙名】")
    assert "consent" in [offer["step"] for offer in world.follow(right)["offers"]]  # nobody agreed in his name
    assert "【冒名者" not in str(world.follow(right))
    world.ask_step(first, "consent")
    assert world.follow(first)["phase"] == "waiting"
    world.ask_step(right, "consent")
    assert world.follow(first)["phase"] == "handling"
    assert "【丙名】" in str(world.desk(first, OFFICER)["parties"])
    assert "【乙名】" not in str(world.desk(first, OFFICER)["parties"])


def test_an_old_code_is_void_when_a_new_one_is_sent(world, case):
    world.step(case, "invite", OFFICER)
    old = code_of(world, case)
    world.step(case, "invite again", OFFICER)
    assert said(try_code(world, case, old)) == NO_INVITATION
    come(world, case)


def test_the_page_gives_the_receipt_once_and_twice_for_a_double_press(world, case):
    world.step(case, "invite", OFFICER)
    client = Client(world.client.application)
    page = client.get("/invited").text
    sent = {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("csrf_token", "key")}
    sent |= {"reference": case["reference"], "code": code_of(world, case), "name": "乙", "email": "yi@example.test"}
    pages = [client.post("/invited", data=sent) for _ in range(2)]
    receipts = [
        re.sub(r"\D", "", re.search(r"lx-receipt[^>]*>([^<]+)<|(\d{4} \d{4} \d{4} \d{4})", one.text)[0])[-16:]
        for one in pages
    ]
    assert receipts[0] == receipts[1]
    world.settle()
    assert world.follow({"reference": case["reference"], "receipt": receipts[0]})["phase"] == "waiting"
    other = Client(world.client.application)
    fresh = re.search(r'name="csrf_token" value="([^"]+)"', other.get("/invited").text)[1]
    again = other.post("/invited", data=sent | {"csrf_token": fresh, "key": "another"})
    assert again.status_code == 404
    assert receipts[0] not in again.text.replace(" ", "")


def test_news_reaches_each_party_at_its_own_address_and_nobody_of_his_own_doing(world, both):
    first, second = both
    world.ask_step(first, "consent")
    world.ask_step(second, "consent")
    world.step(first, "talk", OFFICER, summary="谈过一次。")
    with world.service("notification").reading() as session:
        rows = session.scalars(select(MessageRow).where(MessageRow.template == "moved").order_by(MessageRow.id)).all()
        addresses = [(row.to, _recipient(session, row)) for row in rows[-2:]]
    assert addresses == [("resident", "jia@example.test"), ("respondent", "yi@example.test")]
    world.ask_step(second, "refuse", why="不方便")
    with world.service("notification").reading() as session:
        told = session.execute(select(MessageRow.to, MessageRow.template).where(MessageRow.to != "staff")).all()
    assert [one.to for one in told if one.template == "other_side"] == ["resident", "resident"]


PRIVATE = {
    "applicant": (
        "【甲只给机关】",
        "【甲的原话】",
        "【甲名】",
        "jia@example.test",
        "【甲的说明】",
        "【甲的希望】",
        "【甲的文件】",
    ),
    "respondent": ("【乙名】", "yi@example.test", "【乙的说明】", "【乙的希望】", "【乙的文件】"),
    "office": ("【机关记录】",),
}


def upload(world, words):
    sent = {"file": (BytesIO(words.encode()), "说明.txt", "text/plain")}
    return world.client.post("/api/v1/cases/uploads", data=sent).get_json()["id"]


def note(world, who, words, file):
    path = f"/api/v1/cases/{who['reference']}/steps/note"
    body = {"inputs": {"reasons": words}, "attachments": [upload(world, file)]}
    assert world.ask("POST", path, body, Lianxin_Receipt=who["receipt"]).status_code == 202
    world.settle()


def all_doors(world, who):
    """Give every page, answer and file that a receipt opens, as one text."""
    world.client.set_cookie("lx_language", "zh")
    seen = world.follow(who)
    texts = [
        world.ask("GET", f"/api/v1/cases/{who['reference']}", Lianxin_Receipt=who["receipt"]).get_data(as_text=True)
    ]
    client = Client(world.client.application)
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/case").text)[1]
    page = client.post("/case", data={"csrf_token": csrf, **who}, follow_redirects=True)
    assert who["reference"] in page.text
    texts.append(page.text)
    texts += [client.get(path).text for path in re.findall(r'href="(/case/[^"]+)"', page.text)]
    blobs = [one["blob"] for one in seen["files"]]
    blobs += [one["blob"] for line in seen["timeline"] if line["letter"] for one in line["letter"]["files"]]
    for blob in blobs:
        path = f"/api/v1/cases/{who['reference']}/files/{blob}"
        texts.append(world.ask("GET", path, Lianxin_Receipt=who["receipt"]).get_data(as_text=True))
    return "\n".join(texts), blobs


def public_doors(world):
    paths = ("/public", "/api/v1/public/outcomes", "/api/v1/events", "/api/v1/public/late", "/", "/case", "/invited")
    return "\n".join(world.ask("GET", path).get_data(as_text=True) for path in paths)


def test_no_party_gets_a_byte_of_what_is_another_ones_at_any_door(world, both):
    first, second = both
    note(world, first, "【甲的说明】", "【甲的文件】")
    note(world, second, "【乙的说明】", "【乙的文件】")
    world.ask_step(first, "consent", words="【甲对乙说】", hope="【甲的希望】")
    world.ask_step(second, "consent", words="【乙对甲说】", hope="【乙的希望】")
    world.step(first, "talk", OFFICER, record="【机关记录】", summary="【双方结果】")
    world.loop.advance_to(world.clock.now() + timedelta(minutes=1))

    of_first, blobs_of_first = all_doors(world, first)
    of_second, blobs_of_second = all_doors(world, second)
    found = {
        "applicant": [one for one in (*PRIVATE["respondent"], *PRIVATE["office"]) if one in of_first],
        "respondent": [one for one in (*PRIVATE["applicant"], *PRIVATE["office"]) if one in of_second],
        "anybody": [one for words in PRIVATE.values() for one in words if one in public_doors(world)],
    }
    assert found == {"applicant": [], "respondent": [], "anybody": []}
    for words in ("【甲说给双方】", "【乙对甲说】", "【双方结果】"):
        assert words in of_second + of_first
    assert "【甲说给双方】" in of_second
    assert "【乙对甲说】" in of_first
    assert "【甲对乙说】" in of_second
    assert "【甲的说明】" in of_first
    assert "【甲的文件】" in of_first
    assert "【乙的文件】" in of_second
    own = set(blobs_of_first) - set(blobs_of_second)
    for blob in own:
        path = f"/api/v1/cases/{first['reference']}/files/{blob}"
        assert world.ask("GET", path, Lianxin_Receipt=second["receipt"]).status_code == 404
    assert own
    assert all(one in str(world.desk(first, OFFICER)) for one in ("【甲的说明】", "【乙的说明】", "【机关记录】"))


def test_the_letter_with_the_code_is_read_by_the_office_only(world, both):
    first, second = both
    with world.service("routing").reading() as session:
        number = session.scalar(select(LetterRow.number).where(LetterRow.letter == "invitation"))
    assert number
    for who in (first, second):
        assert number not in str(world.follow(who))
        assert "领取您自己的查询凭证" not in str(world.follow(who))


def test_an_erased_case_opens_to_nobody_by_receipt_or_code(world, both):
    first, second = both
    world.step(first, "invite again", OFFICER)
    code = code_of(world, first)
    with world.service("intake").inside(), world.service("intake").reading() as session:
        case = session.scalar(select(ReceiptRow.case))
    with world.service("intake").inside():
        erase(case, "asked", now=world.clock.now())
    world.settle()
    assert said(try_code(world, first, code)) == NO_INVITATION
    assert world.ask("GET", f"/api/v1/cases/{first['reference']}", Lianxin_Receipt=second["receipt"]).status_code == 404


def test_what_is_wrong_with_parties_is_said_at_the_start():
    def changed(**more: object) -> list[str]:
        steps = tuple(replace(one, **more) if one.invites else one for one in neighbours.mechanism.workflow.steps)
        workflow = replace(neighbours.mechanism.workflow, steps=steps)
        return list(party_problems(replace(neighbours.mechanism, workflow=workflow)))

    assert changed() == []
    assert "nobody invites the party respondent" in changed(invites=None)[0]
    assert "which is no party beside the first" in " ".join(changed(invites="applicant"))
    assert "needs a letter of its own" in changed(letter=None)[0]
    assert "needs a letter of its own" in changed(letter="minutes")[0]
    assert "never a party's" in changed(by="applicant")[0]
    named = replace(neighbours.mechanism, parties=(*neighbours.mechanism.parties, Party("a" * 17)))
    assert "more than 16 characters" in next(party_problems(named))


def test_the_printed_invitation_is_opened_by_the_office_and_by_no_party(world, case):
    routing = world.service("routing")
    routing.here.settings["prints"] = True
    world.step(case, "invite", OFFICER)
    while printing.print_letters.run(routing, world.clock.now()) or routing.wake in printing.AT_WORK:
        if routing.wake in printing.AT_WORK:
            printing.AT_WORK[routing.wake][1].result()
    second = come(world, case)
    printed = [one["blob"] for letter in world.desk(case, OFFICER)["letters"] for one in letter["files"]]
    assert printed
    for blob in printed:
        path = f"cases/{case['reference']}/files/{blob}"
        assert world.ask("GET", f"/api/v1/desk/{path}", post=OFFICER).status_code == 200
        for who in (case, second):
            assert world.ask("GET", f"/api/v1/{path}", Lianxin_Receipt=who["receipt"]).status_code == 404
