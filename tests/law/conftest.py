import pytest

from shared.calendar.workdays import WorkCalendar
from shared.law.rule import Rules, load_rules


@pytest.fixture(scope="session")
def rules() -> Rules:
    return load_rules()


@pytest.fixture(scope="session")
def calendar() -> WorkCalendar:
    return WorkCalendar.shipped()
