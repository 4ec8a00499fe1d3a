"""`lianxin export case`: a closed case as one file that can be handed over."""

import os
from contextlib import ExitStack
from pathlib import Path

import click

from lianxin.cli.decision import Decision, composed, decision_options, service_of
from services.routing.archive.hand_over import export_by_hand, note_by_hand, told_by
from services.routing.models import CaseRow
from shared.crypto.receipt import normalise_reference
from shared.errors import NotFound

EXAMPLE = "Examples:\n\n\b\n  lianxin export case QH-7K4M-9T2P-C --reason 归档移交 --out QH-7K4M-9T2P-C.zip"


@click.group(epilog=EXAMPLE)
def export() -> None:
    """Take things out, for somebody else to keep."""


@export.command(name="case", epilog=EXAMPLE)
@click.argument("reference")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Default: REFERENCE.zip here.")
@decision_options
def export_case(reference: str, out: Path | None, decision: Decision) -> None:
    """Write a closed case as a ZIP: pages, JSON, letters, files, the journals, and a sum for each.

    It holds what the person wrote and who they are: hand it to whoever may have it. Who took it and why is kept.
    """
    known = normalise_reference(reference)
    if known is None:
        raise NotFound
    path = out or Path(f"{known}.zip")
    if path.exists():
        raise click.UsageError(f"{path} is there already; name another file with --out.")
    with composed(decision.home, decision.county) as deployment:
        routing = service_of(deployment, "routing")
        with decision.transaction(routing) as session:
            case = note_by_hand(session, known, decision.by, decision.reason).id
        if decision.dry_run:
            decision.say({"reference": known, "file": str(path)}, f"{path} with the archive of {known}")
            return
        with ExitStack() as opened:
            sessions = {name: opened.enter_context(one.reading()) for name, one in deployment.services.items()}
            row = sessions["routing"].get_one(CaseRow, case)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
                number = export_by_hand(sessions["routing"], row, target, told_by(sessions.items(), case))
    decision.say({"reference": known, "file": str(path), "files": number}, f"{path}: {number} files")
