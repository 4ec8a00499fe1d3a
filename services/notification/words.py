"""What messages say: subject and body of each template, in English; catalogs have the Chinese."""

from dataclasses import dataclass
from datetime import date

from shared.web.i18n import day_in_words, translate


@dataclass(frozen=True)
class Words:
    """A template: subject and body, English msgids with %(reference)s, %(unit)s, %(step)s and %(address)s.

    `new_date` has the days and the reason of `Moved` as well. `page` is where staff read of the case.
    """

    subject: str
    body: str
    page: str = "/desk/cases"


@dataclass(frozen=True)
class Moved:
    """How a date moved: from which day to which, and by what notice. No rule is named: a mail tells no more."""

    before: date
    due: date
    reason: str

    def values(self, language: str) -> dict[str, str]:
        """Give what fills the words of `new_date`. A reason is a notice's own title, or one of our sentences."""
        days = {name: day_in_words(language, getattr(self, name)) for name in ("before", "due")}
        return {**days, "reason": translate(language, self.reason)}


FOOT = "Look it up with your receipt code: %(address)s"
WORDS = {
    "received": Words("Your case %(reference)s was received", "We have received your case %(reference)s."),
    "moved": Words("News on your case %(reference)s", "%(unit)s: %(step)s. Case %(reference)s."),
    "other_side": Words(
        "News on your case %(reference)s", "The other side took a step in case %(reference)s. Its page says which."
    ),
    "question": Words(
        "A question about your case %(reference)s", "%(unit)s has a question about your case %(reference)s."
    ),
    "answered": Words(
        "The answer to your case %(reference)s", "The answer to your case %(reference)s is ready to read."
    ),
    "joined": Words(
        "News on the matter of your case %(reference)s",
        "The case with which your case %(reference)s was joined came further. Its page says how.",
    ),
    "new": Words("New case %(reference)s", "A new case for %(unit)s: %(reference)s."),
    "urgent": Words(
        "Urgent: case %(reference)s",
        "An urgent matter was reported upward (Regulations on petitions, article 25): %(step)s. Case %(reference)s,"
        " %(unit)s.",
    ),
    "new_date": Words(
        "A new date for your case %(reference)s",
        "Days off were announced or changed: %(reason)s. So a date of case %(reference)s has moved from %(before)s to"
        " %(due)s. Its page says how it was counted.",
    ),
    "your_step": Words(
        "A step of your unit in case %(reference)s",
        "%(unit)s: %(step)s. The next step in case %(reference)s is your unit's.",
    ),
    "reported": Words(
        "Report on case %(reference)s", "%(unit)s reported back on case %(reference)s, which you assigned."
    ),
    "copied": Words(
        "Copied to you: case %(reference)s", "%(unit)s: %(step)s. What it decided in case %(reference)s is copied up."
    ),
    "called_off": Words(
        "Case %(reference)s is called off", "%(step)s. Case %(reference)s, %(unit)s. Nothing is left to do in it."
    ),
    "own_near": Words(
        "Case %(reference)s: you have until %(due)s",
        "In case %(reference)s something that only you can do is possible until %(due)s. Its page says what.",
    ),
    "near": Words("A date of case %(reference)s is near", "%(step)s. Case %(reference)s, %(unit)s."),
    "still": Words(
        "Your case %(reference)s stands still",
        "The clock of case %(reference)s has stood still for some time. Where the office asked you something, it goes"
        " on when you have answered.",
    ),
    "still_long": Words("Case %(reference)s stands still", "%(step)s. Case %(reference)s, %(unit)s."),
    "late": Words(
        "Case %(reference)s is late",
        "A date of case %(reference)s has passed. It shows as late to the level above. %(step)s (%(unit)s).",
    ),
    "detected": Words(
        "Please look at case %(reference)s again",
        "%(step)s: case %(reference)s, %(unit)s. Nobody is accused: read its history, and ask.",
        page="/oversight/cases",
    ),
}
