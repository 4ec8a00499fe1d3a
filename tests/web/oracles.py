"""What is asked of every page: axe, tap targets, sideways scroll, visible focus, no code where words belong."""

import os
import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SMALL_TARGETS = """() => [...document.querySelectorAll(
    '.govuk-button, .govuk-input, .govuk-select, .govuk-radios__item, .lx-tools a, .lx-nav a, .lx-card, summary, button'
)].filter(one => one.offsetParent && one.getBoundingClientRect().height < 44).map(one => one.outerHTML)"""
SIDEWAYS = """() => Math.max(...[document.documentElement, ...document.querySelectorAll('.lx-table-box')]
  .map(one => one.scrollWidth - one.clientWidth))"""
BODY_SIZE = "() => getComputedStyle(document.body).fontSize"
# After a key press focus by script counts as focus by keyboard. Radios show it on the box around them.
UNSEEN_FOCUS = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary'
  )]
  .filter(one => one.checkVisibility({contentVisibilityAuto: true}))
  .filter(one => {
    one.focus();
    return ![one, one.parentElement].some(box => {
      const look = getComputedStyle(box);
      return look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2;
    });
  }).map(one => one.outerHTML)"""
SKIP_LINK = """() => {
  const one = document.activeElement;
  return one.matches('.govuk-skip-link') && one.getBoundingClientRect().top >= 0;
}"""
WORDS = """() => {
  const copy = document.body.cloneNode(true);
  copy.querySelectorAll('[lang=en], code, svg, script, textarea').forEach(one => one.remove());
  copy.querySelectorAll('*').forEach(one => one.append(' '));
  return copy.textContent;
}"""
NO_WORDS = re.compile(
    r"QH-[0-9A-Z-]+|https?://\S+|[\w.-]+@[\w.-]+|岗位 [a-z-]+"  # references, addresses, the test's own people
    r"|(?<![0-9a-z])[0-9a-f]{12}(?![0-9a-z])"  # by which routes a case was decided
    r"|\b[A-Z]Y\d\d+\b"  # a booked number at a window, and nothing else of two letters
    r"|\S+\.jpg|\btest\b|PDF|Word|Excel|KB|MB|OpenAPI|API"
)
CODE = re.compile(r"\b[a-z]+(?:[._][a-z]+)+\b")  # petition.forward, carrying_out
ENGLISH = re.compile(r"[A-Za-z]{2,}")


def serious(page: Page, *, strict_contrast: bool = False) -> list[str]:
    """Name what axe finds serious or critical; large type is held to 7:1."""
    options = {"resultTypes": ["violations"], "rules": {"color-contrast-enhanced": {"enabled": strict_contrast}}}
    found: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    return [
        f"{one['id']}: {node['html']} {node.get('failureSummary', '')}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


def codes_left(page: Page, language: str) -> set[str]:
    """Give what a page shows that is no word of its reader: codes, and English in a Chinese page."""
    text = NO_WORDS.sub(" ", page.evaluate(WORDS))
    return set(CODE.findall(text)) | (set(ENGLISH.findall(text)) if language == "zh" else set())


def keep_shot(page: Page, name: str) -> None:
    """Keep a picture for a person's eyes where LOOK_SHOTS names a folder."""
    if folder := os.environ.get("LOOK_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
