"""Metrics of the night and of the chains: what boards show and alarms wait for."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from extdata.adapters.emf_finance_signals import EmfFinanceSignals
from extdata.domain.quality import DayQuality, FieldQuality
from extdata.handlers import chain_audit
from tests.support.extdata import BANK


def emitted(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, Any]]:
    """The first line of each metric, by its name: the one with every dimension."""
    found: dict[str, dict[str, Any]] = {}
    for text in capsys.readouterr().out.splitlines():
        line = json.loads(text)
        for directive in line.get("_aws", {}).get("CloudWatchMetrics", []):
            for metric in directive["Metrics"]:
                found.setdefault(metric["Name"], line)
    return found


def a_day(**changes: Any) -> DayQuality:
    """Nine of ten calls answered, eight hits, one field that is null in a quarter and drifted."""
    fields: dict[str, Any] = {
        "bank_id": BANK,
        "provider_id": "sbx-tax",
        "connector_id": "sbx-tax-returns",
        "on": date(2026, 11, 2),
        "calls": 10,
        "answered": 9,
        "hits": 8,
        "misses": 2,
        "p50_ms": 10,
        "p95_ms": 20,
        "p99_ms": 30,
        "fields": {
            "returns.sales_fen": FieldQuality(documents=8, null_ppm=250_000, psi_millionths=312_345)
        },
    }
    return DayQuality(**(fields | changes))


def test_a_measured_day_is_told_by_provider(capsys: pytest.CaptureFixture[str]) -> None:
    EmfFinanceSignals().measured(a_day())

    lines = emitted(capsys)
    assert {name: line[name] for name, line in lines.items()} == {
        "AvailabilityPercent": [90],
        "HitPercent": [80],
        "NullPercent": [25],
        "DriftPsiThousandths": [312],
    }
    assert {(line["bank_id"], line["provider"]) for line in lines.values()} == {(BANK, "sbx-tax")}


def test_what_is_unknown_is_not_told_as_nought(capsys: pytest.CaptureFixture[str]) -> None:
    EmfFinanceSignals().measured(a_day(hits=0, misses=0, fields={}))

    assert set(emitted(capsys)) == {"AvailabilityPercent"}


def test_a_record_that_nobody_can_read_wakes_somebody(capsys: pytest.CaptureFixture[str]) -> None:
    poison = {"dynamodb": {"SequenceNumber": "1", "NewImage": {"sk": {"S": "qry-1.hit"}}}}

    chain_audit.handler({"Records": [poison]}, None)

    assert emitted(capsys)["AuditRecordUnreadable"]["AuditRecordUnreadable"] == [1]
