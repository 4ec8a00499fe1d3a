"""The parts of the OpenAPI document that every service shares: the problem document, headers, path parameters."""

from collections.abc import Mapping
from typing import Any

from shared.errors import Refusal
from shared.web.i18n import translate


def _text(description: str, example: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, "examples": [example], **more}


PROBLEM: Mapping[str, Any] = {
    "type": "object",
    "description": "A refusal (RFC 9457). A program reads `code` and `errors[].field`; a person reads the rest.",
    "required": ["type", "title", "status", "detail", "code", "next_action", "errors", "trace"],
    "additionalProperties": False,
    "properties": {
        "type": _text("The problem's name as a URI.", "urn:lianxin:problem:unknown-code"),
        "title": _text("What is wrong, in one sentence.", "本县没有“atlantis”。"),
        "status": {"type": "integer", "description": "The HTTP status again.", "examples": [422]},
        "detail": _text("What is wrong and what to do, for a person.", "本县没有“atlantis”。请从列表中选择。"),
        "code": _text("The problem's stable name.", "unknown-code"),
        "next_action": _text("What to do.", "请从列表中选择。"),
        "errors": {
            "type": "array",
            "description": "Each field that needs another look.",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "additionalProperties": False,
                "properties": {
                    "field": _text("The field's path; empty for the whole.", "about.units.0"),
                    "message": _text("What is wrong with it.", "本县没有“atlantis”。"),
                },
            },
        },
        "trace": _text("Name it when you ask us: it is in our log.", "4f1d2c3b4a596877"),
    },
}
PARAMETERS: Mapping[str, Any] = {
    "Accept-Language": {
        "name": "Accept-Language",
        "in": "header",
        "description": "`zh` (the county's default) or `en`: the language of every sentence in the answer.",
        "schema": {"type": "string", "examples": ["zh-CN"]},
    },
    "Idempotency-Key": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "A random UUID of your own. The same request with the same key, sent again within 24 hours, is "
        "done once and gets the first answer again; with another body it is refused with 409.",
        "schema": {
            "type": "string",
            "minLength": 1,
            "maxLength": 255,
            "pattern": "^[!-~]([ -~]*[!-~])?$",
            "examples": ["0d6c1c6e-52a4-4d0e-9a0b-2f0f3c4b5a69"],
        },
    },
    "If-None-Match": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The ETag you have: 304 where nothing has changed.",
        "schema": {"type": "string", "examples": ['"0f5c1a9e8d7b6c5a4f3e2d1c"']},
    },
    "If-Match": {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag of the case you saw: 412 where somebody else moved the case in the meantime.",
        "schema": {
            "type": "string",
            "pattern": '^(\\*|(W/)?"[0-9]{1,9}(\\.[0-9a-f]*)?")$',
            "examples": ['"3.0f5c1a9e8d7b6c5a4f3e2d1c"'],
        },
    },
}
GIVEN: Mapping[str, Any] = {
    "ETag": {
        "description": "Names this version of what you got.",
        "schema": {"type": "string", "examples": ['"3.0f5c1a9e8d7b6c5a4f3e2d1c"']},
    },
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string", "examples": ["1800"]}},
    "WWW-Authenticate": {"description": "A bearer token is asked for.", "schema": {"type": "string"}},
    "X-Correlation-ID": {
        "description": "The id under which this request is in our log; one that you send is taken over.",
        "schema": {"type": "string", "examples": ["4f1d2c3b4a596877"]},
    },
}
TAKEN = {401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After"}
PATHS: Mapping[str, Mapping[str, Any]] = {
    "reference": {
        "description": "The case's reference, however it is typed: `QH-7K4M-9T2P-C`.",
        "schema": {"type": "string", "minLength": 1, "examples": ["QH-7K4M-9T2P-C"]},
    },
    "step": {
        "description": "The step's name as `offers` gives it; a space may be written as a hyphen.",
        "schema": {"type": "string", "minLength": 1, "examples": ["withdraw"]},
    },
    "blob": {
        "description": "The file's id as the case's `files` gives it.",
        "schema": {"type": "string", "minLength": 1, "examples": ["9f" * 32]},
    },
    "mechanism": {
        "description": "The mechanism's name as the list gives it.",
        "schema": {"type": "string", "minLength": 1, "examples": ["petitions"]},
    },
    "guide": {
        "description": "The guide's name as its mechanism gives it.",
        "schema": {"type": "string", "minLength": 1, "examples": ["legal-road"]},
    },
    "name": {
        "description": "The outcome's id as the list gives it.",
        "schema": {"type": "string", "minLength": 1, "examples": ["5b0c3f2a9d8e7c6b"]},
    },
}
FILLED = {"value": "atlantis", "name": "现场.jpg", "kind": "votes/ballot", "most": 10, "wanted": "application/json",
          "scope": "desk", "why": "…", "needs": "…", "login": "…", "post": "…"}  # fmt: skip


def problem_example(status: int, code: str, refusal: type[Refusal] | None) -> dict[str, Any]:
    """Show a problem as a resident's program gets it."""
    title = translate("zh", refusal.message, **FILLED) if refusal else "我们这边出了问题，您已提交的内容是安全的。"
    action = translate("zh", refusal.next_action) if refusal else "请几分钟后再试。"
    return {
        "type": f"urn:lianxin:problem:{code}",
        "title": title,
        "status": status,
        "detail": f"{title} {action}",
        "code": code,
        "next_action": action,
        "errors": [],
        "trace": "4f1d2c3b4a596877",
    }
