"""Channels of the counter: how something came to an office that a member of the staff takes in (English msgids)."""

CHANNELS = {
    "window": "At the window",
    "phone": "By telephone",
    "letter": "By letter",
    "fax": "By fax",
    "visit": "At a visit",
    "box": "From a letter box",
    "passed_on": "Passed on by somebody",
}
OWN = "office"  # what staff record for the office: it came from nobody
SPOKEN = frozenset({"window", "phone", "visit"})
