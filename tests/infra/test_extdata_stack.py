"""External data in IAM and in alarms: what is written once stays, what breaks is told."""

from __future__ import annotations

from typing import Any

from tests.infra.templates import Template, many, text_of

CHANGES = {"dynamodb:UpdateItem", "dynamodb:DeleteItem"}


def test_meters_audit_records_and_prices_are_never_changed(templates: dict[str, Template]) -> None:
    extdata = templates["extdata"]
    open_to_change = {
        name
        for name, function in extdata.functions.items()
        if _touches_the_table(extdata.statements(function["Role"]))
        and not _denied(extdata.statements(function["Role"]))
    }

    assert open_to_change == set()


def test_only_the_api_writes_keys_of_providers(templates: dict[str, Template]) -> None:
    extdata = templates["extdata"]
    writers = {
        name
        for name, function in extdata.functions.items()
        for statement in extdata.statements(function["Role"])
        if "secretsmanager:PutSecretValue" in many(statement["Action"])
    }

    assert writers == {"api"}


def test_a_breaker_both_quota_lines_and_an_unreadable_audit_record_wake_somebody(
    templates: dict[str, Template],
) -> None:
    alarms = templates["extdata"].of_type("AWS::CloudWatch::Alarm").values()
    told = {one["MetricName"] for one in alarms if one["Namespace"] == "Puhui"}

    assert told == {"BreakerOpened", "QuotaWarned", "QuotaStopped", "AuditRecordUnreadable"}


def test_only_the_api_lists_versions_and_those_of_seals_only(
    templates: dict[str, Template],
) -> None:
    extdata = templates["extdata"]
    grants = {
        name: text_of(statement["Condition"])
        for name, function in extdata.functions.items()
        for statement in extdata.statements(function["Role"])
        if "s3:ListBucketVersions" in many(statement["Action"])
    }

    assert list(grants) == ["api"]
    assert "audit-seals/*" in grants["api"]


def test_breakers_quotas_bills_and_quality_are_on_the_business_board(
    templates: dict[str, Template],
) -> None:
    boards = templates["extdata"].of_type("AWS::CloudWatch::Dashboard").values()
    texts = [text_of(one["DashboardBody"]) for one in boards]

    for metric in ("BreakerOpened", "QuotaUsedPercent", "BillFen", "NullPercent", "ProviderMs"):
        assert sum(metric in text for text in texts) == 1


def _touches_the_table(statements: list[dict[str, Any]]) -> bool:
    return any(
        statement["Effect"] == "Allow" and "dynamodb:PutItem" in many(statement["Action"])
        for statement in statements
    )


def _denied(statements: list[dict[str, Any]]) -> bool:
    return any(
        statement["Effect"] == "Deny"
        and set(many(statement["Action"])) == CHANGES
        and "BANK#*#METER#*" in text_of(statement["Condition"])
        and "BANK#*#AUDIT#*" in text_of(statement["Condition"])
        for statement in statements
    )
