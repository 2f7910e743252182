"""Business metrics: one line each, in CloudWatch's embedded format."""

from __future__ import annotations

import json

import pytest

from puhui.observability import metrics


def _dimensions(output: str) -> list[list[str]]:
    found = [json.loads(line) for line in output.splitlines()]
    return [sorted(line["_aws"]["CloudWatchMetrics"][0]["Dimensions"][0]) for line in found]


def test_a_fact_of_a_bank_is_written_once(capsys: pytest.CaptureFixture[str]) -> None:
    metrics.count("LoanBooked", bank_id="north")

    assert _dimensions(capsys.readouterr().out) == [["bank_id", "service"]]


def test_a_fact_with_dimensions_is_also_written_for_alarms(
    capsys: pytest.CaptureFixture[str],
) -> None:
    metrics.percent("QuotaUsedPercent", 80, bank_id="north", gate="provider:sbx-tax")

    assert _dimensions(capsys.readouterr().out) == [["bank_id", "gate", "service"], ["service"]]
