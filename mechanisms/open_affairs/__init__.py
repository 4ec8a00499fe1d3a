"""Open affairs (村民委员会组织法 30, 政府信息公开条例): what offices owe the public, by when; what is missing shows."""

from lianxin.plugin import Deadline, Kind, Mechanism, Party

from . import rules, schemas
from .workflow import OPEN_AFFAIRS

mechanism = Mechanism(
    name="open_affairs",
    version=1,
    title="Open affairs",
    hint="What offices must tell the public: accounts, projects, fees. Ask for what is missing.",
    kinds={
        "item": Kind(
            schemas.Item,
            title="Ask for something to be published",
            hint="A duty's due item, or what residents miss.",
            conflict="none",
        )
    },
    workflow=OPEN_AFFAIRS,
    parties=(Party("asker", "Person who asks"),),
    promises=tuple(Deadline(rule, when=rules.due_by(rule)) for rule in rules.DUTY_RULES),
    opened_by=("resident", "duty", "officer"),
    public=("township", "category", "days"),
    duties=True,
)
