"""The case doors, word by word: submit, follow, ask, lists, keys, receipts."""

from datetime import timedelta
from threading import get_ident

import pytest

pytestmark = pytest.mark.quick

GOOD = {"mechanism": "suggestions", "kind": "suggestion", "title": "路灯", "text": "坏了"}


def send(world, body=GOOD, **headers):
    return world.ask("POST", "/api/v1/cases", body, **headers)


def fields(response):
    return [error["field"] for error in response.get_json()["errors"]]


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"contact": {"name": "周某"}}, id="name"),
        pytest.param({"contact": {"phone": "138 0000 0000"}}, id="phone"),
        pytest.param({"contact": {"email": "zhou@example.com"}}, id="email"),
        pytest.param({"contact": {"address": "大洼村二组"}}, id="address"),
        pytest.param({"contact": {}}, id="no contact"),
        pytest.param({"about": "值班的人"}, id="about in words"),
        pytest.param({"about": {"units": ["water-bureau"]}}, id="about a unit"),
        pytest.param({"about": {"posts": ["water-officer"], "text": "值班的人"}}, id="about a post, and words"),
        pytest.param({"addressed_to": "water-bureau"}, id="addressed to a unit"),
        pytest.param({"place": None, "category": None, "about": None, "contact": None}, id="null for nothing"),
        pytest.param({"details": {"benefit": "老人"}}, id="details"),
    ],
)
def test_every_optional_field_is_taken(busy_world, more):
    response = send(busy_world, GOOD | more)
    assert response.status_code == 201, response.get_json()


def test_a_receipt_promises_dates_that_explain_themselves(busy_world):
    receipt = send(busy_world, GOOD | {"mechanism": "petitions", "kind": "petition"}).get_json()
    assert len(receipt["receipt"]) == 16
    assert receipt["promises"]
    for promise in receipt["promises"]:
        assert promise["due"]
        assert "第" in promise["explanation"]
        assert promise["article"] in promise["steps"][-1]["text"]
        assert [step["step"] for step in promise["steps"]] == ["start", "ends", "basis"]


@pytest.mark.parametrize(
    ("more", "field", "value"),
    [
        pytest.param({"about": {"units": ["water-bureau", "nope"]}}, "about.units.1", "nope", id="unit"),
        pytest.param({"about": {"posts": ["nope"]}}, "about.posts.0", "nope", id="post"),
        pytest.param({"addressed_to": "nope"}, "addressed_to", "nope", id="addressed to"),
    ],
)
def test_what_is_unknown_is_named_with_its_path(busy_world, more, field, value):
    response = send(busy_world, GOOD | more)
    assert (response.status_code, response.get_json()["code"]) == (422, "unknown-code")
    assert fields(response) == [field]
    assert value in response.get_json()["title"]


@pytest.mark.parametrize(
    ("more", "kept"),
    [
        pytest.param({}, "anonymous", id="without a word"),
        pytest.param({"contact": {"name": "周某"}}, "claimed", id="with a name"),
        pytest.param({"identity": "claimed"}, "claimed", id="claimed"),
        pytest.param({"identity": "verified"}, "claimed", id="nobody is verified by saying so"),
        pytest.param({"identity": "anonymous", "contact": {"name": "周某"}}, "anonymous", id="anonymous"),
    ],
)
def test_the_receipt_says_which_identity_was_kept(busy_world, more, kept):
    assert send(busy_world, GOOD | more).get_json()["identity"] == kept


def test_who_stays_anonymous_leaves_no_name_behind(busy_world):
    contact = {"name": "周某", "phone": "13800000000"}
    receipt = busy_world.submit(category="water", identity="anonymous", contact=contact)
    assert busy_world.desk(receipt, "water-officer")["contact"] == {"phone": "13800000000"}


def test_the_timeline_names_what_happened(busy_world):
    shown = busy_world.follow(busy_world.submit(category="water"))
    assert shown["phase"] == "triage"
    assert shown["timeline"][0]["event"] == "case.submitted"
    assert "case.routed" in [line["event"] for line in shown["timeline"]]
    assert all(line["at"] and line["text"] for line in shown["timeline"])


def test_a_case_that_did_not_change_is_not_sent_again(busy_world):
    receipt = busy_world.submit(category="water")
    path, key = f"/api/v1/cases/{receipt['reference']}", {"Lianxin_Receipt": receipt["receipt"]}
    tag = busy_world.ask("GET", path, **key).headers["ETag"]
    assert busy_world.ask("GET", path, **key, If_None_Match=tag).status_code == 304
    english = busy_world.ask("GET", path, **key, If_None_Match=tag, Accept_Language="en")
    assert english.status_code == 200
    busy_world.step(receipt, "accept", "water-officer")
    assert busy_world.ask("GET", path, **key, If_None_Match=tag).status_code == 200


def test_a_change_repeats_the_tag_of_what_was_seen(busy_world):
    receipt = busy_world.submit(category="water")
    path = f"/api/v1/desk/cases/{receipt['reference']}"
    tag = busy_world.ask("GET", path, post="water-officer").headers["ETag"]
    assert busy_world.ask("GET", path, post="water-officer", If_None_Match=tag).status_code == 304
    moved = busy_world.ask("POST", f"{path}/accept", {}, post="water-officer", If_Match=tag)
    assert moved.status_code == 200
    late = busy_world.ask("POST", f"{path}/ask", {"inputs": {"question": "？"}}, post="water-officer", If_Match=tag)
    assert (late.status_code, late.get_json()["code"]) == (412, "changed-meanwhile")


@pytest.mark.parametrize("tag", ["3", '"abc"', '"²"', f'"{"9" * 5000}"', '"1", "2"', ""])
def test_a_tag_that_is_none_of_ours_is_refused(busy_world, tag):
    path = "/api/v1/desk/cases/QH-0000-0000-0/accept"
    answer = busy_world.ask("POST", path, {}, post="water-officer", If_Match=tag)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad-if-match")


@pytest.mark.parametrize("address", ["places", "units"])
def test_a_list_is_walked_page_by_page(busy_world, address):
    found, cursor = [], ""
    while cursor is not None:
        page = busy_world.ask("GET", f"/api/v1/{address}?limit=5&cursor={cursor}").get_json()
        assert set(page) == {"items", "next"}
        found, cursor = [*found, *page["items"]], page["next"]
    assert len({item["code"] for item in found}) == len(found) > 5


@pytest.mark.parametrize(
    ("address", "post"),
    [
        pytest.param("/api/v1/places", "", id="places"),
        pytest.param("/api/v1/units", "", id="units"),
        pytest.param("/api/v1/public/outcomes", "", id="outcomes"),
        pytest.param("/api/v1/desk/cases", "water-officer", id="desk"),
        pytest.param("/api/v1/oversight/late", "county-auditor", id="late"),
    ],
)
@pytest.mark.parametrize(
    "cursor",
    ["garbage", "%00", "!!!!", "WzFd", "WyIiXQ", "WyJhIiwiYiJd", "WzEsMl0", "bnVsbA", "WyIyMDI2LTExLTAyIiwieCJd", "💥"],
)
def test_a_cursor_of_nobody_is_refused_with_a_sentence(busy_world, address, post, cursor):
    answer = busy_world.ask("GET", f"{address}?cursor={cursor}", post=post)
    if answer.status_code == 200:
        # A well-formed key that lies behind, before or beside the list is a place in it.
        assert (address, cursor) in {
            ("/api/v1/units", "WyIiXQ"),
            ("/api/v1/public/outcomes", "WyIyMDI2LTExLTAyIiwieCJd"),
        }
        return
    assert answer.status_code == 400
    assert answer.get_json()["code"] in {"bad-cursor", "nul-in-address"}
    assert answer.get_json()["detail"]


def test_a_key_gives_the_first_answer_for_a_day_and_no_longer(embedded_world):
    first = send(embedded_world, Idempotency_Key="k")
    embedded_world.clock.advance(timedelta(hours=23, minutes=59))
    again = send(embedded_world, Idempotency_Key="k")
    assert (again.status_code, again.get_json()) == (201, first.get_json())
    embedded_world.clock.advance(timedelta(minutes=1))
    assert send(embedded_world, Idempotency_Key="k").get_json()["reference"] != first.get_json()["reference"]


def test_a_key_of_somebody_else_gives_nothing_away(busy_world):
    mine = send(busy_world, Idempotency_Key="shared key", Authorization="Bearer mine").get_json()
    theirs = send(busy_world, Idempotency_Key="shared key", Authorization="Bearer theirs").get_json()
    guessed = send(busy_world, GOOD | {"title": "猜"}, Idempotency_Key="shared key", Authorization="Bearer mine")
    assert theirs["receipt"] != mine["receipt"]
    assert guessed.status_code == 409
    assert mine["reference"] not in guessed.text


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "ключ".encode().decode("latin-1")])
def test_a_key_nobody_can_use_is_refused(busy_world, key):
    answer = send(busy_world, Idempotency_Key=key)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "idempotency-key-invalid")


def test_a_refused_case_does_not_use_the_key_up(busy_world):
    assert send(busy_world, GOOD | {"place": "nope"}, Idempotency_Key="try").status_code == 422
    assert send(busy_world, Idempotency_Key="try").status_code == 201


def test_the_sentences_follow_the_callers_language(busy_world):
    chinese = send(busy_world, GOOD | {"place": "nope"}, Accept_Language="zh-CN,zh;q=0.9").get_json()
    english = send(busy_world, GOOD | {"place": "nope"}, Accept_Language="en-GB").get_json()
    assert (chinese["code"], english["code"]) == ("unknown-code", "unknown-code")
    assert "请" in chinese["next_action"]
    assert english["next_action"] == "Choose one from the list."
    assert english["trace"]


def test_a_wrong_receipt_costs_the_same_work_as_an_unknown_reference(embedded_world, monkeypatch):
    receipt = embedded_world.submit()
    worked = []
    engine = embedded_world.service("intake").database.engine
    from sqlalchemy import event  # noqa: PLC0415 - only here

    event.listen(engine, "before_cursor_execute", lambda *args: worked.append(args[2]) if get_ident() == here else None)
    here, stories = get_ident(), []
    for reference, code in (
        (receipt["reference"], "0" * 16),
        ("QH-0000-0000-0", "0" * 16),
        ("nonsense", "x"),
        ("💥", ""),
    ):
        worked.clear()
        answer = embedded_world.ask("GET", f"/api/v1/cases/{reference}", Lianxin_Receipt=code)
        stories.append((list(worked), answer.status_code, answer.get_json() | {"trace": ""}))
    assert all(story == stories[0] for story in stories)
    assert stories[0][1] == 404


def test_too_many_guesses_are_told_when_to_come_back(embedded_world):
    for number in range(121):
        answer = embedded_world.ask("GET", "/api/v1/cases/QH-0000-0000-0", Lianxin_Receipt=f"{number:016d}")
    assert (answer.status_code, answer.get_json()["code"]) == (429, "too-often")
    assert 0 < int(answer.headers["Retry-After"]) <= 3600


def test_what_a_form_needs_is_told(busy_world):
    told = busy_world.ask("GET", "/api/v1/mechanisms").get_json()
    petition = next(one for one in told["items"] if one["name"] == "petitions")["kinds"][0]
    request = next(one for one in petition["fields"] if one["name"] == "request")
    assert (petition["name"], petition["record"], request["type"], request["max"]) == ("petition", "case", "text", 1000)
    assert {"code", "name", "level", "parent"} == set(busy_world.ask("GET", "/api/v1/places").get_json()["items"][0])
