"""Intake, wired."""

from pathlib import Path

from services.intake import (
    api,
    ask,
    before,
    book,
    calculator,
    catalogue,
    catalogue_pages,
    counter,
    counter_api,
    drafts,
    erase,
    files,
    follow,
    guides,
    invited,
    invited_pages,
    mailbox,
    pages,
    points,
    reception,
    reception_pages,
    submit,
    ticket_pages,
    tickets,
    write,
)
from services.intake.models import Base
from services.intake.timeline import KEPT
from shared.kit.service import Service

service = Service(
    name="intake",
    tables=Base.metadata,
    rooms=(submit, ask, invited, follow, book, files, erase, drafts, mailbox, reception, tickets),
    mounts=(
        "/",
        "/api/v1/cases",
        "/api/v1/places",
        "/api/v1/mechanisms",
        "/api/v1/matters",
        "/api/v1/helper-points",
        "/counter",
        "/api/v1/counter",
    ),
    doors=(
        *(pages.door, invited_pages.door, reception_pages.door, before.door, write.form, calculator.door),
        *(counter.door, ticket_pages.door, ticket_pages.staff_door, catalogue_pages.door),
    ),
    api=(api.cases, api.county, guides.doors, catalogue_pages.api, catalogue_pages.points_api, counter_api.counter),
    follows=("routing", "disclosure", "notification", "supervision", "directory"),
    keeps=KEPT,
    folder=Path(__file__).parent,
    at_start=(catalogue.check_at_start, points.check_at_start, book.check_at_start, book.open_slots_now),
)
