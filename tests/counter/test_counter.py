"""The counter: staff take in what is said or written, as the same submission; the first receipt counts."""

import re

import pytest

LETTER = {"channel": "letter", "received_on": "2026-10-26", "postmark": "2026-10-23"}
SPOKEN = {"channel": "window", "received_on": "2026-11-02", "read_back": True}
PETITION = {"mechanism": "petitions", "kind": "petition", "title": "自来水发黄", "text": "三天了，水一直是黄的。"}


def take(world, taking=SPOKEN, post="petition-officer", key="", **more):
    headers = {"Idempotency_Key": key} if key else {}
    body = {**PETITION, "category": "water", "contact": {"name": "周某", "phone": "13800000000"}, **more}
    return world.ask("POST", "/api/v1/counter/cases", {**body, "taking": taking}, post=post, **headers)


def test_a_case_of_the_counter_goes_the_way_of_every_case(world):
    answer = take(world)
    assert answer.status_code == 201, answer.get_json()
    world.settle()
    receipt = answer.get_json()

    assert {"case.submitted", "case.routed"} <= set(world.events(receipt))
    assert "在窗口" in world.follow(receipt)["timeline"][0]["text"]
    assert world.desk(receipt, "water-officer")["contact"] == {"name": "周某", "phone": "13800000000"}


@pytest.mark.quick
def test_the_terms_run_from_the_day_of_the_first_receipt(embedded_world):
    early = take(embedded_world, LETTER).get_json()
    today = take(embedded_world).get_json()

    assert early["promises"][0]["due"] < today["promises"][0]["due"]
    embedded_world.settle()
    assert embedded_world.follow(early)["received_at"].startswith("2026-10-25T16:00")  # midnight in Beijing
    assert "2026年10月26日" in embedded_world.follow(early)["timeline"][0]["text"]


@pytest.mark.quick
@pytest.mark.parametrize(
    ("taking", "field"),
    [
        pytest.param({**SPOKEN, "read_back": False}, "taking.read_back", id="spoken words are read back"),
        pytest.param({**SPOKEN, "channel": "phone", "read_back": False}, "taking.read_back", id="on the telephone too"),
        pytest.param({"channel": "passed_on", "received_on": "2026-11-02"}, "taking.agreed", id="passed on: agreed to"),
        pytest.param({**LETTER, "received_on": "2026-11-03"}, "taking.received_on", id="not in the future"),
        pytest.param({"channel": "fax", "received_on": "2025-10-31"}, "taking.received_on", id="not over a year ago"),
        pytest.param({**LETTER, "postmark": "2026-10-27"}, "taking.postmark", id="posted before it was received"),
        pytest.param({**SPOKEN, "channel": "web"}, "taking.channel", id="a channel of the counter"),
    ],
)
def test_what_cannot_be_right_is_refused_by_its_field(embedded_world, taking, field):
    answer = take(embedded_world, taking)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.get_json()["errors"]] == [field]


@pytest.mark.quick
def test_the_bounds_of_the_first_receipt(embedded_world):
    for day in ("2026-11-02", "2025-11-01"):
        assert take(embedded_world, {"channel": "fax", "received_on": day}).status_code == 201


@pytest.mark.quick
def test_who_holds_no_such_post_takes_nothing_in(embedded_world):
    assert take(embedded_world, post="county-auditor").status_code == 403  # the door
    assert take(embedded_world, post="water-officer").status_code == 403  # an officer, but of no counter
    assert embedded_world.ask("POST", "/api/v1/counter/cases", {}).status_code == 401
    assert take(embedded_world, post="shiqiao-officer").status_code == 201  # the window of a town


@pytest.mark.quick
def test_what_offices_open_among_themselves_is_no_matter_of_the_counter(embedded_world):
    answer = take(embedded_world, mechanism="directives", kind="directive")
    assert answer.status_code in (403, 422)


@pytest.mark.quick
def test_pressing_twice_takes_it_in_once(embedded_world):
    first, second = (take(embedded_world, key="a-key-of-the-exchange").get_json() for _ in range(2))
    assert first == second


@pytest.mark.quick
def test_a_name_that_is_withheld_is_not_read_by_the_unit(embedded_world):
    receipt = take(embedded_world, {**SPOKEN, "withheld": True}, addressed_to="water-bureau").get_json()
    embedded_world.settle()

    shown = embedded_world.desk(receipt, "water-officer")
    assert shown["contact"] == {"withheld": "yes"}
    assert "周某" not in str(shown)


@pytest.mark.quick
def test_the_registrar_of_the_unit_that_has_it_reads_the_name(embedded_world):
    receipt = take(embedded_world, {**SPOKEN, "withheld": True}, addressed_to="petition-office").get_json()
    embedded_world.settle()

    assert embedded_world.desk(receipt, "petition-officer")["contact"]["name"] == "周某"


@pytest.mark.quick
def test_who_takes_in_a_complaint_about_himself_does_not_see_it(embedded_world):
    about = {"posts": ["shiqiao-officer"]}
    answer = take(embedded_world, post="shiqiao-officer", kind="conduct", about=about, category="village")
    assert answer.status_code == 201, answer.get_json()
    embedded_world.settle()

    seen = embedded_world.ask("GET", f"/api/v1/desk/cases/{answer.get_json()['reference']}", post="shiqiao-officer")
    assert seen.status_code == 404


class Clerk:
    """Whoever sits at the counter, with a browser."""

    def __init__(self, world, post="petition-officer"):
        world.sign_in(post)
        self.client = world.client

    def form(self, path="/counter/petitions/petition"):
        page = self.client.get(path)
        assert page.status_code == 200, page.text
        return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', page.text))

    def send(self, hidden, **more):
        sent = {"title": "自来水发黄", "text": "三天了。", "category": "water", "identity": "claimed", "name": "周某"}
        day = {"received_on-year": "2026", "received_on-month": "11", "received_on-day": "2"}
        sent |= {**day, "channel": "window", "read_back": "yes", "language": "zh", **hidden, **more}
        return self.client.post("/counter/petitions/petition", data=sent)


def codes(text):
    return re.findall(r"\d{4} \d{4} \d{4} \d{4}", text)


@pytest.mark.quick
def test_one_page_takes_a_case_in_and_prints_its_slip_once(embedded_world):
    clerk = Clerk(embedded_world)
    hidden = clerk.form()
    first, second = clerk.send(hidden), clerk.send(hidden)

    assert first.status_code == 200
    assert codes(first.text)
    assert codes(first.text) == codes(second.text)
    reference = re.search(r"QH-\w{4}-\w{4}-\w", first.text)[0]
    embedded_world.settle()
    assert embedded_world.follow({"reference": reference, "receipt": codes(first.text)[0]})["title"] == "自来水发黄"


@pytest.mark.quick
def test_a_mistake_on_the_page_keeps_what_was_typed(embedded_world):
    clerk = Clerk(embedded_world)
    hidden = clerk.form()
    answer = clerk.send({**hidden, "read_back": ""} | {"channel": "letter", "name": "", "title": "水管爆了"})

    assert answer.status_code == 422
    assert "水管爆了" in answer.text
    assert hidden["key"] in answer.text
    assert not codes(answer.text)


@pytest.mark.quick
def test_the_counter_shows_what_ones_posts_may_take_in(embedded_world):
    page = Clerk(embedded_world).client.get("/counter").text
    assert "/counter/petitions/petition" in page
    assert "/counter/directives" not in page

    officer = Clerk(embedded_world, "water-officer").client
    assert "/counter/petitions/petition" not in officer.get("/counter").text
    assert "/counter/open_affairs/item" in officer.get("/counter").text
    assert officer.get("/counter/petitions/petition").status_code == 403
    assert Clerk(embedded_world, "county-auditor").client.get("/counter").status_code == 403


@pytest.mark.quick
def test_nobody_opens_what_is_for_officials_at_the_residents_door(embedded_world):
    body = {**PETITION, "mechanism": "case_responsibility", "kind": "charge"}
    assert embedded_world.ask("POST", "/api/v1/cases", body).get_json()["code"] == "kind-not-offered"
