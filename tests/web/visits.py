"""The address table: who looks at which page, and with which case. A page that is missing here fails the tests."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Flask
from served_county import Site
from sqlalchemy import select

from lianxin.loading import SERVICES
from services.directory.links import make_link
from services.intake.reception import schedule
from services.routing.models import LetterRow
from shared.law.local import local_day

# What answers a GET without being a page of its own.
NO_PAGES = {
    "/new/start/<mechanism>/<kind>": "begins a draft and leads to its first question",
    "/case/<reference>/files/<blob>": "a file",
    "/desk/cases/<reference>/files/<blob>": "a file",
    "/window/<queue>/now": "the part of the display that asks again",
    "/desk/offline-worker.js": "a script",
    "/desk/cases/<reference>/<step>/offline": "for the script of a form that works without a network",
    "/staff/renew": "leads back, or shows the sign-in page",
    "/static/<digest>/<path:name>": "a stylesheet, a script, a drawing",
    "/health/live": "for programs",
    "/api/docs/try": "Swagger's own page, drawn by its package; tests/api/test_real_server.py opens it",
    "/api/docs/<path:name>": "Swagger's files",
    "/health/ready": "for programs",
    "/metrics": "for programs",
}
# Every service has the same door for its operators; routing's is looked at.
OPERATORS = "/oversight/queues/routing/parked"
NO_PAGES |= {
    f"/oversight/queues/{service}/parked{more}": "as routing's"
    for service in SERVICES
    if service != "routing"
    for more in ("", "/<fact>/<decision>", "/switch/<half>")
}
PROGRAMS = ("/api/v1/", "/open311/")


@dataclass(frozen=True)
class Visit:
    """A look at a page: its rule, who looks, the case that the rule names, and a step or a question."""

    rule: str
    who: str = ""
    case: str = ""
    part: str = ""
    query: str = ""

    def __str__(self) -> str:
        """Name it for a person who reads the test's report."""
        words = (self.rule.strip("/").replace("/", "-") or "first", self.case or self.who, self.part, self.query)
        return "+".join(word for word in words if word)

    def path(self, site: Site) -> str:
        """Fill the rule's gaps."""
        reference = site.cases[self.case]["reference"] if self.case else ""
        filled = self.rule.replace("<reference>", reference).replace("<mechanism>/<kind>", "petitions/petition")
        for gap in ("<page>", "<step>", "<service>", "<half>", "<decision>"):
            filled = filled.replace(gap, self.part.replace(" ", "-"))
        filled = filled.replace("<queue>", "chengguan").replace("<int:place>", self.part)
        filled = filled.replace("<number>", self.part).replace("<code>", self.part)
        if "<key>" in filled:
            filled = filled.replace("<register>/<key>", _slot(site))
        if "<secret>" in filled:
            filled = filled.replace("<secret>", _link(site))
        filled = filled.replace("<fact>", site.parked)
        if "/guide/" in filled:
            filled = filled.replace("<name>", self.part)
        if "<token>" in filled:
            filled = filled.replace("<token>", _token(site))
        if "/registers/" in filled:
            filled = filled.replace("<name>", self.part)
        if "<name>" in filled:
            filled = filled.replace("<name>", _named(site, filled))
        return filled + (f"?{self.query}" if self.query else "")


def _token(site: Site) -> str:
    with site.world.service("routing").reading() as session:
        return session.scalars(select(LetterRow.token).where(LetterRow.token.is_not(None)).limit(1)).one() or ""


def _slot(site: Site) -> str:
    with site.world.service("intake").inside():
        one = next(one for one in schedule(local_day(site.world.clock.now())) if one.by_itself)
    return f"{one.register}/{one.key}"


def _link(site: Site) -> str:
    with site.world.service("directory").inside():
        return make_link("2026001", "新同事", ("water-officer",), now=site.world.clock.now())


def _named(site: Site, rule: str) -> str:
    kind = "outcomes" if "outcomes" in rule else "affairs"
    items = site.world.ask("GET", f"/api/v1/public/{kind}").get_json()["items"]
    return str(next(item["id"] for item in items if item.get("status", "published") == "published"))


QUESTIONS = ("what", "where", "about", "details", "files", "you", "check")
RECEIPTS = (
    "registered",
    "asked",
    "promised",
    "closed",
    "late",
    "joint",
    "joined",
    "told",
    "requested",
    "reviewed",
    "other side proposed",
    "mediation signed",
    "other side unnamed",
    "mediation settled",
)
RESIDENTS_STEPS = (
    ("asked", "answer"),
    ("asked", "withdraw"),
    ("registered", "agree to electronic"),
    ("joint", "end electronic"),
    ("withdrawing", "keep"),
    ("promised", "object to publication"),
    ("promised", "ask for review"),
    ("reviewed", "ask for a second review"),
    ("joined", "object to joining"),
    ("joint", "withdraw"),
    ("papers missing", "supply"),
    ("refused application", "rate badly"),
    ("mediation asked", "withdraw"),
    ("other side invited", "consent"),
    ("mediation agreed", "choose"),
    ("other side unnamed", "choose"),
    ("other side meeting", "note"),
    ("other side named", "ask for another"),
    ("mediation proposed", "ask for changes"),
    ("mediation settled", "ask for confirmation"),
    ("other side settled", "broken"),
    ("other side proposed", "sign"),
    ("other side agreed", "refuse"),
    ("visit offered", "agree to the visit"),
    ("visit offered", "telephone instead"),
    ("visit offered", "no visit"),
    ("visit agreed", "call the visit off"),
)
DESK_STEPS = (
    (
        "registered",
        "housing-officer",
        ("accept", "refer", "divert", "not accept", "no longer accept", "join", "report upward", "note consent"),
    ),
    ("accepted", "housing-officer", ("hear", "ask", "order a hearing", "offer a visit")),
    ("together", "water-officer", ("give a part",)),
    ("passed on", "water-officer", ("object",)),
    ("objected", "petition-officer", ("take back", "decline the objection")),
    ("declined", "water-officer", ("ask the superior",)),
    ("disputed", "county-head", ("decide",)),
    ("accepted", "housing-head", ("extend",)),
    ("asked", "housing-officer", ("go on",)),
    ("hearing", "housing-officer", ("hold the hearing", "call off the hearing")),
    ("joint", "petition-officer", ("leave the list", "assign")),
    ("assigned", "housing-officer", ("report back",)),
    ("heard", "housing-officer", ("draft",)),
    ("drafted", "housing-reader", ("read", "send back")),
    ("checked", "housing-head", ("sign",)),
    ("signed", "housing-officer", ("serve", "undelivered")),
    ("accepted by post", "housing-officer", ("serve acceptance", "acceptance undelivered")),
    ("notice drafted", "housing-reader", ("read notice", "send notice back")),
    ("notice checked", "housing-head", ("sign notice",)),
    ("notice signed", "housing-officer", ("serve notice", "notice undelivered")),
    ("promised", "housing-officer", ("carry out",)),
    ("signed no", "housing-officer", ("explain",)),
    ("refused", "housing-officer", ("care",)),
    ("withdrawing", "housing-reader", ("confirm withdrawal",)),
    ("late", "housing-officer", ("draft",)),
    ("due", "water-officer", ("prepare",)),
    ("due", "water-head", ("decline",)),
    ("prepared", "dawa-reader", ("check",)),
    ("planned visit", "county-officer", ("record",)),
    ("planned visit", "county-head", ("not made",)),
    ("recorded visit", "shiqiao-officer", ("close", "note a need")),
    ("needy visit", "shiqiao-officer", ("request taken in", "not wanted")),
    ("next visit", "housing-head", ("record the visit", "no visit")),
    ("supervised", "petition-head", ("direct",)),
    ("raised", "petition-officer", ("prepare",)),
    ("prepared directive", "petition-head", ("issue", "drop")),
    ("issued", "water-head", ("reply", "object")),
    ("replied", "petition-head", ("send back", "be satisfied")),
    ("late directive", "petition-head", ("remind",)),
    ("ended directive", "petition-head", ("prolong", "close")),
    ("urged directive", "petition-head", ("inspect",)),
    ("inspected directive", "petition-officer", ("report of the team",)),
    ("supervised", "water-head", ("put in charge",)),
    ("supervised", "petition-head", ("order into charge",)),
    ("stands still", "county-head", ("order into charge from above",)),
    ("named charge", "county-head", ("take charge", "name another")),
    ("taken charge", "county-head", ("plan",)),
    ("planned charge", "county-head", ("change the plan", "report", "hand over", "ask for the word")),
    ("offered charge", "petition-head", ("accept", "decline")),
    ("offered charge", "county-head", ("take back",)),
    ("asked charge", "county-reader", ("content", "not content", "not reached")),
    ("asked charge", "county-head", ("ask no more",)),
    ("ended charge", "county-head", ("close as carried out", "close as final")),
    ("requested", "county-officer", ("take up",)),
    ("examined", "county-officer", ("draft",)),
    ("new application", "housing-officer", ("ask for papers", "accept jointly")),
    ("papers missing", "housing-officer", ("note papers",)),
    ("accepted application", "housing-officer", ("bring in", "leave time out", "draft")),
    ("accepted application", "housing-head", ("extend",)),
    ("granted application", "housing-head", ("issue certificate",)),
    ("issued application", "housing-officer", ("serve certificate", "certificate undelivered")),
    ("joint application", "housing-head", ("extend jointly",)),
    ("sign application", "housing-officer", ("ask for papers",)),
    ("part", "water-officer", ("examine",)),
    ("rating", "housing-reader", ("call back",)),
    ("called rating", "housing-officer", ("mend",)),
    ("not done", "petition-officer", ("propose",)),
    ("mediation asked", "mediation-registrar", ("screen", "not mediate")),
    ("mediation invited", "mediation-registrar", ("note a refusal", "give up", "consented here")),
    ("mediation unanswered", "mediation-registrar", ("not come",)),
    ("mediation agreed", "mediation-registrar", ("chosen here", "warn early")),
    ("mediation unnamed", "mediation-head", ("name",)),
    ("mediation named", "mediator-land", ("step aside",)),
    ("mediation named", "mediation-head", ("name another",)),
    ("mediation meeting", "mediator-land", ("meet", "see identity", "propose", "warn", "warn quietly")),
    ("mediation proposed", "mediator-land", ("signed here", "agreed orally", "end it here")),
    ("mediation signed", "mediator-land", ("seal",)),
    ("mediation due", "mediator-land", ("follow up",)),
)
ROAD = "answers=sort:demand,final:no,elsewhere:no,court:no,arbitration:no,internal:no,procedure:licence"
VISITS = (
    Visit("/"),
    Visit("/new"),
    *(Visit("/new/guide/<mechanism>/<kind>", query=query) for query in ("", "answers=what:decision,received:yes")),
    Visit("/new", "draft"),
    *(Visit("/new/<page>", "draft", part=question) for question in QUESTIONS),
    Visit("/new/<page>", "joint draft", part="details"),
    Visit("/new/<page>", "conduct draft", part="whom"),
    Visit("/new/<page>", "sent", part="done"),
    Visit("/deadlines"),
    Visit("/deadlines", query="rule=info.answer&from=2026-09-18"),
    Visit("/deadlines", query="rule=compensation.claim&from=2026-01-31"),
    Visit("/case"),
    Visit("/invited"),
    *(Visit("/case/<reference>", case, case) for case in RECEIPTS),
    *(Visit("/case/<reference>/do/<step>", case, case, step) for case, step in RESIDENTS_STEPS),
    Visit("/verify"),
    Visit("/verify/<token>"),
    Visit("/public"),
    Visit("/public", query="q=nothing-like-it"),
    Visit("/public/outcomes/<name>"),
    Visit("/public/affairs"),
    Visit("/public/affairs/<name>"),
    Visit("/public/charges"),
    Visit("/staff"),
    Visit("/staff/link/<secret>"),
    Visit("/staff/tokens", "housing-officer"),
    Visit("/desk", "housing-officer"),
    Visit("/desk", "county-auditor"),
    *(Visit("/desk", "housing-officer", query=one) for one in ("q=车位", "q=车", "q=没有的话")),
    Visit("/desk/registers", "mediation-head"),
    Visit("/desk/registers/<name>", "mediation-head", part="mediation.mediators"),
    Visit("/desk/cases/<reference>", "housing-officer", "asked"),
    Visit("/desk/cases/<reference>", "housing-officer", "closed"),
    Visit("/desk/cases/<reference>", "petition-officer", "objected"),
    Visit("/desk/cases/<reference>", "county-officer", "requested"),
    Visit("/desk/cases/<reference>", "county-officer", "reviewed"),
    Visit("/desk/cases/<reference>", "water-head", "issued"),
    Visit("/desk/cases/<reference>", "petition-head", "replied"),
    Visit("/desk/cases/<reference>", "county-head", "planned charge"),
    Visit("/case/<reference>", "charge", "charge"),
    Visit("/case/<reference>", "disputed", "disputed"),
    *(Visit("/desk/cases/<reference>/<step>", who, case, step) for case, who, steps in DESK_STEPS for step in steps),
    Visit("/desk/cases/<reference>/recuse", "housing-officer", "accepted"),
    *(
        Visit("/desk/cases/<reference>/guide/<name>", "housing-officer", "registered", "legal-road", query)
        for query in ("", ROAD)
    ),
    Visit("/desk/cases/<reference>/<step>", "housing-officer", "registered", "divert", ROAD),
    Visit("/desk/messages", "housing-officer"),
    Visit("/window"),
    Visit("/window/<queue>"),
    Visit("/window/<queue>/ticket/<int:place>", part="3"),
    Visit("/window/<queue>/booked/<number>", part="AY01"),
    Visit("/counter/window", "chengguan-officer"),
    *(Visit("/matters", query=query) for query in ("", "area=road", "q=nothing-like-it")),
    Visit("/matters/<code>", part="build-home"),
    Visit("/case/<reference>", "joint application", "joint application"),
    Visit("/desk/cases/<reference>", "housing-officer", "joint application"),
    Visit("/desk/places", "shiqiao-officer"),
    Visit("/desk/cases/<reference>", "housing-head", "next visit"),
    Visit("/case/<reference>", "visit offered", "visit offered"),
    Visit("/reception"),
    Visit("/reception/<register>/<key>"),
    Visit("/counter/reception", "shiqiao-officer"),
    Visit("/public/visits"),
    Visit("/counter", "petition-officer"),
    Visit("/counter/<mechanism>/<kind>", "petition-officer"),
    Visit("/desk/cases/<reference>", "shiqiao-officer", "recorded visit"),
    Visit("/oversight", "county-auditor"),
    Visit("/oversight/late", "county-auditor"),
    Visit("/oversight/detected", "county-auditor"),
    Visit("/oversight/shares", "county-auditor"),
    Visit("/oversight/queues", "county-operator"),
    Visit("/oversight/queues/<service>", "county-auditor", part="routing"),
    Visit("/oversight/queues/<service>", "county-operator", part="notification"),
    Visit(OPERATORS, "county-operator"),
    Visit(OPERATORS, "county-auditor"),
    *(Visit(f"{OPERATORS}/<fact>/<decision>", "county-operator", part=decision) for decision in ("retry", "drop")),
    Visit(f"{OPERATORS}/switch/<half>", "county-operator", part="consumer"),
    Visit("/oversight/cases/<reference>", "county-auditor", "closed"),
    Visit("/oversight/cases/<reference>", "county-auditor", "late"),
    Visit("/api/docs"),
)


def unvisited(apps: Iterable[Flask]) -> set[str]:
    """Give the addresses of pages that no visit goes to."""
    rules = {
        url.rule
        for app in apps
        for url in app.url_map.iter_rules()
        if "GET" in (url.methods or ()) and not url.rule.startswith(PROGRAMS)
    }
    return rules - {visit.rule for visit in VISITS} - set(NO_PAGES)
