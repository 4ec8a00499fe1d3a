"""The legal road of a petition: asked one by one at the desk, told in the notice with its remedy."""

import pytest

pytestmark = [pytest.mark.quick, pytest.mark.slow]

RECONSIDER = {
    **dict.fromkeys(("sort", "final", "elsewhere", "court", "arbitration", "internal"), "no"),
    "sort": "demand",
    "procedure": "reconsideration",
}
OPINION = {**RECONSIDER, "procedure": "no", "duty": "no"}
GUIDE = "/api/v1/mechanisms/petitions/guides/legal-road"


@pytest.fixture
def case(embedded_world):
    return embedded_world.submit("petitions", "petition", category="housing", contact={"name": "陈某"})


def in_line(answers):
    return ",".join(f"{name}:{answer}" for name, answer in answers.items())


def asked_at_the_desk(world, case, answers):
    """Answer the questions as a browser does, one page after another; gives the page at the end."""
    world.sign_in("housing-officer")
    address, line = f"/desk/cases/{case['reference']}/guide/legal-road", ""
    for name, answer in answers.items():
        page = world.client.get(f"{address}?answers={line}").text
        assert f'name="asked" value="{name}"' in page
        sent = world.client.get(address, query_string={"answers": line, "asked": name, "answer": answer})
        line = ",".join(filter(None, [line, f"{name}:{answer}"]))
        assert sent.status_code == 303
    return world.client.get(f"{address}?answers={line}").text


def form_of(world, case, step, answers):
    return world.client.get(f"/desk/cases/{case['reference']}/{step}?answers={in_line(answers)}").text


def field(page, name):
    return page.partition(f'name="{name}"')[2].partition(">")[2].partition("</textarea>")[0]


def test_the_questions_lead_to_a_notice_with_the_remedy_and_its_days(embedded_world, case):
    world = embedded_world
    page = asked_at_the_desk(world, case, RECONSIDER)
    assert "期限：60日（《行政复议法》第20条）" in page
    form = form_of(world, case, "divert", RECONSIDER)
    token = form.partition('name="csrf_token" value="')[2].partition('"')[0]
    sent = {"csrf_token": token, "answers": in_line(RECONSIDER), "road": "reconsideration"}
    sent |= {"notice": field(form, "notice"), "remedy": field(form, "remedy")}
    assert "行政复议机关" in sent["notice"]
    answer = world.client.post(f"/desk/cases/{case['reference']}/divert", data=sent)
    assert answer.status_code == 303, answer.text
    world.settle()
    world.step(case, "read notice", "housing-reader")
    world.step(case, "sign notice", "housing-head")
    day = world.clock.now().date().isoformat()
    world.step(case, "serve notice", "housing-officer", method="hand", proof="本人签收", received_on=day)
    told = world.follow(case)
    assert (told["phase"], told["outcome"]) == ("closed", "diverted")
    assert {one["status"] for one in told["promises"]} == {"met"}
    letter = next(line["letter"]["text"] for line in told["timeline"] if line["letter"])
    assert "应当通过“行政复议”处理" in letter
    assert "60日（《行政复议法》第20条）" in letter
    assert "是否可以通过行政程序解决？ 不服行政决定：行政复议" in letter
    taken = next(one for one in world.desk(case, "housing-officer")["steps"] if one["step"] == "divert")
    assert taken["inputs"]["answers"] == RECONSIDER


def test_nothing_is_forgotten_on_the_way_back_and_a_page_without_an_answer_asks_again(embedded_world, case):
    world = embedded_world
    world.sign_in("housing-officer")
    address = f"/desk/cases/{case['reference']}/guide/legal-road"
    again = world.client.get(f"{address}?answers=sort:demand&was=yes").text
    assert again.count("checked") == 1
    none = world.client.get(f"{address}?answers=sort:demand&asked=final")
    assert "请选择其中一项。" in none.text
    assert world.client.get(f"{address}?answers=nonsense,sort:x").status_code == 200
    assert world.client.get(f"/desk/cases/{case['reference']}/divert").headers["Location"].endswith("/guide/legal-road")


def test_another_road_is_taken_with_a_word_that_the_person_reads_and_never_without(embedded_world, case):
    told = {"notice": "请到法院起诉。", "remedy": "可以起诉。"}
    plain = embedded_world.try_step(case, "divert", "housing-officer", answers=OPINION, road="court_road", **told)
    assert [one["field"] for one in plain.get_json()["errors"]] == ["instead"]
    half = embedded_world.try_step(case, "divert", "housing-officer", answers={"sort": "demand"}, road="police", **told)
    assert [one["field"] for one in half.get_json()["errors"]] == ["answers"]
    none = embedded_world.try_step(case, "divert", "housing-officer", road="court_road", **told)
    assert [one["field"] for one in none.get_json()["errors"]] == ["answers"]
    given = {"answers": OPINION, "road": "court_road", "instead": "判决已经生效。", **told}
    embedded_world.step(case, "divert", "housing-officer", **given)
    embedded_world.step(case, "read notice", "housing-reader")
    embedded_world.step(case, "sign notice", "housing-head")
    letter = next(line["letter"]["text"] for line in embedded_world.follow(case)["timeline"] if line["letter"])
    assert "未按上述结果办理的原因：判决已经生效。" in letter


def test_accepting_needs_no_questions_and_keeps_them_where_they_were_asked(embedded_world, case):
    other = embedded_world.submit("petitions", "petition", category="housing", contact={"name": "陈某"})
    embedded_world.step(other, "accept", "housing-officer")
    against = embedded_world.try_step(case, "accept", "housing-officer", answers=RECONSIDER)
    assert [one["field"] for one in against.get_json()["errors"]] == ["instead"]
    embedded_world.step(case, "accept", "housing-officer", answers=OPINION)
    assert embedded_world.desk(case, "housing-officer")["steps"][-1]["inputs"]["answers"] == OPINION


def test_a_program_goes_the_same_way(embedded_world):
    world, answers = embedded_world, {}
    while (at := world.ask("GET", f"{GUIDE}?answers={in_line(answers)}").get_json())["question"]:
        name = at["question"]["name"]
        assert RECONSIDER[name] in [one["answer"] for one in at["question"]["answers"]]
        answers[name] = RECONSIDER[name]
    assert (at["road"]["name"], at["road"]["step"], at["answers"]) == ("reconsideration", "divert", RECONSIDER)
    assert any("60日" in line for line in at["road"]["remedies"])
    assert world.ask("GET", f"{GUIDE}?answers=sort:idea,final:no").status_code == 422
    assert world.ask("GET", f"{GUIDE}?answers=!").status_code == 422
    assert world.ask("GET", "/api/v1/mechanisms/petitions/guides/none").status_code == 404
    assert world.ask("GET", "/api/v1/mechanisms").get_json()["items"][0]["guides"] == ["before", "legal-road"]


def test_a_resident_is_asked_first_if_he_likes_and_is_never_turned_away(embedded_world):
    client = embedded_world.client
    assert "/new/guide/petitions/petition" in client.get("/new").text
    end = client.get("/new/guide/petitions/petition?answers=what:decision,received:yes").text
    assert "60日" in end
    assert "您仍然可以在这里提交" in end
    assert "/new/start/petitions/petition" in end
    other = client.get("/new/guide/petitions/petition?answers=what:idea").text
    assert "/new/start/suggestions/suggestion" in other
    assert "/new/start/petitions/petition" in other
    assert client.get("/new/guide/petitions/joint").status_code == 404
