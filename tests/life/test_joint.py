"""Joint petitions: who may read the list, how bad lists are refused, how somebody leaves it; and who knows nothing."""

import json
import logging

import pytest
from sqlalchemy import LargeBinary, MetaData, cast, select

pytestmark = [pytest.mark.quick, pytest.mark.slow]

MEMBERS = ["欧阳一丁", "司徒二丙", "诸葛三乙", "东方四甲"]
DETAILS = {"request": "请修好水管。", "representatives": ["陈代表", "李代表"], "members": MEMBERS}
CONTACT = {"name": "陈代表", "phone": "13800000000"}


def submit(world, **more):
    return world.submit("petitions", "joint", addressed_to="petition-office", contact=CONTACT, details=DETAILS | more)


def refused(world, **more):
    body = {"mechanism": "petitions", "kind": "joint", "title": "水管", "text": "水管坏了。", "contact": CONTACT}
    answer = world.ask("POST", "/api/v1/cases", body | {"details": DETAILS | more})
    assert answer.status_code == 422
    return {one["field"] for one in answer.get_json()["errors"]}


def knows(said):
    return any(name in said for name in MEMBERS)


def test_the_registrar_reads_the_list_and_nobody_else_does(embedded_world, caplog):
    world = embedded_world
    with caplog.at_level(logging.DEBUG):
        case = submit(world)
        registrar = world.desk(case, "petition-officer")
        assert registrar["details"]["members"] == MEMBERS
        head = world.desk(case, "petition-head")
        assert head["details"]["representatives"] == DETAILS["representatives"]
        assert not knows(str(head))
        world.step(case, "leave the list", "petition-officer", name=MEMBERS[0], how="phone")
        assert MEMBERS[0] in str(world.desk(case, "petition-officer")["steps"])
        assert not knows(str(world.desk(case, "petition-head")))
        world.step(case, "refer", "petition-officer", unit="water-bureau", reason="水利局职责")
        officer = world.desk(case, "water-officer")
        assert not knows(str(officer))
        assert officer["remarks"] == ["联名信访，不足10人。"]
        world.step(case, "accept", "water-officer")
        resident = world.follow(case)
    letter = next(line["letter"]["text"] for line in resident["timeline"] if line["letter"])
    assert letter.splitlines()[4] == "陈代表、李代表："
    assert not knows(str(resident))
    assert not knows(caplog.text)


def places_of(world, word):
    """Give (service, table) of every row that holds a word in the clear, as text, as bytes or escaped in JSON."""
    words, found = {word, json.dumps(word)[1:-1]}, set()
    for name in world.deployment.services:
        with world.service(name).reading() as session:
            tables = MetaData()
            tables.reflect(session.connection())
            for table in tables.sorted_tables:
                for row in session.execute(select(*(cast(column, LargeBinary) for column in table.c))):
                    said = " ".join(bytes(value).decode("utf-8", "replace") for value in row if value is not None)
                    found |= {(name, table.name)} if any(one in said for one in words) else set()
    return sorted(found)


@pytest.mark.slow
def test_no_journal_and_no_table_of_any_service_holds_a_name_in_the_clear(embedded_world):
    case = submit(embedded_world)
    embedded_world.step(case, "leave the list", "petition-officer", name=MEMBERS[0], how="phone")
    assert places_of(embedded_world, "leave the list")  # what is not private is found
    assert [place for member in MEMBERS for place in places_of(embedded_world, member)] == []


@pytest.mark.slow
def test_a_bad_list_is_refused_at_the_line_that_is_wrong(embedded_world):
    six = [f"代表{number}" for number in "一二三四五六"]
    assert refused(embedded_world, representatives=six) == {"details.representatives"}
    assert refused(embedded_world, members=[]) == {"details.members"}
    assert refused(embedded_world, members=["甲", "乙", "甲"]) == {"details.members.2"}
    assert refused(embedded_world, members=["甲", "乙" * 65]) == {"details.members.1"}
    assert refused(embedded_world, members="甲\n乙") == {"details.members"}
    submit(embedded_world, representatives=six[:5])


@pytest.mark.slow
def test_only_the_registrar_takes_somebody_off_and_only_of_a_joint_petition(embedded_world):
    case = submit(embedded_world)
    left = {"name": MEMBERS[0], "how": "person"}
    assert embedded_world.try_step(case, "leave the list", "petition-reader", **left).status_code == 403
    wrong = embedded_world.try_step(case, "leave the list", "petition-officer", name="不在名单", how="person")
    assert wrong.get_json()["errors"] == [{"field": "name", "message": "名单上没有这个姓名，请按名单上的写法照抄。"}]
    alone = embedded_world.submit("petitions", "petition", addressed_to="petition-office")
    refused = embedded_world.try_step(alone, "leave the list", "petition-officer", **left)
    assert refused.get_json()["code"] == "guard-not-met"


def send(client, page, **sent):
    """Answer a page of the form as a browser does."""
    shown = client.get(f"/new/{page}").text
    token = shown.partition('name="csrf_token" value="')[2].partition('"')[0]
    return client.post(f"/new/{page}", data={"csrf_token": token, **sent}, follow_redirects=True).text


@pytest.mark.slow
def test_without_script_names_are_written_on_lines_and_come_back_with_what_is_wrong(embedded_world):
    client = embedded_world.client
    client.get("/new/start/petitions/joint", follow_redirects=True)
    send(client, "what", title="水管", text="水管坏了。")
    wrong = send(client, "details", representatives="陈代表", members="甲某\n乙某\n甲某")
    assert "第3行：这个姓名重复了。" in wrong
    assert "甲某\n乙某\n甲某" in wrong
    send(client, "details", representatives="陈代表\n\n李代表", members="甲某\n乙某")
    checked = client.get("/new/details?change=1").text
    assert "陈代表\n李代表" in checked
