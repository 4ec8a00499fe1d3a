"""Routing, wired."""

from pathlib import Path

from services.routing import (
    api,
    assign,
    by_the_clock,
    carry,
    case,
    chosen_anew,
    clocks,
    contested,
    counted,
    duties,
    guided,
    in_force,
    invite,
    joined,
    ladder,
    offline_pages,
    opened,
    outages,
    pages,
    recount,
    register_pages,
    registers,
    reminding,
    returned,
    step,
)
from services.routing.models import Base
from services.routing.paper import pages as paper_pages
from services.routing.paper import printing
from services.routing.search import index
from shared.kit.service import Service

service = Service(
    name="routing",
    tables=Base.metadata,
    rooms=(
        *(assign, contested, step, by_the_clock, invite, clocks, joined, ladder, opened, duties, outages, recount),
        *(registers, printing, index, reminding, chosen_anew, carry, returned),
    ),
    mounts=("/desk", "/api/v1/desk", "/verify"),
    doors=(pages.desk, register_pages.door, guided.door, offline_pages.door, paper_pages.door),
    api=(api.desk,),
    follows=("intake", "directory"),
    objects=(case.open_without_mechanism, counted.terms_without_rule),
    before=(carry.carry_before_start,),
    warns=(in_force.warnings,),
    at_start=(
        outages.beat_at_start,
        recount.recount_at_start,
        ladder.plan_at_start,
        in_force.adopt_at_start,
        index.index_at_start,
        registers.seed_at_start,
    ),
    idles=(outages.still_here,),
    folder=Path(__file__).parent,
)
