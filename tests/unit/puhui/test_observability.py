"""Logs hold ids and numbers, never people; errors leave a function without their data (T14)."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from puhui.errors import Conflict, PuhuiError, Unprocessable, UpstreamUnavailable
from puhui.log_keys import ALLOWED_KEYS
from puhui.observability import correlation_id_of, instrument, logger, masked, metrics, trace_id
from puhui.safe_errors import UnexpectedFailure, safe_error
from puhui.sqs import each_record, json_body

Capture = pytest.CaptureFixture[str]
PERSONAL = [
    "13800138000",
    "11010519491231002X",
    "91350100M000100Y43",
    "6222021234567890123",
    "a@b.cn",
]


def lines(captured: Capture) -> list[dict[str, Any]]:
    return [json.loads(line) for line in captured.readouterr().out.splitlines()]


def test_allowed_keys_are_written(capsys: Capture) -> None:
    logger.info("application submitted", application_id="app-1", amount_fen=100, outcome="ok")

    (line,) = lines(capsys)
    assert (line["message"], line["application_id"], line["amount_fen"]) == (
        "application submitted",
        "app-1",
        100,
    )


def test_another_key_is_dropped_and_named(capsys: Capture) -> None:
    logger.warning("odd", name="张三", phone="13800138000", count=1)

    (line,) = lines(capsys)
    assert line["dropped_keys"] == ["name", "phone"]
    assert "张三" not in json.dumps(line, ensure_ascii=False)
    assert line["count"] == 1


@pytest.mark.parametrize("value", PERSONAL)
def test_what_looks_like_a_person_is_masked_even_under_an_allowed_key(
    value: str, capsys: Capture
) -> None:
    logger.info(f"sent to {value}", customer_id=value, items=[value, {"x": value}])

    (line,) = lines(capsys)
    assert value not in json.dumps(line)
    assert line["customer_id"] == "****"


@pytest.mark.parametrize(
    "value",
    [
        "app-01m85aawpjesxn22qr2enzypvr",
        "2026-08-03T01:02:03.000456Z",
        "arn:aws-cn:x:123456789012:y",
        "a" * 64,
    ],
)
def test_ids_of_our_own_are_not_masked(value: str) -> None:
    assert masked(value) == value


@given(st.from_regex(r"\A1[3-9][0-9]{9}\Z", fullmatch=True), st.sampled_from([" ", ",", "：", ""]))
def test_every_phone_number_is_masked(phone: str, around: str) -> None:
    assert phone not in masked(f"电话{around}{phone}{around}。")


def test_texts_and_lists_are_bounded(capsys: Capture) -> None:
    logger.info("long", application_id="x" * 5_000, items=list(range(500)))

    (line,) = lines(capsys)
    assert len(line["application_id"]) == 256
    assert len(line["items"]) == 50


def test_numbers_keep_their_kind_and_objects_only_their_class(capsys: Capture) -> None:
    logger.info("kinds", score=1.5, total=Decimal("1.50"), outcome=True, state=object())

    (line,) = lines(capsys)
    assert [line[key] for key in ("score", "total", "outcome", "state")] == [
        1.5,
        "1.50",
        True,
        "<object>",
    ]


def test_no_allowed_key_names_a_person() -> None:
    words = {
        "name",
        "phone",
        "id_number",
        "address",
        "account",
        "payload",
        "body",
        "event",
        "reason",
    }

    assert not ALLOWED_KEYS & words


def test_of_a_foreign_error_only_class_and_place_are_logged(capsys: Capture) -> None:
    try:
        raise ValueError("张三 13800138000")
    except ValueError as error:
        logger.error("failed", error=error)

    (line,) = lines(capsys)
    assert line["error_class"] == "ValueError"
    assert line["error_at"].startswith("test_observability.py:")
    assert "张三" not in json.dumps(line, ensure_ascii=False)


def test_of_our_error_code_rule_and_field_are_logged(capsys: Capture) -> None:
    logger.error("refused", error=Conflict("x", field="amount_fen", rule="payment.same_amount"))

    (line,) = lines(capsys)
    assert (line["error_class"], line["error_code"], line["rule"], line["field"]) == (
        "Conflict",
        "conflict",
        "payment.same_amount",
        "amount_fen",
    )


class Input(BaseModel):
    """Something to validate."""

    amount: int


def fail(error: Exception) -> Any:
    @instrument
    def handler(event: Any, context: object) -> Any:
        raise error

    return handler


def test_a_handler_leaves_one_line(capsys: Capture) -> None:
    @instrument
    def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
        return {"done": True}

    assert handler({"correlation_id": "app-1"}, None) == {"done": True}
    handler({}, None)

    first, second = lines(capsys)
    assert (first["message"], first["outcome"], first["correlation_id"]) == ("done", "ok", "app-1")
    assert (first["cold_start"], second["cold_start"]) == (True, False)
    assert "correlation_id" not in second or second["correlation_id"] is None


def test_our_error_leaves_a_handler_as_it_is() -> None:
    error = UpstreamUnavailable("core banking")

    with pytest.raises(UpstreamUnavailable) as caught:
        fail(error)({}, None)

    assert caught.value is error


def test_a_foreign_error_leaves_a_handler_without_its_message(capsys: Capture) -> None:
    with pytest.raises(UnexpectedFailure) as caught:
        fail(ValueError("张三 13800138000"))({}, None)

    assert str(caught.value) == "unexpected ValueError"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert "张三" not in capsys.readouterr().out


def test_invalid_input_leaves_a_handler_as_field_and_rule() -> None:
    @instrument
    def handler(event: dict[str, Any], context: object) -> None:
        Input.model_validate(event)

    with pytest.raises(Unprocessable) as caught:
        handler({"amount": "13800138000x"}, None)

    assert (caught.value.field, caught.value.rule) == ("amount", "int_parsing")
    assert "13800138000" not in str(caught.value)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ReadTimeoutError(endpoint_url="https://x"), UpstreamUnavailable),
        (
            ClientError(
                {"Error": {"Code": "InternalError"}, "ResponseMetadata": {"HTTPStatusCode": 503}},  # type: ignore[typeddict-item]
                "PutItem",
            ),
            UpstreamUnavailable,
        ),
        (ClientError({"Error": {"Code": "ThrottlingException"}}, "PutItem"), UpstreamUnavailable),
        (ClientError({"Error": {"Code": "AccessDenied"}}, "PutItem"), UnexpectedFailure),
        (ZeroDivisionError(), UnexpectedFailure),
    ],
)
def test_only_what_a_repetition_may_cure_is_retryable(
    error: Exception, expected: type[PuhuiError]
) -> None:
    assert type(safe_error(error)) is expected


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"correlation_id": "a"}, "a"),
        ({"detail": {"correlation_id": "b"}}, "b"),
        ({"headers": {"X-Correlation-Id": "c"}}, "c"),
        ({"Records": []}, None),
        ([], None),
        (None, None),
    ],
)
def test_the_correlation_id_is_found_where_events_keep_it(event: Any, expected: str | None) -> None:
    assert correlation_id_of(event) == expected


def test_a_metric_is_one_line_in_our_namespace(capsys: Capture) -> None:
    metrics.count("LoanBooked", bank_id="north")

    (line,) = lines(capsys)
    described = line["_aws"]["CloudWatchMetrics"][0]
    assert described["Namespace"] == "Puhui"
    assert described["Metrics"] == [{"Name": "LoanBooked", "Unit": "Count"}]
    assert (line["LoanBooked"], line["bank_id"]) == ([1.0], "north")


def test_the_trace_of_an_invocation(monkeypatch: pytest.MonkeyPatch) -> None:
    assert trace_id() is None
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-abc-def;Parent=1;Sampled=1")
    assert trace_id() == "1-abc-def"


def test_records_fail_on_their_own(capsys: Capture) -> None:
    seen: list[int] = []

    def receive(record: dict[str, Any]) -> None:
        number = json_body(record)["n"]
        if number == 2:
            raise ValueError("张三")
        seen.append(number)

    batch = [{"messageId": f"m{n}", "body": json.dumps({"n": n})} for n in (1, 2, 3)]
    answer = each_record({"Records": [*batch, {"messageId": "m4", "body": "{"}]}, receive)

    assert seen == [1, 3]
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m2"}, {"itemIdentifier": "m4"}]}
    assert "张三" not in capsys.readouterr().out


@pytest.mark.parametrize("body", ["[]", "1", "", "NaN"])
def test_a_message_is_a_json_object(body: str) -> None:
    with pytest.raises(PuhuiError):
        json_body({"body": body})
