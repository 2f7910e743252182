"""The gate of cdk-nag works: it looks at our resources, and what is not acknowledged fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs

from infra import nag
from tests.infra.templates import Template

RESOURCES_PER_MODULE = 20
"""Less than the smallest module has; an empty synthesis would pass every rule."""


def _report(app: App) -> str:
    """Synthesise what must fail, and answer the report of the rules that did."""
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    return (Path(app.outdir) / "validation-report.json").read_text(encoding="utf-8")


@pytest.fixture
def app(tmp_path: Path) -> App:
    app = App(analytics_reporting=False, outdir=str(tmp_path))
    nag.register_packs(app)
    return app


def test_the_whole_app_passed_with_nothing_unacknowledged(assemblies: dict[str, Path]) -> None:
    reports = [
        json.loads((path / "validation-report.json").read_text(encoding="utf-8"))
        for path in assemblies.values()
    ]

    assert [report["pluginReports"] for report in reports] == [[]] * len(assemblies)


def test_the_gate_saw_resources(templates: dict[str, Template]) -> None:
    small = {m: len(t.resources) for m, t in templates.items()}

    assert {m: n for m, n in small.items() if n < RESOURCES_PER_MODULE} == {}


def test_an_unacknowledged_finding_fails_the_synthesis(app: App) -> None:
    sqs.Queue(Stack(app, "Trial"), "Bare")

    report = _report(app)

    assert "AwsSolutions-SQS3" in report
    assert "Serverless-SQSRedrivePolicy" in report


def test_an_acknowledgement_covers_its_own_construct_only(app: App) -> None:
    stack = Stack(app, "Trial")
    nag.acknowledge(s3.Bucket(stack, "Accepted", enforce_ssl=True), "AwsSolutions-S1")
    s3.Bucket(stack, "Other", enforce_ssl=True)

    report = json.loads(_report(app))

    found = [
        construct["constructPath"]
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
        for construct in violation["violatingConstructs"]
    ]
    assert found == ["Trial/Other/Resource"]


def test_a_wildcard_is_accepted_for_exactly_one_resource(app: App) -> None:
    stack = Stack(app, "Trial")
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "documents")
    accepted, other = bucket.arn_for_objects("intake/*"), bucket.arn_for_objects("*")
    for resource in (accepted, other):
        role.add_to_policy(iam.PolicyStatement(actions=["s3:GetObject"], resources=[resource]))
    nag.acknowledge_wildcards(role, [accepted], "Documents of intake only.")

    report = _report(app)

    assert "documents/*]" in report
    assert "intake/*]" not in report


def test_every_accepted_finding_has_a_sentence() -> None:
    short = [rule for rule, reason in nag.REASONS.items() if len(reason.split()) < 8]

    assert short == []
    assert all(reason.rstrip().endswith(".") for reason in nag.REASONS.values())
