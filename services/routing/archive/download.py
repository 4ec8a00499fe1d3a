"""The archive as a download, for the page's button and for programs: noted first, then written and sent."""

from contextlib import ExitStack
from datetime import datetime
from tempfile import TemporaryFile

from flask import Response

from services.routing.archive.hand_over import export, note_export
from shared.access.actor import StaffMember
from shared.web.files import disposition


def download(reference: str, staff: StaffMember, *, now: datetime) -> Response:
    """Give a closed case as one ZIP to who may see it. Raises `NotFound`, `NotClosedYet`."""
    note_export(reference, staff, now=now)
    with ExitStack() as opened:
        target = opened.enter_context(TemporaryFile())
        export(reference, staff, target)
        target.seek(0)
        done = opened.pop_all().close  # the response closes it when it was sent
    headers = {"Content-Disposition": disposition(f"{reference}.zip"), "Cache-Control": "private, no-store"}
    response = Response(target, mimetype="application/zip", headers=headers, direct_passthrough=True)
    response.call_on_close(done)
    return response
