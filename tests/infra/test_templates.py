"""What holds of every template: tags, names, retention, encryption, no secrets, no exports."""

from __future__ import annotations

import re
from pathlib import Path

from tests.infra.templates import Resource, Template, strings, text_of

TAGS = {"puhui:module", "puhui:environment", "puhui:owner", "puhui:data-class"}
TAGGABLE = {
    "AWS::ApiGateway::RestApi", "AWS::ApiGateway::Stage", "AWS::CloudWatch::Alarm",
    "AWS::DynamoDB::Table", "AWS::Events::EventBus", "AWS::Events::Rule", "AWS::IAM::Role",
    "AWS::KMS::Key", "AWS::Lambda::EventSourceMapping", "AWS::Lambda::Function",
    "AWS::Logs::LogGroup", "AWS::S3::Bucket", "AWS::SNS::Topic", "AWS::SQS::Queue",
    "AWS::SSM::Parameter", "AWS::SecretsManager::Secret", "AWS::StepFunctions::StateMachine",
}  # fmt: skip
UNTAGGABLE = {
    "AWS::ApiGateway::Account", "AWS::ApiGateway::Authorizer", "AWS::ApiGateway::Deployment",
    "AWS::ApiGateway::Method", "AWS::ApiGateway::Resource", "AWS::CloudWatch::Dashboard",
    "AWS::IAM::Policy", "AWS::KMS::Alias", "AWS::Lambda::Alias", "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission", "AWS::Lambda::Version", "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy",
}  # fmt: skip
RETAINED = {
    "AWS::DynamoDB::Table", "AWS::Events::EventBus", "AWS::KMS::Key", "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Version", "AWS::Logs::LogGroup", "AWS::S3::Bucket", "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret", "AWS::StepFunctions::StateMachine",
}  # fmt: skip
NAME_FIELDS = (
    "AlarmName", "DashboardName", "FunctionName", "LayerName", "Name", "QueueName", "TableName",
    "StateMachineName", "TopicName", "BucketName",
)  # fmt: skip
SECRET_SHAPES = re.compile(
    r"AKIA[0-9A-Z]{16}|-----BEGIN|eyJ[A-Za-z0-9_-]{20,}\.|(?i:password|secret)\"?\s*[:=]\s*\"\w{8,}"
)
SOUNDS_SECRET = re.compile(r"SECRET|PASSWORD|TOKEN|PRIVATE|CREDENTIAL|HMAC")
ACCOUNT = re.compile(r"(?<![0-9a-f])\d{12}(?![0-9a-f])")


def test_every_resource_type_is_known_to_these_tests(templates: dict[str, Template]) -> None:
    types = {
        resource["Type"] for template in templates.values() for resource in _resources(template)
    }

    assert types - TAGGABLE - UNTAGGABLE == set()


def test_every_taggable_resource_carries_the_four_tags(templates: dict[str, Template]) -> None:
    untagged = [
        (module, name)
        for module, template in templates.items()
        for name, resource in template.resources.items()
        if resource["Type"] in TAGGABLE and _tags(resource).keys() < TAGS
    ]

    assert untagged == []


def test_the_module_tag_is_the_module(templates: dict[str, Template]) -> None:
    for module, template in templates.items():
        tagged = {
            _tags(resource)["puhui:module"]
            for resource in _resources(template)
            if resource["Type"] in TAGGABLE
        }

        assert tagged == {module}


def test_what_holds_data_outlives_its_stack(templates: dict[str, Template]) -> None:
    lost = [
        (module, name)
        for module, template in templates.items()
        for name, resource in template.resources.items()
        if resource["Type"] in RETAINED
        and not (
            resource.get("DeletionPolicy") == "Retain"
            and resource.get("UpdateReplacePolicy") == "Retain"
        )
    ]

    assert lost == []


def test_every_name_begins_with_project_environment_and_module(
    templates: dict[str, Template],
) -> None:
    for module, template in templates.items():
        for kind in TAGGABLE | {"AWS::CloudWatch::Dashboard"}:
            for properties in template.of_type(kind).values():
                for field in NAME_FIELDS:
                    name = next(strings(properties.get(field, "")), "")
                    if name and not name.startswith(("/", "Fn::", "Ref")):
                        assert name.startswith(("puhui-dev-bus", f"puhui-dev-{module}-"))


def test_every_table_is_recoverable_protected_and_on_demand(
    templates: dict[str, Template],
) -> None:
    for template in templates.values():
        for table in template.of_type("AWS::DynamoDB::Table").values():
            assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
            assert table["DeletionProtectionEnabled"] is True
            assert table["BillingMode"] == "PAY_PER_REQUEST"
            assert table["TimeToLiveSpecification"]["AttributeName"] == "expires_at"


def test_personal_tables_and_all_buckets_but_logs_use_a_key_of_ours(
    templates: dict[str, Template],
) -> None:
    for template in templates.values():
        for resource in _resources(template):
            if resource["Type"] == "AWS::DynamoDB::Table" and _is_personal(resource):
                assert "KMSMasterKeyId" in resource["Properties"]["SSESpecification"]
            if resource["Type"] == "AWS::S3::Bucket":
                rule = resource["Properties"]["BucketEncryption"]
                assert "KMSMasterKeyID" in text_of(rule) or _is_log_bucket(resource)


def test_each_module_with_personal_data_has_a_key_of_its_own(
    templates: dict[str, Template],
) -> None:
    for template in templates.values():
        personal = any(_is_personal(resource) for resource in _resources(template))

        assert bool(template.of_type("AWS::KMS::Key")) >= personal


def test_keys_rotate(templates: dict[str, Template]) -> None:
    for template in templates.values():
        for key in template.of_type("AWS::KMS::Key").values():
            assert key["EnableKeyRotation"] is True


def test_no_partition_and_no_account_is_written_out(templates: dict[str, Template]) -> None:
    for template in templates.values():
        for text in strings(template.body["Resources"]):
            assert "arn:aws" not in text
            assert "amazonaws.com.cn" not in text
            assert not ACCOUNT.search(text)


def test_no_template_holds_a_secret(templates: dict[str, Template]) -> None:
    found = [
        (module, text)
        for module, template in templates.items()
        for text in strings(template.body)
        if SECRET_SHAPES.search(text)
    ]

    assert found == []


def test_a_variable_that_sounds_secret_only_names_where_the_secret_lies(
    templates: dict[str, Template],
) -> None:
    telling = [
        (module, name)
        for module, template in templates.items()
        for function in template.functions.values()
        for name in function["Environment"]["Variables"]
        if SOUNDS_SECRET.search(name) and not name.endswith(("_ARN", "_NAME", "_PREFIX"))
    ]

    assert telling == []


def test_secrets_are_generated_and_reach_functions_as_arns_only(
    templates: dict[str, Template],
) -> None:
    for template in templates.values():
        for secret in template.of_type("AWS::SecretsManager::Secret").values():
            assert "SecretString" not in secret
            assert secret["GenerateSecretString"]["PasswordLength"] >= 64
        for function in template.functions.values():
            assert "resolve:secretsmanager" not in text_of(function["Environment"])


def test_stacks_export_and_import_nothing(templates: dict[str, Template]) -> None:
    for template in templates.values():
        assert "Outputs" not in template.body
        assert "Fn::ImportValue" not in template.path.read_text(encoding="utf-8")


def test_other_stacks_values_come_from_parameters_that_somebody_publishes(
    templates: dict[str, Template],
) -> None:
    published = {
        parameter["Name"]
        for template in templates.values()
        for parameter in template.of_type("AWS::SSM::Parameter").values()
    }
    read = {
        parameter["Default"]
        for template in templates.values()
        for parameter in template.body.get("Parameters", {}).values()
        if parameter["Default"].startswith("/puhui/")
    }

    assert read - published == set()


def test_each_module_has_a_business_and_a_resources_dashboard(
    templates: dict[str, Template],
) -> None:
    for module, template in templates.items():
        names = {
            one["DashboardName"] for one in template.of_type("AWS::CloudWatch::Dashboard").values()
        }

        assert names == {f"puhui-dev-{module}-business", f"puhui-dev-{module}-resources"}


def test_every_alarm_tells_somebody_and_says_what_to_do(templates: dict[str, Template]) -> None:
    for template in templates.values():
        for alarm in template.of_type("AWS::CloudWatch::Alarm").values():
            assert alarm["AlarmActions"]
            assert alarm["AlarmDescription"].count("。") >= 2


def test_no_api_logs_bodies_or_callers_addresses(templates: dict[str, Template]) -> None:
    for template in templates.values():
        for stage in template.of_type("AWS::ApiGateway::Stage").values():
            access_log = stage["AccessLogSetting"]["Format"]

            assert stage["MethodSettings"][0]["DataTraceEnabled"] is False
            assert "sourceIp" not in access_log
            assert "$context.path" not in access_log
            assert stage["MethodSettings"][0]["ThrottlingRateLimit"] > 0


def test_every_method_is_authorised_unless_its_route_is_public(
    templates: dict[str, Template],
) -> None:
    open_methods = {
        module: count
        for module, template in templates.items()
        if (
            count := sum(
                method["AuthorizationType"] == "NONE"
                for method in template.of_type("AWS::ApiGateway::Method").values()
            )
        )
    }

    assert open_methods.pop("extdata") == 1  # where providers deliver, signed
    assert open_methods.pop("servicing") == 2  # where the core bank tells of money, signed
    assert set(open_methods) == {"sandbox"}


def test_assets_hold_one_modules_code_and_no_bytecode(assemblies: dict[str, Path]) -> None:
    made = (assemblies["all"] / "manifest.json").stat().st_mtime
    for asset in assemblies["all"].glob("asset.*"):
        # The local cloud runs functions where they lie; what it compiles is newer.
        bytecode = [path for path in asset.rglob("*.pyc") if path.stat().st_mtime <= made]
        modules = [path for path in asset.iterdir() if (path / "api.py").is_file()]

        assert bytecode == []
        assert len(modules) <= 1
        assert not list(asset.rglob("training"))


def _resources(template: Template) -> list[Resource]:
    return list(template.resources.values())


def _tags(resource: Resource) -> dict[str, str]:
    tags = resource["Properties"].get("Tags", [])
    if isinstance(tags, dict):
        return tags
    return {tag["Key"]: tag["Value"] for tag in tags}


def _is_personal(resource: Resource) -> bool:
    return resource["Type"] in TAGGABLE and (_tags(resource).get("puhui:data-class") == "personal")


def _is_log_bucket(resource: Resource) -> bool:
    return "access-logs" in text_of(resource["Properties"])
