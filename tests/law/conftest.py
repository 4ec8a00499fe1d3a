import pytest

from shared.calendar.national import NATION, national
from shared.calendar.workdays import WorkCalendar
from shared.law.packs import Rules, load_rules


@pytest.fixture(scope="session")
def rules() -> Rules:
    return load_rules()


@pytest.fixture(scope="session")
def calendar() -> WorkCalendar:
    return national(NATION)
