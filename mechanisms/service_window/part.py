"""The part of one office in an application: examined by an officer, signed by the head, with written reasons."""

from lianxin.plugin import PART_DUE, PLATFORM, Phase, Remark, Step, chosen

from . import rules, schemas

BASIS = "行政许可法 26"
PART_STATES: dict[str, Phase] = {"examining": "handling", "opined": "deciding"}
PART = (
    Step("take part up", "received", "examining", "officer", guard=rules.is_part, title="Take this part up"),
    Step("examine", "examining", "opined", "officer", asks=schemas.Consent, title="Draft this office's opinion"),
    Step("return part", "opined", "examining", "head", asks=Remark, title="Send the opinion back"),
    Step(
        *("sign part", "opined", "closed", "head"),
        not_by=("examine",),
        meets=PART_DUE,
        letter="part",
        outcome=chosen("outcome", "examine"),
        basis=BASIS,
        title="Sign this office's opinion",
    ),
    Step(
        *("called off", ("received", "examining", "opined"), "closed", PLATFORM),
        guard=rules.is_part,
        follows=("parent", "withdraw"),
        outcome="withdrawn",
        title="The applicant withdrew the application: no part of it is needed",
    ),
    Step(
        *("drop part", ("received", "examining"), "closed", "officer"),
        guard=rules.is_part,
        asks=Remark,
        outcome="withdrawn",
        title="Close it: the application needs this part no more",
    ),
)
