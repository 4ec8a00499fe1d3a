"""The Chinese of our mechanisms: pages merge all catalogs, so one English text must have one Chinese everywhere."""

from collections import defaultdict
from pathlib import Path

from babel.messages.pofile import read_po

from lianxin.loading import found_mechanisms, load_mechanism
from shared.workflow.words import CATALOG, msgids

ROOT = Path(__file__).parents[2]
SCAFFOLD = ROOT / "shared" / "workflow" / "new_mechanism" / "NAME" / CATALOG.with_suffix(".po.tmpl")


def words_of(path: Path) -> dict[str, str]:
    with path.open("rb") as source:
        return {str(one.id): str(one.string) for one in read_po(source, locale="zh", abort_invalid=True) if one.id}


def catalogs() -> list[Path]:
    """Give the catalogs of the kit, of our mechanisms, and the one a new mechanism begins with."""
    own = [load_mechanism(name).folder / CATALOG for name in sorted(found_mechanisms())]
    return [ROOT / "shared" / "workflow" / CATALOG, *own, SCAFFOLD]


def test_no_english_text_has_two_translations():
    found = defaultdict(set)
    for path in catalogs():
        for english, chinese in words_of(path).items():
            found[english].add(chinese)
    assert {english: chinese for english, chinese in found.items() if len(chinese) > 1} == {}


def test_no_catalog_keeps_words_that_its_mechanism_does_not_show():
    for name in sorted(found_mechanisms()):
        mechanism = load_mechanism(name)
        assert set(words_of(mechanism.folder / CATALOG)) - set(msgids(mechanism)) == set()


def test_every_translation_is_chinese():
    for path in catalogs():
        for english, chinese in words_of(path).items():
            assert any("一" <= letter <= "鿿" for letter in chinese), english
