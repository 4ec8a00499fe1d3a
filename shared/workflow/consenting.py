"""Whether letters may be served electronically: said with the case, said later, or noted by who heard it."""

from shared.workflow.case import Case
from shared.workflow.declare import STAY, Step
from shared.workflow.schema import Choice, Day, Schema, Text

AGREE, END, NOTE = "agree to electronic", "end electronic", "note consent"
SAID = {"given": "Letters may be served electronically", "taken_back": "They may not, or not any more"}
HOW = {"person": "In person", "phone": "By phone", "letter": "In writing"}
REACHES_AT_ONCE = ("phone", "email")
WHERE = "E-mail address or mobile number for letters"


class Agreement(Schema):
    """Where letters reach who agrees."""

    where = Text(seen="handler", title=WHERE, required=True, max=254, long=False)


class Heard(Schema):
    """What the person said of electronic service, how and when: who noted it answers for it."""

    said = Choice(SAID, seen="parties", title="What did the person say of electronic letters?")
    how = Choice(HOW, seen="parties", title="How did the person say it?")
    on = Day(seen="parties", title="On which day?", past=True)
    where = Text(seen="handler", title=WHERE, hint="Needed where the case has neither.", max=254, long=False)


def consents(case: Case) -> bool:
    """Letters may be served electronically."""
    last = case.last_of((AGREE, END, NOTE))
    if last is None or last.step == END:
        return last is None and case.agreed and _can_be_reached(case)
    return last.step == AGREE or (last.inputs.get("said") == "given" and _can_be_reached(case))


def _can_be_reached(case: Case) -> bool:
    """Tell whether the case, or a note since, names where letters reach the person."""
    return not set(case.ways).isdisjoint(REACHES_AT_ONCE) or any(
        done.inputs.get("where") for done in case.history if done.step in (AGREE, NOTE)
    )


def does_not_consent(case: Case) -> bool:
    """Letters may not be served electronically yet."""
    return not consents(case)


def with_consent(case: Case, method: str) -> bool:
    """This needs consent, and an e-mail address or phone number. Note how both were given, or serve it another way."""  # noqa: D401, D404 - the form shows this line
    return method != "electronic" or consents(case)


def consenting(origins: tuple[str, ...], *, by: str) -> tuple[Step, ...]:
    """Make the steps by which `by`, a receipt holder, agrees and takes it back, and a clerk notes what was said."""
    return (
        Step(
            AGREE,
            origins,
            STAY,
            by,
            asks=Agreement,
            guard=does_not_consent,
            title="Agree that letters are served electronically",
        ),
        Step(END, origins, STAY, by, guard=consents, title="No longer agree to electronic letters"),
        Step(
            NOTE,
            origins,
            STAY,
            "officer",
            asks=Heard,
            tells=True,
            title="Note whether electronic service is agreed to",
        ),
    )
