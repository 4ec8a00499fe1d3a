"""A county on loopback for a real browser: cases in every state, people who sign in, a clock that tests move."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page
from served_mediation import make_due_mediation, make_mediations
from served_window import window_cases
from werkzeug.serving import WSGIRequestHandler, make_server
from world import World, full_county, make_world

from services.supervision.models import SampleRow
from shared.bus.apply import waiting_row
from shared.county.structure import Edge
from shared.facts.base import Envelope
from shared.ids import new_fact_id
from shared.law.local import local_day

PHONE = {"width": 360, "height": 640}
DESK = {"width": 1280, "height": 800}
LONGEST_WAIT = 15_000  # milliseconds, for a busy machine
PASSWORD = "a-long-password"
TODAY = "today"  # stands for the day on which the step is taken
OPINION = {
    "outcome": "supported",
    "facts": "经现场查看，屋顶防水层老化，反映属实。",
    "opinion": "予以支持，本月内由物业维修完毕。",
    "legal_basis": "《信访工作条例》第三十二条",
    "summary": "反映属实，屋顶本月内维修完毕。",
}
WAY = (
    ("accept", "officer", {}),
    ("hear", "officer", {"day": TODAY, "way": "phone", "summary": "三楼漏水，希望尽快修好。"}),
    ("draft", "officer", {**OPINION, "by_when": "2027-09-30"}),
    ("read", "reader", {}),
    ("sign", "head", {}),
    ("serve", "officer", {"method": "hand", "proof": "本人签收", "received_on": TODAY}),
    ("carry out", "officer", {"done": "屋顶已修好，下雨后查看不漏。"}),
)
HANDLED = {"sort": "demand", "final": "no", "elsewhere": "yes"}
STATES = ("registered", "accepted", "heard", "drafted", "checked", "signed", "promised", "closed")


class Quiet(WSGIRequestHandler):
    """Writes no line for each request."""

    def log(self, *_: Any, **__: Any) -> None:
        """Say nothing."""


@dataclass
class Site:
    """The county as it is served: its world, its address, receipts by the name of a case, who is signed in where."""

    world: World
    address: str
    cases: dict[str, dict[str, Any]] = field(default_factory=dict)
    known: dict[str, Any] = field(default_factory=dict)
    parked: str = ""

    def open(self, browser: Browser, who: str, **how: Any) -> BrowserContext:
        """Give a browser in which somebody has signed in: a post, the name of a case (its receipt), or nobody."""
        if who and who not in self.known:
            self.known[who] = self._signed_in(browser, who)
        context = browser.new_context(
            base_url=self.address, storage_state=self.known.get(who), reduced_motion="reduce", **how
        )
        context.set_default_timeout(LONGEST_WAIT)
        return context

    def _signed_in(self, browser: Browser, who: str) -> Any:
        context = browser.new_context(base_url=self.address)
        context.set_default_timeout(LONGEST_WAIT)
        page = context.new_page()
        if who in self.cases:
            look_up(page, self.cases[who])
        elif who.endswith(" draft"):
            begin(page, who.removesuffix(" draft"))
        elif who in ("draft", "sent"):
            write_petition(page)
            if who == "sent":
                go_on(page, "done")
        else:
            self.world.token(who)
            sign_in(page, who)
        state = context.storage_state()
        context.close()
        return state


def sign_in(page: Page, login: str) -> None:
    """Sign in at the staff's door."""
    page.goto("/staff")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/desk")


def look_up(page: Page, receipt: dict[str, Any]) -> None:
    """Open a case with its receipt."""
    page.goto(f"/case?ref={receipt['reference']}")
    page.fill("#receipt", receipt["receipt"])
    page.click("main button")
    page.wait_for_url(f"**/case/{receipt['reference']}")


def begin(page: Page, kind: str) -> None:
    """Answer the first question of a petition of this kind: the next ones can be looked at."""
    page.goto(f"/new/start/petitions/{kind}")
    page.fill("[name=title]", "全村停水")
    page.fill("[name=text]", "自来水停了三天，全村没有水喝。")
    page.locator("main form button").last.click()
    page.wait_for_url("**/new/where*")


def write_petition(page: Page, title: str = "自来水发黄") -> None:
    """Answer every question of a petition, as far as the page that shows the answers again."""
    page.goto("/")
    page.click(".lx-card--first")
    page.click(".lx-card:has-text('信访')")
    page.fill("#title", title)
    page.fill("#text", "三天了，水一直是黄的，老人不敢喝。")
    go_on(page, "where")
    page.select_option("#place", "qh-shiqiao-dawa")
    go_on(page, "about")
    page.check("[name=category][value=water]", force=True)
    go_on(page, "details")
    page.fill("#request", "请检修管道。")
    go_on(page, "files")
    page.set_input_files("#file", {"name": "水龙头.jpg", "mimeType": "image/jpeg", "buffer": a_photo()})
    page.click("[name=add]")
    page.wait_for_selector("text=水龙头.jpg")
    go_on(page, "you")
    page.check("[name=identity][value=claimed]", force=True)
    page.fill("#name", "周某")
    page.fill("#email", "zhou@example.test")
    page.check("[name=electronic]", force=True)
    go_on(page, "check")


def go_on(page: Page, following: str) -> None:
    """Press the page's main button and wait for the next question."""
    page.click("main .govuk-button-group .govuk-button >> nth=0")
    page.wait_for_url(f"**/new/{following}")


def a_photo(colour: str = "teal") -> bytes:
    """Give a small picture as a phone takes it: JPEG with a camera's name in it."""
    picture, into = Image.new("RGB", (64, 48), colour), BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Phone"
    picture.save(into, "JPEG", exif=exif)
    return into.getvalue()


@contextmanager
def served(world: World) -> Iterator[str]:
    """Serve a world on loopback; gives its address."""
    app = world.client.application
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def a_site(seeded_home: Path, folder: Path, *, filled: bool = True) -> Iterator[Site]:
    """Serve a county of its own, with cases in every state or empty."""
    shutil.copytree(seeded_home, folder / "home")
    full = full_county()  # with a choice of who reviews, so that its form is looked at
    edges = (*full.edges, Edge(kind="sector", lower="housing-bureau", upper="transport-bureau"))
    world = make_world(folder / "home", county=full_county(edges=edges, review_choice=True))
    try:
        with served(world) as address:
            site = Site(world, address)
            if filled:
                fill(site)
            yield site
    finally:
        world.loop.close()


HEARING = {"reasons": "事实有争议。", "hours": "09:00至11:00", "room": "二楼会议室", "participants": "村民代表"}


REVIEW = (
    ("take up", "officer", {}),
    ("draft", "officer", {**OPINION, "outcome": "upheld"}),
    ("read", "reader", {}),
    ("sign", "head", {}),
    ("serve", "officer", {"method": "hand", "proof": "本人签收"}),
)


def fill(site: Site) -> None:
    """Bring cases into every state of a petition, a suggestion that is late, and due items in every state."""
    world, cases = site.world, site.cases
    cases["late"] = world.submit(category="housing", place="qh-chengguan-beiguan", title="小区停车位太少")
    world.step(cases["late"], "accept", "housing-officer")
    cases["withdrawing"] = petition(world, "下水道堵塞")
    world.ask_step(cases["withdrawing"], "withdraw", why="")
    cases["joint"] = world.submit(
        *("petitions", "joint"),
        addressed_to="petition-office",
        title="全村停水",
        contact={"name": "陈某", "phone": "13800000000", "electronic": True},
        details={"representatives": ["陈某"], "members": ["甲某", "乙某"]},
    )
    supervise(site, "late directive", "水泵房噪声大", 2)
    supervise(site, "urged directive", "水泵房断电", 2)
    supervise(site, "inspected directive", "水泵房漏油", 2)
    supervise(site, "ended directive", "水泵房渗水", 2, end=20)
    move_duties(site)
    make_visits(site)
    published = petition(world, "县道边的护栏断了")
    advance(world, published, 7)
    cases["refused"] = refused(world, "请求改变规划", 7)
    ended = petition(world, "8号井无人管护")
    advance(world, ended, 1)
    cases["ended charge"] = put_in_charge(world, ended, "8号井无人管护")
    world.step(cases["ended charge"], "take charge", "county-head")
    advance(world, ended, 7, done=1)
    make_due_mediation(site)
    world.pass_days(31)
    # Past its day when somebody looks, and not so long that the ladder has put a leader in charge.
    cases["stands still"] = world.submit("petitions", "petition", addressed_to="water-bureau", title="水表失灵")
    urge(site, "urged directive", inspect=False)
    urge(site, "inspected directive", inspect=True)
    fill_joined(site)
    cases["hearing"] = petition(world, "8号楼阳台开裂")
    world.step(cases["hearing"], "accept", "housing-officer")
    tomorrow = local_day(world.clock.now() + timedelta(days=1)).isoformat()
    world.step(cases["hearing"], "order a hearing", "housing-officer", day=tomorrow, **HEARING)
    cases["assigned"] = world.submit("petitions", "petition", addressed_to="petition-office", title="供暖不足")
    asked = {"unit": "housing-bureau", "due": tomorrow, "reason": "请核实并报告。"}
    world.step(cases["assigned"], "assign", "petition-officer", **asked)
    for number, state in enumerate(STATES):
        cases[state] = petition(world, f"{number + 2}号楼屋顶漏水")
        advance(world, cases[state], number)
    cases["asked"] = petition(world, "楼道灯不亮")
    advance(world, cases["asked"], 1)
    world.step(cases["asked"], "ask", "housing-officer", question="请问是哪一个单元？")
    fill_notices(site)
    fill_referrals(site)
    fill_reviews(site)
    fill_directives(site)
    cases["signed no"] = refused(world, "请求补发证明", 5)
    fill_charges(site)
    make_mediations(site)
    cases |= window_cases(world)
    fill_queues(site)


def fill_notices(site: Site) -> None:
    """Bring notices on paper into the states in which somebody acts."""
    world, cases = site.world, site.cases
    own = {"addressed_to": "housing-bureau", "contact": {"name": "陈某", "address": "城关镇北关村8号"}}
    cases["accepted by post"] = world.submit("petitions", "petition", title="围墙倾斜", **own)
    world.step(cases["accepted by post"], "accept", "housing-officer")
    said = {"answers": HANDLED, "road": "handled", "notice": "该事项已在办理。", "summary": "不予受理。"}
    ways: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("not accept", "housing-officer", said),
        ("read notice", "housing-reader", {}),
        ("sign notice", "housing-head", {}),
    )
    for number, name in enumerate(("drafted", "checked", "signed")):
        case = cases[f"notice {name}"] = world.submit("petitions", "petition", title=f"{number + 1}号车棚漏雨", **own)
        for step, post, inputs in ways[: number + 1]:
            world.step(case, step, post, **inputs)


def fill_referrals(site: Site) -> None:
    """Bring petitions into every state of a referral: sent, objected to, declined, before the superior."""
    site.cases["together"] = site.world.submit("petitions", "petition", title="灌渠漏水", category="farming")
    ways = (
        ("object", "water-officer", {"reasons": "按三定方案，管网由住建局负责。", "competent": "housing-bureau"}),
        ("decline the objection", "petition-officer", {"finding": "供水属水利局职责。"}),
        ("ask the superior", "water-officer", {"reasons": "两家意见不一。"}),
    )
    for number, name in enumerate(("passed on", "objected", "declined", "disputed")):
        case = site.cases[name] = site.world.submit(
            "petitions", "petition", title=f"{number + 1}组水压太低", contact={"name": "陈某"}
        )
        site.world.step(case, "refer", "petition-officer", unit="water-bureau", reason="供水问题归水利局。")
        for step, post, said in ways[:number]:
            site.world.step(case, step, post, **said)


def fill_joined(site: Site) -> None:
    """Join a petition with an earlier one, and tell another one that was joined what came of it."""
    world, cases = site.world, site.cases
    earlier = petition(world, "9号楼屋顶漏水")
    advance(world, earlier, 2)
    world.pass_days(1)
    said = {"earlier": earlier["reference"], "reasons": "同一处屋顶。"}
    cases["told"] = petition(world, "9号楼漏雨")
    world.step(cases["told"], "join", "housing-officer", **said)
    world.pass_days(7)
    world.step(cases["told"], "close as joined", "housing-officer")
    advance(world, earlier, 6, done=2)
    world.pass_days(10)
    cases["joined"] = petition(world, "9号楼渗水")
    world.step(cases["joined"], "join", "housing-officer", **said)


def fill_reviews(site: Site) -> None:
    """Bring reviews of answers into the states in which somebody acts."""
    world, cases = site.world, site.cases
    for number, name in enumerate(("requested", "examined", "reviewed")):
        answered = petition(world, f"{number + 1}单元返潮")
        advance(world, answered, 6)
        world.ask_step(answered, "ask for review", reasons="事实没有查清。", unit="county-government")
        (review,) = world.follow(answered)["relatives"]
        case = cases[name] = {"reference": review["reference"], "receipt": answered["receipt"]}
        for step, role, said in REVIEW[: (0, 1, 5)[number]]:
            today = {"received_on": local_day(world.clock.now()).isoformat()} if step == "serve" else {}
            world.step(case, step, f"county-{role}", **said, **today)


def urge(site: Site, name: str, *, inspect: bool) -> None:
    """Take every measure of a directive whose reply is late, at the end with an inspection team or without."""
    world, until = site.world, local_day(site.world.clock.now() + timedelta(days=9)).isoformat()
    for measure in ("remind", "circulate", "call in", "list"):
        world.step(site.cases[name], measure, "petition-head", finding="已电话催办。")
    if inspect:
        world.token("county-head")  # who may go holds a post
        team = {"task": "查明为何未答复。", "members": ["county-head", "petition-officer"], "until": until}
        world.step(site.cases[name], "inspect", "petition-head", **team)


def fill_directives(site: Site) -> None:
    """Bring directives into the states in which somebody acts, and leave a petition about which none is raised yet."""
    for number, name in enumerate(("raised", "prepared directive", "issued", "replied")):
        supervise(site, name, f"{number + 1}号泵站停机", number)
    site.cases["supervised"] = passed_on(site.world, "5号泵站停机")


def fill_charges(site: Site) -> None:
    """Bring leaders' charges into the states in which somebody acts."""
    world, cases = site.world, site.cases
    due = local_day(world.clock.now() + timedelta(days=20)).isoformat()
    plan = {"finding": "管护责任不清。", "milestones": [{"on": due, "what": "明确责任单位，修复井口"}]}
    ways: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
        "named": (),
        "taken": (("take charge", {}),),
        "planned": (("take charge", {}), ("plan", plan)),
        "asked": (("take charge", {}), ("plan", plan), ("ask for the word", {})),
        "offered": (("take charge", {}), ("hand over", {"unit": "petition-office", "reason": "分工调整。"})),
    }
    for number, (name, steps) in enumerate(ways.items()):
        title = f"{number + 1}号井无人管护"
        case = petition(world, title)
        advance(world, case, 1)
        charge = cases[f"{name} charge"] = put_in_charge(world, case, title)
        for step, said in steps:
            world.step(charge, step, "county-head", **said)
        if name == "planned":
            (relative,) = world.follow(case)["relatives"]
            cases["charge"] = {"reference": relative["reference"], "receipt": case["receipt"]}


def put_in_charge(world: World, case: dict[str, Any], title: str) -> dict[str, Any]:
    """Let the county's leader be named for a petition; gives the charge."""
    said = {"unit": "county-government", "ground": "many_offices", "found": "涉及三个单位，久拖未决。"}
    world.step(case, "put in charge", "housing-head", **said)
    listed = world.ask("GET", "/api/v1/desk/cases?limit=100", post="county-head").get_json()["items"]
    return next(one for one in listed if (one["mechanism"], one["title"]) == ("case_responsibility", title))


def passed_on(world: World, title: str) -> dict[str, Any]:
    """Give a petition that the petition office passed on, and the water bureau accepted."""
    case = world.submit("petitions", "petition", title=title)
    world.step(case, "refer", "petition-officer", unit="water-bureau", reason="供水问题归水利局。")
    world.step(case, "accept", "water-officer")
    return case


def supervise(site: Site, name: str, title: str, steps: int, *, end: int = 90) -> None:
    """Raise a directive about a petition of its own, and take so many of its steps; it ends in so many days."""
    world = site.world
    due, ends = (local_day(world.clock.now() + timedelta(days=days)).isoformat() for days in (9, end))
    demand = {"legal_basis": "信访工作条例 39", "reasons": "请五日内核实并书面答复。", "ends": ends}
    ways = (
        ("prepare", "petition-officer", demand),
        ("issue", "petition-head", {"target": "water-bureau", "due": due}),
        ("reply", "water-head", {"found": "主管道老化。", "report": "已更换，明日复查。"}),
    )
    world.step(passed_on(world, title), "direct", "petition-head", ground="delay", reasons="受理后迟迟没有派人核实。")
    listed = world.ask("GET", "/api/v1/desk/cases?limit=100", post="petition-head").get_json()["items"]
    case = next(one for one in listed if (one["mechanism"], one["title"]) == ("directives", title))
    for step, post, said in ways[:steps]:
        world.step(case, step, post, **said)
    site.cases[name] = case


def fill_queues(site: Site) -> None:
    """Park a fact in routing, and look at the queues for an hour in which notification fell behind."""
    world, now = site.world, site.world.clock.now()
    with world.service("routing").transaction(now) as session:
        here = session.here.source.replace("routing", "intake")
        fact = Envelope(new_fact_id(now), here, "org.lianxin.case.step_asked.v1", "c" * 32, now, 1, {})
        session.add(waiting_row(fact, status="parked", tries=5, since=now, next_at=now, error="NoEligibleUnit"))
        site.parked = fact.id
    with world.service("supervision").transaction(now) as session:
        for minute in range(60):
            at, waits = now - timedelta(minutes=59 - minute), max(0, minute - 40) * 3
            for name in session.here.county.running:
                late = waits if name == "notification" else minute % 3
                seen = {"ready": late, "unacked": 0, "consumers": 1, "arrived": minute * 9, "left": minute * 9 - late}
                parked = int(name == "routing" and minute > 50)
                session.merge(SampleRow(service=name, at=at, answers=True, parked=parked, **seen))


def refused(world: World, title: str, steps: int) -> dict[str, Any]:
    """Give a petition whose opinion does not support it: signed, talked over (6 steps), and served (7)."""
    today = local_day(world.clock.now()).isoformat()
    talk = {"held": "held", "day": today, "beside": "friend", "summary": "说明了规划依据。", "help": "none"}
    ways = {
        **{name: said for name, _, said in WAY},
        "draft": {**OPINION, "outcome": "not_supported"},
        "explain": talk,
    }
    names = ("accept", "hear", "draft", "read", "sign", "explain", "serve")
    case = petition(world, title)
    posts = {"read": "housing-reader", "sign": "housing-head"}
    for name in names[:steps]:
        said = {key: today if value is TODAY else value for key, value in ways[name].items()}
        world.step(case, name, posts.get(name, "housing-officer"), **said)
    return case


def petition(world: World, title: str) -> dict[str, Any]:
    """Submit a petition for the housing bureau, with a photo."""
    stored = world.client.post("/api/v1/cases/uploads", data={"file": (BytesIO(a_photo()), "屋顶.jpg")})
    return world.submit(
        "petitions",
        "petition",
        title=title,
        category="housing",
        place="qh-chengguan-beiguan",
        contact={"name": "陈某", "email": "resident@example.test"},
        details={"request": "请尽快维修。"},
        attachments=[stored.get_json()["id"]],
    )


def advance(world: World, receipt: dict[str, Any], steps: int, *, done: int = 0) -> None:
    """Take the first steps of the common way, those after the ones that are done."""
    today = local_day(world.clock.now()).isoformat()
    for name, role, planned in WAY[done:steps]:
        inputs = {key: today if value is TODAY else value for key, value in planned.items()}
        world.step(receipt, name, f"housing-{role}", **inputs)


def move_duties(site: Site) -> None:
    """Publish the finances of a village, and leave its affairs prepared and a bureau's projects due."""
    world = site.world
    finance, affairs = (_duty(world, "dawa-officer", words) for words in ("财务公开", "村务公开"))
    told = {"headline": "大洼村财务公开", "body": "收入 12 000 元，支出 9 800 元。"}
    for duty in (finance, affairs):
        world.step(duty, "prepare", "dawa-officer", **told)
    world.step(finance, "check", "dawa-reader", remark="无涉密内容。")
    world.step(finance, "publish", "dawa-head")
    site.cases |= {"prepared": affairs, "due": _duty(world, "water-officer", "水利工程")}


def make_visits(site: Site) -> None:
    """Leave a reception day that is planned, and a visit that is recorded."""
    world, cases = site.world, site.cases
    cases["planned visit"] = _duty(world, "county-officer", "接待群众")
    today = local_day(world.clock.now())
    record = {"sort": "village", "day": today.isoformat(), "heard": "灌溉用水紧张。"}
    told = {"headline": "走访石桥镇", "body": "谈了灌溉用水。"}
    for name in ("recorded visit", "needy visit"):
        cases[name] = a_visit(world)
        world.step(cases[name], "record", "shiqiao-officer", **record, **told)
    need = {"what": "老人独居，低保断发。", "agreed": True}
    world.step(cases["needy visit"], "note a need", "shiqiao-officer", **need)
    world.token("housing-head")
    offer = {
        "party": ["housing-head"],
        "day": (today + timedelta(days=7)).isoformat(),
        "place": "居委会",
        "why": "车位。",
    }
    for name in ("visit offered", "visit agreed"):
        cases[name] = petition(world, "请求增加车位")
        world.step(cases[name], "offer a visit", "housing-officer", **offer)
    world.ask_step(cases["visit agreed"], "agree to the visit", place="家里", time="傍晚", companion="女儿")
    cases["next visit"] = _listed(world, "housing-head", "visits")


def _listed(world: World, post: str, mechanism: str) -> dict[str, Any]:
    path = f"/api/v1/desk/cases?mechanism={mechanism}"
    return dict(world.ask("GET", path, post=post).get_json()["items"][0])


def a_visit(world: World) -> dict[str, Any]:
    """Give a visit to a village that is not recorded yet."""
    how = {"channel": "visit", "received_on": local_day(world.clock.now()).isoformat(), "read_back": True}
    body = {"mechanism": "visits", "kind": "visit", "title": "走访大洼村", "text": "走访三户。", "taking": how}
    where = {"place": "qh-shiqiao-dawa", "category": "village", "details": {"sort": "village"}}
    answer = world.ask("POST", "/api/v1/counter/cases", body | where, post="shiqiao-officer")
    assert answer.status_code == 201, answer.get_json()
    world.settle()
    return dict(answer.get_json())


def _duty(world: World, post: str, words: str) -> dict[str, Any]:
    listed = world.ask("GET", "/api/v1/desk/cases", post=post).get_json()["items"]
    found: dict[str, Any] = next(item for item in listed if words in item["title"])
    return found
