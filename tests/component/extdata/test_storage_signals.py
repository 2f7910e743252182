"""Metrics and log lines: what dashboards count, never about whom; fingerprints are blind."""

from __future__ import annotations

import json
from typing import Any

import pytest

from extdata.adapters.blind_fingerprints import BlindFingerprints
from extdata.adapters.emf_signals import EmfSignals
from puhui.blind_index import BlindIndex
from puhui.errors import Unprocessable
from tests.support.extdata import (
    BANK,
    a_gate,
    a_person,
    a_query,
    a_subject,
    an_attempt,
)

KEY = bytes(range(32))
Line = dict[str, Any]


def emitted(capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, list[Line]], list[Line]]:
    """Values by metric name (in total), and the log lines."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    values: dict[str, list[Line]] = {}
    for line in lines:
        for directive in line.get("_aws", {}).get("CloudWatchMetrics", []):
            for metric in directive["Metrics"]:
                values.setdefault(metric["Name"], []).append(line)
    return values, [line for line in lines if "_aws" not in line]


def test_an_answer_counts_status_cost_and_each_providers_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    failed = an_attempt(outcome="provider.timeout", provider_id="sbx-court", provider_ms=1500)
    EmfSignals().answered(a_query(attempts=(failed, an_attempt(number=2)), gateway_ms=7))

    metrics, _ = emitted(capsys)

    assert {line["status"] for line in metrics["QueryAnswered"] if "status" in line} == {"hit"}
    assert {line["provider"] for line in metrics["ProviderMs"] if "provider" in line} == {
        "sbx-court",
        "sbx-tax",
    }
    assert metrics["QueryCostFen"][0]["QueryCostFen"] == [160.0]
    assert "CacheHit" not in metrics


def test_a_cached_answer_counts_as_such_and_costs_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    EmfSignals().answered(a_query(cached=True, attempts=()))

    metrics, (line,) = emitted(capsys)

    assert "CacheHit" in metrics
    assert "QueryCostFen" not in metrics
    assert (line["cached"], line["cost_fen"]) == (True, 0)


def test_a_line_tells_ids_and_numbers_and_not_the_subject(
    capsys: pytest.CaptureFixture[str],
) -> None:
    query = a_query(subject_key=BlindFingerprints(BlindIndex(KEY)).of(a_person()))
    EmfSignals().answered(query)

    text = capsys.readouterr().out

    assert "qry-1" in text
    assert "dropped_keys" not in text
    assert query.subject_key not in text


@pytest.mark.parametrize(
    ("rule", "counted"), [("limit.daily", "QuotaStopped"), ("limit.rate", "RateStopped")]
)
def test_a_stop_by_quota_is_told_apart_from_one_by_rate(
    capsys: pytest.CaptureFixture[str], rule: str, counted: str
) -> None:
    EmfSignals().limit_stop(BANK, a_gate(daily=10), rule)

    metrics, (line,) = emitted(capsys)

    assert {"QuotaStopped", "RateStopped"} & set(metrics) == {counted}
    assert (line["gate"], line["rule"]) == ("provider:sbx-tax", rule)


def test_a_warning_names_gate_and_quota(capsys: pytest.CaptureFixture[str]) -> None:
    EmfSignals().limit_warning(BANK, a_gate(daily=10), "daily")

    metrics, (line,) = emitted(capsys)

    assert {"QuotaWarned", "QuotaUsedPercent"} <= set(metrics)
    assert (line["gate"], line["quota"]) == ("provider:sbx-tax", "daily")


def test_every_spelling_of_a_number_has_one_fingerprint_and_each_field_its_own() -> None:
    prints = BlindFingerprints(BlindIndex(KEY))

    firm = prints.of(a_subject(uscc="91340100ma2n000008"))

    assert firm == prints.of(a_subject(uscc=" 91340100-MA2N000008")) != prints.of(a_person())
    assert firm.startswith("uscc:")
    assert prints.of_number("id_number", "91340100MA2N000008") != firm.replace("uscc", "id_number")


def test_another_secret_gives_other_fingerprints() -> None:
    here, there = (BlindFingerprints(BlindIndex(key)) for key in (KEY, bytes(32)))

    assert here.of(a_subject()) != there.of(a_subject())


def test_a_subject_without_its_number_has_no_fingerprint() -> None:
    with pytest.raises(Unprocessable):
        BlindFingerprints(BlindIndex(KEY)).of(a_subject(uscc=None))
