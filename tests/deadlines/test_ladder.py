"""The ladder of a broken term: who is told, when, once, in order; what survives outages, pauses and restarts."""

from datetime import UTC, datetime, timedelta

import pytest
from rungs import Climb, climbs, wrong_rungs
from sqlalchemy import select
from world import full_county

from services.directory.declared import be_away
from services.directory.people import add_person
from services.notification.models import MessageRow
from services.routing import clocks
from services.routing.models import CaseRow
from shared.county.structure import SHORT_LADDER
from shared.facts.base import Envelope
from shared.journal.tables import JournalRow

DUE_AT = datetime(2027, 1, 1, 16, 0, tzinfo=UTC)  # of a petition accepted on 2 November
AFTER = ["breach", "public", "above", "conference", "circular"]
LADDER = full_county().ladder


@pytest.fixture
def told(county):
    """Give the rungs that were told of a petition's own 60 days: rung, unit, posts, moment."""

    def of(world=county) -> list[tuple[str, str, list[str], datetime]]:
        with world.service("routing").reading() as session:
            rows = session.scalars(
                select(JournalRow.envelope)
                .where(JournalRow.type.like("%.rung_reached.%"))
                .order_by(JournalRow.subject, JournalRow.seq)
            )
            data = [Envelope.from_bytes(one).data for one in rows]
        return [
            (one["rung"], one["unit"], one["posts"], datetime.fromisoformat(one["at"]))
            for one in data
            if one["rule"] == "petition.handle"
        ]

    return of


def names(told):
    return [rung for rung, *_ in told]


def letters(world, template="late"):
    with world.service("notification").reading() as session:
        rows = session.scalars(select(MessageRow).where(MessageRow.template == template)).all()
        return [(row.person, row.body) for row in rows]


def test_each_rung_is_told_at_its_moment_to_its_post(county, petition, told):
    county.pass_days(95)
    late = [(rung, unit, (at - DUE_AT).days) for rung, unit, _, at in told()]
    assert late == [
        ("remind", "housing-bureau", -16),
        ("breach", "housing-bureau", 0),
        ("public", "housing-bureau", 3),
        ("above", "county-government", 7),
        ("conference", "county-government", 15),
        ("circular", "county-government", 30),
    ]


def test_after_an_outage_the_late_ones_are_told_once_in_order_and_no_reminder_of_what_is_broken(county, petition, told):
    county.clock.set_to(DUE_AT + timedelta(days=8))
    county.settle()
    assert names(told()) == ["breach", "public", "above"]
    assert {at for *_, at in told()} == {DUE_AT + timedelta(days=8)}
    county.pass_days(30)
    assert names(told()) == AFTER


def test_a_restart_tells_none_again(county, petition, new_world, tmp_path, told):
    county.clock.set_to(DUE_AT + timedelta(days=4))
    county.settle()
    county.loop.close()
    again = new_world(home=tmp_path / "home", start=DUE_AT + timedelta(days=5))
    again.settle()
    assert names(told(again)) == ["breach", "public"]
    again.pass_days(3)
    assert names(told(again)) == ["breach", "public", "above"]
    again.loop.close()


def test_a_pause_after_the_reminder_brings_no_second_one(county, petition, told):
    county.pass_days(50)
    assert names(told()) == ["remind"]
    county.step(petition, "ask", "housing-officer", question="哪一栋楼？")
    county.pass_days(5)
    county.ask_step(petition, "answer", answer="三号楼。")
    county.pass_days(5)
    assert names(told()) == ["remind"]


ASKED_ON = datetime(
    2026, 11, 4, 16, 0, tzinfo=UTC
)  # the end of the day on which the office asked, two days after acceptance


@pytest.fixture
def asked(county):
    """Give a petition whose term stands still since the office asked its petitioner something."""
    county.token("housing-head")
    receipt = county.submit("petitions", "petition", category="housing", contact={"email": "li@example.test"})
    county.step(receipt, "accept", "housing-officer")
    county.pass_days(2)
    county.step(receipt, "ask", "housing-officer", question="哪一栋楼？")
    return receipt


def test_a_pause_that_lasts_is_recalled_to_the_resident_and_later_to_the_head(county, asked, told):
    county.pass_days(14)
    assert told() == []
    county.pass_days(60)

    assert [(rung, unit, posts, (at - ASKED_ON).days) for rung, unit, posts, at in told()] == [
        ("still", "", [], 15),
        ("still_long", "housing-bureau", ["housing-head"], 30),
    ]
    assert [body.split("。")[0] for _, body in letters(county, "still")] == [
        f"事项 {asked['reference']} 的期限已暂停多日"
    ]
    assert ["暂停满30日告知负责人" in body for _, body in letters(county, "still_long")] == [True]
    assert letters(county, "late") == []


def test_each_pause_has_its_own_reminders_and_they_hide_no_rung_that_comes_later(county, asked, told):
    county.pass_days(20)
    county.ask_step(asked, "answer", answer="三号楼。")
    county.step(asked, "ask", "housing-officer", question="几单元？")
    county.pass_days(20)
    county.ask_step(asked, "answer", answer="二单元。")
    county.pass_days(70)

    assert names(told()) == ["still", "still", "remind", "breach", "public", "above"]


def test_an_outage_over_the_reminder_tells_it_before_the_pause_ends(county, asked, told):
    county.clock.set_to(ASKED_ON + timedelta(days=16))
    with county.service("routing").transaction(county.clock.now()) as session:
        row = session.query(CaseRow).filter_by(reference=asked["reference"]).one()
        clocks.catch_up(session, row, session.now)
        clocks.resume(session, row)
    county.settle()
    assert names(told()) == ["still"]


def test_a_county_that_names_a_pause_later_reminds_of_those_that_last_already(
    new_world, petition, county, tmp_path, told
):
    county.loop.close()
    before = new_world(home=tmp_path / "home", start=ASKED_ON, county=full_county(ladder=LADDER[:6]))
    before.tokens.update(county.tokens)
    before.step(petition, "ask", "housing-officer", question="哪一栋楼？")
    before.loop.close()
    later = new_world(home=tmp_path / "home", start=ASKED_ON + timedelta(days=3))
    later.pass_days(14)
    assert names(told(later)) == ["still"]
    later.loop.close()


def test_what_is_done_late_climbs_no_further(county, petition, prepare, answer, told):
    prepare(petition)
    county.clock.set_to(DUE_AT + timedelta(days=1))
    county.settle()
    answer(petition)
    county.pass_days(60)
    assert names(told()) == ["breach"]


def test_a_step_that_comes_before_the_timer_tells_first_what_fell_due_in_the_outage(county, petition, prepare, told):
    prepare(petition)
    county.clock.set_to(DUE_AT - timedelta(minutes=1))
    county.settle()
    routing = county.service("routing")
    with routing.transaction(DUE_AT + timedelta(days=4)) as session:
        row = session.query(CaseRow).filter_by(reference=petition["reference"]).one()
        clocks.catch_up(session, row, session.now)
        clocks.meet(session, row, ["petition.handle"])
    county.pass_days(60)
    assert names(told()) == ["remind", "breach", "public"]


def test_a_case_that_ends_with_a_broken_term_climbs_no_further(county, petition, told):
    county.clock.set_to(DUE_AT + timedelta(days=1))
    county.settle()
    with county.service("routing").transaction(county.clock.now()) as session:
        row = session.query(CaseRow).filter_by(reference=petition["reference"]).one()
        clocks.void(session, row, "closed")
    county.pass_days(40)
    assert names(told()) == ["breach"]


def test_head_is_told_by_mail_and_a_barred_one_never(county, petition, told):
    county.token("housing-head")
    with county.service("directory").inside():
        other = add_person("另一位", "second", ["county-head"], "a-long-password", email="s@example.test", now=DUE_AT)
    county.settle()
    path = f"/api/v1/desk/cases/{petition['reference']}/recuse"
    assert county.ask("POST", path, {"reason": "亲属"}, post="housing-head").status_code == 200
    county.settle()
    county.clock.set_to(DUE_AT)
    county.settle()
    county.pass_days(4)
    ((rung, unit, posts, _), *more) = [one for one in told() if one[0] in ("breach", "public")]
    assert (rung, unit, posts) == ("breach", "housing-bureau", ["housing-officer"])
    assert [(one[0], one[1]) for one in more] == [("public", "county-government")]
    assert other in {person for person, _ in letters(county)}
    assert county.tokens["housing-head"].split(".")[0] not in {person for person, _ in letters(county)}


def test_a_head_who_is_away_without_stand_in_is_passed_over(county, petition, told):
    county.token("housing-officer"), county.token("county-head")
    with county.service("directory").inside():
        away = add_person("在外", "away", ["housing-head"], "a-long-password", email="a@example.test", now=DUE_AT)
        be_away("away", DUE_AT.date(), None, None, now=county.clock.now())
    county.settle()
    county.clock.set_to(DUE_AT + timedelta(days=3))
    county.settle()
    assert [(rung, unit) for rung, unit, *_ in told() if rung == "public"] == [("public", "county-government")]
    assert away not in {person for person, _ in letters(county)}


def test_the_late_list_says_how_high_it_climbed(county, petition):
    county.clock.set_to(DUE_AT + timedelta(days=8))
    county.settle()
    listed = county.ask("GET", "/api/v1/oversight/late", post="county-auditor").get_json()["items"]
    assert [one["rung"] for one in listed if one["rule"] == "petition.handle"] == ["提交上一级督办"]
    desk = county.desk(petition, "housing-officer")
    assert "提交上一级督办" in "".join(one["explanation"] for one in desk["deadlines"])


def test_the_record_shows_the_unit_and_no_case_until_it_is_done(county, petition, prepare, answer):
    prepare(petition)
    county.clock.set_to(DUE_AT + timedelta(days=3))
    county.settle()
    shown = county.ask("GET", "/api/v1/public/late").get_json()["items"]
    mine = {"unit": "housing-bureau", "rule": "petition.handle", "title": "作出书面处理意见", "due": "2027-01-01"}
    assert mine in shown
    assert petition["reference"] not in county.client.get("/public/affairs").text
    answer(petition)
    assert mine not in county.ask("GET", "/api/v1/public/late").get_json()["items"]


def test_a_county_without_a_ladder_of_its_own_has_the_short_one(new_world, told):
    world = new_world(county=full_county(ladder=SHORT_LADDER))
    receipt = world.submit("petitions", "petition", category="housing")
    world.step(receipt, "accept", "housing-officer")
    world.pass_days(100)
    assert names(told(world)) == ["remind", "breach"]


STARTED, BROKEN, MET = Climb("a", "started"), Climb("a", "breached"), Climb("a", "met_late")


@pytest.mark.parametrize(
    ("planted", "sentence"),
    [
        pytest.param([STARTED, BROKEN, *[Climb("a", "rung_reached", "breach")] * 2], "a: breach twice", id="twice"),
        pytest.param(
            [STARTED, BROKEN, Climb("a", "rung_reached", "above"), Climb("a", "rung_reached", "public")],
            "a: public after above",
            id="out of order",
        ),
        pytest.param(
            [STARTED, BROKEN, MET, Climb("a", "rung_reached", "public")], "a: public when it was met_late", id="after"
        ),
        pytest.param([STARTED, Climb("a", "rung_reached", "breach")], "a: breach when it was started", id="not broken"),
        pytest.param(
            [STARTED, BROKEN, Climb("a", "rung_reached", "remind")], "a: remind when it was breached", id="too late"
        ),
    ],
)
def test_the_oracle_of_rungs_sees(planted, sentence):
    assert sentence in list(wrong_rungs(planted, LADDER))


def test_the_journal_reads_as_the_machine_does(county, petition):
    county.pass_days(70)
    assert [one.rung for one in climbs(county) if one.rung]
