"""The demo is made by the real services, marked as a demo, and goes without leaving a case behind."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import select
from world import full_county

from lianxin.demo.cases import load_demo, remove_demo
from lianxin.demo.texts import MARK
from lianxin.deployment import compose
from lianxin.home import Settings
from lianxin.migrate import migrate_all
from services.disclosure.models import RecordRow
from services.intake.models import CaseRow
from services.routing.models import CaseRow as DeskRow

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
CASES = 16


def test_a_small_demo_comes_and_goes(tmp_path):
    full = full_county()
    county, settings = replace(full, demo=replace(full.demo, cases=CASES)), Settings(home=tmp_path / "home")
    deployment = compose(county, settings)
    list(migrate_all(deployment))
    deployment.close()
    told = []

    sign_ins = load_demo(settings, county, NOW, progress=lambda done, total: told.append((done, total)))

    deployment = compose(county, settings)
    assert (len(sign_ins), told[-1]) == (len(full.demo.people), (365, 365))
    with deployment.services["routing"].reading() as session:
        rows = session.scalars(select(DeskRow).where(DeskRow.channel == "demo")).all()
        assert all(session.reveal(row.title).startswith(MARK) for row in rows)
        assert len(rows) == CASES
        assert {"closed"} < {row.phase for row in rows}
        assert {row.state for row in rows if row.mechanism == "mediation"} == {"settled", "meeting"}
    with deployment.services["disclosure"].reading() as session:
        assert session.scalars(select(RecordRow)).all()

    assert remove_demo(deployment, NOW) == CASES
    with deployment.services["disclosure"].reading() as session:
        assert session.scalars(select(RecordRow)).all() == []
    with deployment.services["intake"].reading() as session:
        assert not session.scalars(select(CaseRow).where(CaseRow.channel == "demo", CaseRow.erased_at.is_(None))).all()
    deployment.close()
