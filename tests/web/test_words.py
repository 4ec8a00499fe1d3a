"""Every word a page shows has Chinese."""

from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

pytestmark = pytest.mark.quick

ROOT = Path(__file__).parents[2]
SHARED = ("shared/web", "shared/workflow")


def known(*rooms):
    words = set()
    for room in rooms:
        path = ROOT / room / "locale" / "zh" / "LC_MESSAGES" / "messages.po"
        with path.open("rb") as source:
            for message in read_po(source, locale="zh"):
                words |= {message.id[0] if isinstance(message.id, tuple) else message.id} if message.string else set()
    return words


def words_of(folder):
    for page in (ROOT / folder).rglob("*.html"):
        with page.open("rb") as source:
            for _, message, _, _ in extract("jinja2.ext:babel_extract", source):
                word = message[0] if isinstance(message, tuple) else message
                if word:
                    yield word


@pytest.mark.parametrize("room", [path.parent.name for path in sorted(ROOT.glob("services/*/templates"))])
def test_every_word_of_a_services_pages_has_chinese(room):
    assert set(words_of(f"services/{room}/templates")) - known(*SHARED, f"services/{room}") == set()


def test_every_word_of_the_look_has_chinese():
    assert set(words_of("shared/web/templates")) - known(*SHARED) == set()


def test_a_word_without_chinese_is_noticed():
    assert {"no such word"} - known(*SHARED) == {"no such word"}
