"""What a form's checker says about a wrong answer, in words that say how to mend it."""

import re

from shared.web.i18n import translate

LENGTH = re.compile(r"Write (?:between (?P<min>\d+) and (?P<max>\d+)|at most (?P<most>\d+)) characters\.")
RANGE = re.compile(r"Write a number between (?P<min>-?\d+) and (?P<max>-?\d+)\.")
NAMED = re.compile(r"Name at most (?P<max>\d+)\.")
# What marshmallow says, and what a person can do about it.
PLAIN = {
    "Missing data for required field.": "Please answer this.",
    "Field may not be null.": "Please answer this.",
    "Unknown field.": "This field is not known here. Leave it out, or look for its name under /api/docs.",
    "Not a valid string.": "Send text in quotation marks here.",
    "Not a valid integer.": "Send a whole number here.",
    "Not a valid number.": "Send a number here.",
    "Not a valid boolean.": "Send true or false here.",
    "Not a valid list.": "Send a list in square brackets here.",
    "Not a valid mapping type.": "Send an object in curly brackets here.",
    "Invalid input type.": "Send an object in curly brackets here.",
    "Invalid type.": "Send an object in curly brackets here.",
    "Invalid value.": "Leave this out, or choose one of the values under /api/docs.",
    "Not a valid date.": "Write the date as year, month and day.",
}


def translate_error(language: str, line: str) -> str:
    """Say what a form's checker says, in that language; lengths are already filled in when they come here."""
    if between := RANGE.fullmatch(line):
        wanted = translate(language, "Write a number between {min} and {max}.")
        return wanted.format(min=between["min"], max=between["max"])
    if most := NAMED.fullmatch(line):
        return translate(language, "Name at most {max}.").format(max=most["max"])
    found = LENGTH.fullmatch(line)
    if found is None:
        return translate(language, PLAIN.get(line, line))
    if found["most"]:
        return translate(language, "Write at most {max} characters.").format(max=found["most"])
    return translate(language, "Write between {min} and {max} characters.").format(min=found["min"], max=found["max"])
