"""What was proposed and agreed to: both in words, the unit that sees to it, and the day from which its terms run."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from services.routing.letters import LANGUAGE
from services.routing.models import CaseRow
from shared.kit.session import Session
from shared.law.local import noon
from shared.web.forms import in_words
from shared.web.i18n import translate
from shared.workflow.case import Case
from shared.workflow.declare import Step
from shared.workflow.posts import Posts


def agreed(
    session: Session, row: CaseRow, step: Step, given: Mapping[str, Any], case: Case, asked_at: datetime
) -> tuple[Mapping[str, Any], datetime]:
    """Give `reasons` and `unit` of the child that an answer to a proposal opens, and when its terms begin.

    A proposal without a post or a day says nothing of either.
    """
    proposal = session.here.mechanisms[row.mechanism].workflow.step(str(step.replies))
    proposed = case.done[str(step.replies)].inputs
    lines = [translate(LANGUAGE, step.label), *_lines(session, step, given), *_lines(session, proposal, proposed)]
    said = {**proposed, **given}
    posts = _posts(session, proposal, proposed)
    day = said.get("day")
    since = noon(date.fromisoformat(str(day))) if day else asked_at
    return {"reasons": "\n".join(lines), "unit": next(iter(posts), None)}, since


def _posts(session: Session, proposal: Step | None, proposed: Mapping[str, Any]) -> Iterator[str]:
    """Give the units of the posts that were proposed, in their order."""
    fields = proposal.asks.asked() if proposal and proposal.asks else {}
    codes = (code for name, one in fields.items() if isinstance(one, Posts) for code in proposed.get(name, ()))
    posts = session.here.county.post_by_code
    return (posts[code].unit for code in codes if code in posts)


def _lines(session: Session, step: Step | None, said: Mapping[str, Any]) -> Iterator[str]:
    """Give what was said at a step, each answer behind its question, as the office reads it."""
    county = session.here.county
    for name, one in (step.asks.shown() if step and step.asks else {}).items():
        if said.get(name):
            words = in_words(LANGUAGE, one, said[name], lambda code: county.name_of(code, LANGUAGE))
            label = translate(LANGUAGE, getattr(one, "title", name))
            yield f"{label} {words}" if label.endswith("？") else f"{label}：{words}"
