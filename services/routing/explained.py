"""A routing decision in words: for the desk, for programs, for the command line."""

from collections.abc import Iterable, Mapping

from services.routing.competence.matter import Line
from shared.county.model import County
from shared.kit.session import Here
from shared.web.i18n import translate

# What a route asks beside mechanism, category and place, and whom it names beside a unit, as msgids.
WORDS = {
    "report": "reports",
    "conduct": "complaints about conduct",
    "decision": "disputed decisions",
    "none": "about nobody",
    "urgent": "urgent",
    "not-urgent": "not urgent",
    "county": "the unit of the county",
    "township": "the unit of the township",
    "village": "the unit of the village",
}


def in_words(lines: Iterable[Line], county: County, titles: Mapping[str, str], language: str) -> list[str]:
    """Say which routes fitted, why one won, and who was passed over. `titles` are mechanisms' (msgids) by name."""
    return [
        translate(
            language,
            line.text,
            unit=county.unit_name(line.unit, language),
            route=route_in_words(line.route, county, titles, language),
        )
        for line in lines
    ]


def kept_in_words(rows: Iterable[Mapping[str, str]], here: Here, language: str) -> list[str]:
    """Say the same of the lines as they are kept with a case."""
    titles = {name: mechanism.title for name, mechanism in here.mechanisms.items()}
    return in_words((Line(**row) for row in rows), here.county, titles, language)


def route_in_words(name: str, county: County, titles: Mapping[str, str], language: str) -> str:
    """Say what a route asks and whom it names; a code that the county file has no more stands as it is."""

    def word(code: str) -> str:
        known = county.category_by_code.get(code) or county.place_by_code.get(code)
        if known is not None:
            return known.name(language)
        msgid = titles.get(code) or WORDS.get(code)
        return translate(language, msgid) if msgid else county.unit_name(code, language)

    return " · ".join(word(code) for code in name.split("/") if code not in ("", "*"))
