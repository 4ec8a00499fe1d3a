"""Requests that a database could choke on: refused by the door, on both databases."""

import json

import pytest

CODES = ["\\u0000", "\\ud800", "\\u202e", "x" * 5_000, "💥", "' OR 1=1 --", "%", "\\\\"]
QUERIES = ["%00", "%ff%fe", "💥", "x" * 5_000, "%27%20OR%201=1", "%ED%A0%80"]
LISTS = (
    ("/api/v1/desk/cases?phase={}", "water-officer"),
    ("/api/v1/desk/cases?mechanism={}", "water-officer"),
    ("/api/v1/desk/cases?unit={}", "water-officer"),
    ("/api/v1/desk/cases?cursor={}", "water-officer"),
    ("/api/v1/desk/cases/{}", "water-officer"),
    ("/api/v1/public/outcomes?township={}", ""),
    ("/api/v1/public/outcomes/{}", ""),
    ("/api/v1/units?cursor={}", ""),
    ("/api/v1/cases/{}", ""),
    ("/public?q={}", ""),
    ("/case?ref={}", ""),
)


@pytest.mark.slow
def test_no_nasty_address_is_a_bug(world):
    for address, post in LISTS:
        for nasty in QUERIES:
            answer = world.ask("GET", address.format(nasty), post=post)
            assert answer.status_code < 500, (address, nasty, answer.text)


def test_no_nasty_word_in_a_body_is_a_bug(world):
    good = {"mechanism": "suggestions", "kind": "suggestion", "title": "路灯", "text": "坏了"}
    for field in ("mechanism", "kind", "title", "text", "place", "category", "addressed_to", "identity"):
        for nasty in CODES:
            body = json.dumps(good | {field: "NASTY"}, ensure_ascii=False).replace(
                "NASTY", nasty.replace("'", "\\u0027")
            )
            answer = world.client.post("/api/v1/cases", data=body.encode(), content_type="application/json")
            assert answer.status_code in (201, 422), (field, nasty, answer.text)
            assert answer.status_code == 422 or field in {"title", "text"}


def test_what_was_kept_comes_back_as_it_was_sent(world):
    text = "𠮷野家 🙏 👨‍👩‍👧 䶮 ئۇيغۇر \u200f‹›\\ ' \" % <b>"
    assert world.follow(world.submit(title=text))["title"] == text
