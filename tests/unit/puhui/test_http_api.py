"""The HTTP edge: every way a body can be wrong has a status, a code, a field and a rule."""

from __future__ import annotations

import json

import pytest

from tests.support.api import call
from tests.support.lending_api import app, post, problem


def test_a_good_request_is_answered_with_its_model_and_status() -> None:
    answer = post(key="good")

    assert answer.status == 201
    assert answer.body["amount_fen"] == 100


def test_every_answer_has_the_same_headers() -> None:
    for answer in (post(), post({}), call(app, "GET", "/nowhere")):
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Correlation-Id"]


def test_a_correlation_id_of_the_client_is_kept_and_an_odd_one_replaced() -> None:
    assert post(headers={"X-Correlation-Id": "app-1"}).headers["X-Correlation-Id"] == "app-1"
    odd = post(headers={"x-correlation-id": "a b\r\nSet-Cookie: x"}).headers["X-Correlation-Id"]
    assert odd.startswith("req-")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("", (415, "unsupported_media_type", None, "content_type")),
        ("{", (400, "bad_request", None, "json")),
        ("[]", (422, "unprocessable", None, "model_type")),
        ("null", (422, "unprocessable", None, "model_type")),
        ('{"amount_fen": NaN}', (400, "bad_request", None, "json.number")),
        ('{"amount_fen": Infinity}', (400, "bad_request", None, "json.number")),
        ('{"amount_fen": 1, "amount_fen": 2}', (400, "bad_request", None, "json.duplicate_key")),
        ("[" * 33 + "]" * 33, (400, "bad_request", None, "json.depth")),
        ('{"amount_fen": 1, "party": {"name": "甲"}, "bank_id": "south"}',
         (422, "unprocessable", "bank_id", "extra_forbidden")),
        ('{"amount_fen": 1.0, "party": {"name": "甲"}}',
         (422, "unprocessable", "amount_fen", "int_type")),
        ('{"amount_fen": "1", "party": {"name": "甲"}}',
         (422, "unprocessable", "amount_fen", "int_type")),
        ('{"amount_fen": true, "party": {"name": "甲"}}',
         (422, "unprocessable", "amount_fen", "int_type")),
        ('{"amount_fen": 0, "party": {"name": "甲"}}',
         (422, "unprocessable", "amount_fen", "greater_than")),
        ('{"amount_fen": 1, "party": {"name": ""}}',
         (422, "unprocessable", "party.name", "string_too_short")),
        ('{"amount_fen": 1}', (422, "unprocessable", "party", "missing")),
        (" " * 2_001, (413, "payload_too_large", None, "body.size")),
        ("普" * 700, (413, "payload_too_large", None, "body.size")),
    ],
)  # fmt: skip
def test_a_bad_body_is_refused_by_name(
    raw: str, expected: tuple[int, str, str | None, str | None]
) -> None:
    headers = {"Content-Type": "application/json"} if raw else {"Content-Type": ""}

    assert problem(post(raw=raw, headers=headers)) == expected


def test_a_refused_value_is_not_repeated_in_the_answer() -> None:
    answer = post({"amount_fen": 1, "party": {"name": "甲" * 30}, "phone": "13800138000"})

    assert "13800138000" not in json.dumps(answer.body)
    assert "甲甲" not in json.dumps(answer.body, ensure_ascii=False)


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/json5", "application/json; charset=gbk", "text/json", "*/*"],
)
def test_another_content_type_is_refused(content_type: str) -> None:
    assert problem(post(headers={"Content-Type": content_type}))[:2] == (
        415,
        "unsupported_media_type",
    )


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_with_a_charset_is_json(content_type: str) -> None:
    assert post(key="charset", headers={"Content-Type": content_type}).status == 201
