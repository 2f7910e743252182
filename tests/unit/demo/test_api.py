"""What a person reads when the API refuses: one line that names the field and the rule."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from infra.demo.api import ApiRefused

CHOICE = {"code": "unprocessable", "message": "one of text, int", "field": "spec.type"}


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            CHOICE | {"rule": "spec.choice"},
            "spec.type: one of text, int (spec.choice) 内容不符合规则",
        ),
        (
            {
                "code": "unprocessable",
                "message": "scope breaks rule missing and 1 more",
                "field": "scope",
                "rule": "missing",
            },
            "scope: breaks rule missing and 1 more 内容不符合规则",
        ),
        (
            {"code": "not_found", "message": "No query has this id.", "field": None, "rule": None},
            "No query has this id 不存在或不可见",
        ),
        (
            {
                "code": "consent_missing",
                "message": "the consent\nwas withdrawn",
                "field": "consent_id",
                "rule": "consent.withdrawn",
            },
            "consent_id: the consent was withdrawn (consent.withdrawn)",
        ),
        ({}, "HTTP 422"),
    ],
)
def test_a_refusal_is_one_line(error: dict[str, Any], sentence: str) -> None:
    refused = ApiRefused("PUT", "/somewhere", httpx.Response(422, json={"error": error}))

    assert refused.sentence == sentence


def test_the_status_is_said_where_nothing_better_is_known() -> None:
    refused = ApiRefused("GET", "/somewhere", httpx.Response(502, text=""))

    assert refused.sentence == "HTTP 502"


def test_a_log_line_also_names_the_call() -> None:
    refused = ApiRefused("GET", "/somewhere", httpx.Response(404, json={"error": CHOICE}))

    assert str(refused) == "GET /somewhere: 404 spec.type: one of text, int 内容不符合规则"
