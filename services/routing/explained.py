"""A routing decision in words: for the desk, for programs, for the command line."""

from collections.abc import Iterable, Mapping

from services.routing.competence.matter import Line
from shared.county.model import County
from shared.web.i18n import translate


def in_words(lines: Iterable[Line], county: County, language: str) -> list[str]:
    """Say which routes fitted, why one won, and who was passed over."""
    return [
        translate(language, line.text, unit=county.unit_name(line.unit, language), route=line.route) for line in lines
    ]


def kept_in_words(rows: Iterable[Mapping[str, str]], county: County, language: str) -> list[str]:
    """Say the same of the lines as they are kept with a case."""
    return in_words((Line(**row) for row in rows), county, language)
