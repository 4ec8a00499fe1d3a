"""What the Regulations add to a petition, in one story on whatever carrier and database the world stands."""

CONTACT = {"name": "陈代表", "phone": "13800000000"}
DETAILS = {"representatives": ["陈代表", "李代表"], "members": ["欧阳一丁", "司徒二丙"]}
HEARING = {
    "reasons": "事实有争议。",
    "day": "2026-11-05",
    "hours": "09:00至11:00",
    "room": "二楼",
    "participants": "各方",
}
RECORD = {"day": "2026-11-05", "present": "五人", "record": "各方陈述完毕。", "findings": "confirmed"}


def test_a_joint_petition_is_reported_upward_and_heard_and_a_second_one_is_joined_with_it(world):
    sent = {"addressed_to": "petition-office", "contact": CONTACT, "details": DETAILS}
    first = world.submit("petitions", "joint", **sent)
    world.step(first, "report upward", "petition-officer", ground="supply", event="全村停水三天。")
    world.step(first, "accept", "petition-officer")
    world.ask_step(first, "ask for a hearing", why="请当面说明。")
    world.step(first, "order a hearing", "petition-officer", **HEARING)
    world.pass_days(3)
    world.step(first, "hold the hearing", "petition-officer", **RECORD)
    assert world.desk(first, "petition-officer")["details"]["members"] == DETAILS["members"]
    assert "欧阳一丁" not in str(world.desk(first, "petition-head"))

    second = world.submit("petitions", "joint", **sent)
    listed, cursor = [], ""
    while cursor is not None:  # page by page: what is urgent stands on top, and nothing is lost behind it
        query = f"mechanism=petitions&limit=1&cursor={cursor}"
        page = world.ask("GET", f"/api/v1/desk/cases?{query}", post="petition-officer").get_json()
        listed, cursor = [*listed, *(one["reference"] for one in page["items"])], page["next"]
    assert listed == [first["reference"], second["reference"]]
    world.step(second, "join", "petition-officer", earlier=first["reference"], reasons="同一供水问题。")
    world.pass_days(7)
    world.step(second, "close as joined", "petition-officer")
    shown = world.follow(second)
    assert (shown["phase"], shown["outcome"]) == ("closed", "merged")
