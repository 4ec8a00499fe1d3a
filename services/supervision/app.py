"""Supervision, wired."""

from pathlib import Path

from services.supervision import api, detect, pages, sample, watch, watchdog
from services.supervision.models import Base
from shared.facts import case, deadline, platform, publication
from shared.kit.service import Service

KEPT = (
    case.CaseSubmitted,
    case.CaseRouted,
    case.StepAsked,
    case.CaseStepped,
    case.StepRefused,
    case.CaseServed,
    case.HandedOver,
    case.CaseClosed,
    case.CaseErased,
    deadline.DeadlineStarted,
    deadline.DeadlinePaused,
    deadline.DeadlineResumed,
    deadline.DeadlineMoved,
    deadline.DeadlineExtended,
    deadline.DeadlineApproaching,
    deadline.RungReached,
    deadline.DeadlineMet,
    deadline.DeadlineBreached,
    deadline.DeadlineMetLate,
    deadline.DeadlineVoided,
    deadline.DeadlineLapsed,
    publication.OutcomePublished,
    platform.MessageSent,
    platform.MessageFailed,
    platform.MessageSuppressed,
)

service = Service(
    name="supervision",
    tables=Base.metadata,
    rooms=(watch, detect, sample),
    mounts=("/oversight", "/api/v1/oversight"),
    doors=(pages.oversight,),
    api=(api.oversight,),
    follows=("intake", "routing", "disclosure", "notification", "directory"),
    keeps=KEPT,
    gauges=(watchdog.gauges,),
    folder=Path(__file__).parent,
)
