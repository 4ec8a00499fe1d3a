"""The whole procedure, top to bottom. A lawyer checks this file against 行政许可法 29 to 45."""

from dataclasses import replace

from lianxin.plugin import (
    CHAIN,
    PLATFORM,
    STAY,
    Deadline,
    Proof,
    Remark,
    Report,
    Step,
    Withdrawal,
    Workflow,
    chain,
    consenting,
    last_resort,
    objecting,
    undelivered_letter,
)

from . import rules, schemas
from .not_done import NOT_DONE, NOT_DONE_STATES, RATING
from .part import PART, PART_STATES

officer, head, applicant = "officer", "head", "applicant"
new = ("received", "supplied")
MISSING = "licence.missing_papers"
ISSUE, UNDELIVERED, TRY_AGAIN = "issue certificate", "certificate undelivered", "window.try_again"

DECISION = {
    step.name: step
    for step in chain(
        "accepted",
        opinion=schemas.Decision,
        remark=Remark,
        proof=Proof,
        report=Report,
        letter="decision",
        carries_out=("granted",),
        guard=rules.every_part_is_given,
        meets=("licence.decide", "licence.joint"),
        starts=(
            Deadline("petition.object_publication", lapses=True),
            Deadline("reconsideration.apply", lapses=True, when=rules.is_refused),
        ),
        basis="行政许可法 38、42",
    )
    if step.name != "carry out"  # what is granted is carried out by the certificate
}
DECISION["draft"] = replace(DECISION["draft"], fits={"outcome": rules.fits_the_parts})
DECISION["serve"] = replace(DECISION["serve"], copies_up=rules.is_refused)
# Article 44 counts from the day of the decision.
DECISION["sign"] = replace(DECISION["sign"], starts=Deadline("licence.certificate", when=rules.is_granted))

WINDOW = Workflow(
    states={
        "received": "triage",
        "papers": "waiting",
        "supplied": "triage",
        "accepted": "handling",
        "excluded": "handling",
        **CHAIN,
        "issued": "carrying_out",
        **PART_STATES,
        **NOT_DONE_STATES,
        "closed": "closed",
    },
    steps=(
        Step(
            *("ask for papers", new, "papers", officer),
            asks=schemas.Papers,
            guard=rules.nothing_was_asked_for,
            meets=MISSING,
            letter="papers",
            basis="行政许可法 32",
            title="Ask for everything that is missing, once",
        ),
        Step("supply", "papers", "supplied", applicant, asks=schemas.Supplied, title="Hand in what was missing"),
        Step("note papers", "papers", "supplied", officer, asks=schemas.Supplied, title="Note what was handed in"),
        Step(
            *("accept", new, "accepted", officer),
            guard=rules.is_application,
            meets=MISSING,
            starts=Deadline("licence.decide"),
            letter="acceptance",
            basis="行政许可法 32、42",
            title="Accept",
        ),
        Step(
            *("accept jointly", new, "accepted", officer),
            guard=rules.is_application,
            meets=MISSING,
            starts=Deadline("licence.joint"),
            letter="acceptance",
            basis="行政许可法 26、32、42",
            title="Accept, with other offices",
            asks=schemas.Offices,
            opens="service_window.part",
            relation="part",
            each="offices",
        ),
        Step(
            *("deemed accepted", "received", "accepted", PLATFORM),
            when_breached=MISSING,
            meets=MISSING,
            starts=Deadline("licence.decide", from_receipt=True),
            basis="行政许可法 32",
            title="Counts as accepted from the day of receipt: nobody said in time what was missing",
        ),
        Step(
            *("bring in", "accepted", STAY, officer),
            basis="行政许可法 26",
            title="Ask other offices for their part",
            tells=True,
            asks=schemas.Offices,
            opens="service_window.part",
            relation="part",
            each="offices",
        ),
        Step(
            *("leave time out", "accepted", "excluded", officer),
            asks=schemas.Excluded,
            pauses="excluded_time",
            letter="excluded",
            basis="行政许可法 45",
            title="Leave time out of the term, told in writing",
        ),
        Step("count on", "excluded", "accepted", officer, asks=Remark, basis="行政许可法 45", title="Count on"),
        Step(
            *("extend", ("accepted", "drafted", "checked", "signed"), STAY, head),
            asks=schemas.Extension,
            extends="licence.decide",
            letter="extension",
            basis="行政许可法 42",
            title="Approve more time, once",
        ),
        Step(
            *("extend jointly", ("accepted", "drafted", "checked", "signed"), STAY, head),
            asks=schemas.JointExtension,
            fits={"approved_by": rules.stands_above},
            extends="licence.joint",
            letter="joint_extension",
            basis="行政许可法 42",
            title="Note that more time was approved for several offices, once",
        ),
        *DECISION.values(),
        Step(
            *(ISSUE, "promised", "issued", head),
            asks=schemas.Certificate,
            letter="certificate",
            basis="行政许可法 39、44",
            title="Issue the certificate",
        ),
        Step(
            *("serve certificate", "issued", "closed", officer),
            asks=Proof,
            fits={"method": last_resort(ISSUE, undelivered=UNDELIVERED)},
            serves=True,
            notices=("certificate",),
            meets=("licence.certificate", TRY_AGAIN),
            basis="行政许可法 44",
            title="Hand the certificate over",
        ),
        # It is tried anew within some days; each try shows to the applicant, who may also fetch it.
        replace(
            undelivered_letter(UNDELIVERED, "issued", ISSUE),
            starts=Deadline(TRY_AGAIN),
            meets=TRY_AGAIN,
            tells=True,
            title="Note that the certificate came back or was not collected",
        ),
        *PART,
        *NOT_DONE,
        *RATING,
        Step(
            *("withdraw", (*new, "papers", "accepted", "excluded"), "closed", applicant),
            asks=Withdrawal,
            guard=rules.is_application,
            outcome="withdrawn",
            title="Withdraw",
        ),
        objecting(by=applicant),
        *consenting((*new, "papers", "accepted", "excluded", *CHAIN, "issued"), by=applicant),
    ),
)
