"""The whole procedure, top to bottom: named, taken in person, planned, reported, handed over, ended."""

from typing import Any

from lianxin.plugin import PLANNED, SENDER, STAY, Deadline, Remark, Step, Workflow

from . import rules, schemas

leader, callback = "leader", "callback"
IN_CHARGE = rules.IN_CHARGE
BASIS = "信访工作条例 18"
HIS = ("taken", "asked")  # while the petitioner is asked the plan goes on, and who has charge may leave


def own(name: str, to: str, title: str, origin: str | tuple[str, ...] = "taken", **more: Any) -> Step:
    """Make a step that nobody but who has charge takes."""
    return Step(name, origin, to, leader, only_by=IN_CHARGE, title=title, **more)


def answer(name: str, to: str, title: str, **more: Any) -> Step:
    """Make an answer to an offer, by another leader than the one who made it."""
    return Step(name, "offered", to, leader, not_by=("hand over",), title=title, **more)


def heard(name: str, to: str, title: str, **more: Any) -> Step:
    """Make a step of the desk that asks the petitioner; whoever had charge asks nobody about his own work."""
    return Step(name, "asked", to, callback, not_by=IN_CHARGE, title=title, **more)


STEPS_OF_THE_PLAN = Deadline(PLANNED, each="milestones")
NAMED = (
    Step("take charge", "named", "taken", leader, publishes="entry", basis=BASIS, title="Take charge in person"),
    Step(
        *("name another", "named", STAY, leader),
        asks=schemas.Another,
        guard=rules.it_was_not_passed_on,
        moves="unit",
        title="Name another leader, once",
    ),
)
PLAN = (
    own(
        *("plan", STAY, "Make the plan"),
        asks=schemas.Plan,
        guard=rules.no_plan_is_made,
        meets="charge.plan",
        starts=STEPS_OF_THE_PLAN,
        tells=True,
    ),
    own(
        *("change the plan", STAY, "Change the plan"),
        asks=schemas.Change,
        guard=rules.a_plan_is_made,
        starts=STEPS_OF_THE_PLAN,
        tells=True,
    ),
    own(
        *("report", STAY, "Report the next step of the plan as done", HIS),
        asks=schemas.Progress,
        guard=rules.a_step_is_open,
        meets=PLANNED,
        tells=True,
    ),
)
HANDOVER = (
    own("hand over", "offered", "Hand over to another leader", asks=schemas.Another, moves="unit"),
    answer("accept", "taken", "Accept, and have charge from now on", publishes="entry"),
    answer("decline", "taken", "Decline: it stays with who has charge", asks=schemas.Why, moves=SENDER),
    Step(
        *("take back", "offered", "taken", leader),
        at="sender",
        only_by=IN_CHARGE,
        moves=SENDER,
        title="Keep it after all",
    ),
    Step(
        *("succeed", HIS, STAY, leader),
        guard=rules.who_had_charge_has_left,
        publishes="entry",
        title="Take over from who has left the post, or is barred",
    ),
    Step(
        *("step in", "offered", "taken", leader),
        at="sender",
        guard=rules.who_had_charge_has_left,
        moves=SENDER,
        publishes="entry",
        title="Take over from who offered it, and has left or is barred",
    ),
)
END = (
    own("ask for the word", "asked", "Have the petitioner asked by another desk", guard=rules.a_plan_is_made),
    own("ask no more", "taken", "Go on without the petitioner's word", "asked"),
    heard("content", "closed", "The petitioner says that it is settled", asks=schemas.Heard, outcome="content"),
    heard("not content", "taken", "The petitioner says that it is not settled", asks=schemas.Heard),
    heard("not reached", "taken", "The petitioner was not reached", asks=Remark),
    own(
        *("close as carried out", "closed", "Close: what was promised is carried out"),
        asks=schemas.End,
        guard=rules.it_was_carried_out,
        outcome="carried_out",
    ),
    own(
        *("close as final", "closed", "Close: the matter is decided for good"),
        asks=schemas.End,
        guard=rules.it_is_over_for_good,
        outcome="final",
    ),
)

CHARGES = Workflow(
    states={"named": "triage", "taken": "handling", "offered": "handling", "asked": "handling", "closed": "closed"},
    steps=(*NAMED, *PLAN, *HANDOVER, *END),
)
