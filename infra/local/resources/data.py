"""Creates what keeps data: tables, buckets, keys, parameters, secrets."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Mapping
from typing import Any

from infra.local.intrinsics import Made
from infra.local.resources.context import Context, Wanted

DEFAULT_PASSWORD_LENGTH = 32


def create_table(context: Context, wanted: Wanted) -> Made:
    """`AWS::DynamoDB::Table`, and `GlobalTable` as CDK's TableV2 makes it."""
    client = context.client("dynamodb")
    properties = wanted.properties
    name = wanted.name("TableName", limit=255)
    request: dict[str, Any] = {
        "TableName": name,
        "KeySchema": properties["KeySchema"],
        "AttributeDefinitions": properties["AttributeDefinitions"],
        "BillingMode": "PAY_PER_REQUEST",
    }
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        if indexes := properties.get(kind):
            kept = ("IndexName", "KeySchema", "Projection")
            request[kind] = [{field: index[field] for field in kept} for index in indexes]
    if stream := properties.get("StreamSpecification"):
        view = stream["StreamViewType"]
        request["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": view}
    table = client.create_table(**request)["TableDescription"]
    ttl = properties.get("TimeToLiveSpecification", {})
    if ttl.get("Enabled"):
        fields = {"AttributeName": ttl["AttributeName"], "Enabled": True}
        client.update_time_to_live(TableName=name, TimeToLiveSpecification=fields)
    stream_arn = table.get("LatestStreamArn", "")
    context.deployed.tables[name] = stream_arn
    attributes = {"Arn": table["TableArn"], "TableId": table.get("TableId", name)}
    if stream_arn:
        attributes["StreamArn"] = stream_arn
    return Made(ref=name, attributes=attributes)


def create_bucket(context: Context, wanted: Wanted) -> Made:
    """`AWS::S3::Bucket` with versioning, object lock, encryption and notifications."""
    client = context.client("s3")
    properties = wanted.properties
    name = wanted.name("BucketName", limit=63).lower()
    lock = bool(properties.get("ObjectLockEnabled"))
    client.create_bucket(
        Bucket=name,
        CreateBucketConfiguration={"LocationConstraint": context.account.region},
        **({"ObjectLockEnabledForBucket": True} if lock else {}),
    )
    if properties.get("VersioningConfiguration", {}).get("Status") == "Enabled":
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    if rule := properties.get("ObjectLockConfiguration", {}).get("Rule"):
        configuration = {
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": _with_numbers(rule["DefaultRetention"])},
        }
        client.put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=configuration)
    if notifications := properties.get("NotificationConfiguration"):
        context.pending_notifications.append((name, notifications))
    context.deployed.buckets.append(name)
    account = context.account
    domain = f"{name}.s3.{account.region}.{account.url_suffix}"
    attributes = {
        "Arn": f"arn:{account.partition}:s3:::{name}",
        "DomainName": domain,
        "RegionalDomainName": domain,
    }
    return Made(ref=name, attributes=attributes)


def _with_numbers(retention: Mapping[str, Any]) -> dict[str, Any]:
    return {k: int(v) if k in ("Days", "Years") else v for k, v in retention.items()}


def create_notifications(context: Context, wanted: Wanted) -> Made:
    """`Custom::S3BucketNotifications`, which CDK uses to break a circle of references."""
    properties = wanted.properties
    found = (properties["BucketName"], properties["NotificationConfiguration"])
    context.pending_notifications.append(found)
    return Made(ref=wanted.logical_id)


def set_notifications(context: Context) -> None:
    """Configure bucket notifications after all queues and functions exist."""
    client = context.client("s3")
    for bucket, given in context.pending_notifications:
        configuration: dict[str, Any] = {}
        for kind, arn in (("Queue", "QueueArn"), ("LambdaFunction", "LambdaFunctionArn")):
            entries = given.get(f"{kind}Configurations") or []
            if entries:
                key = f"{kind}Configurations"
                configuration[key] = [_notification(entry, kind, arn) for entry in entries]
        if "EventBridgeConfiguration" in given:
            configuration["EventBridgeConfiguration"] = {}
        client.put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration=configuration
        )


def _notification(entry: Mapping[str, Any], kind: str, arn: str) -> dict[str, Any]:
    """CloudFormation's own spelling and the custom resource's differ."""
    plain = {"Queue": "Queue", "LambdaFunction": "Function"}[kind]
    events = entry.get("Events") or [entry["Event"]]
    found = {arn: entry.get(arn) or entry[plain], "Events": events}
    if "Filter" in entry:
        rules = entry["Filter"].get("Key") or entry["Filter"]["S3Key"]
        pairs = rules.get("FilterRules") or rules["Rules"]
        found["Filter"] = {"Key": {"FilterRules": pairs}}
    return found


def create_key(context: Context, wanted: Wanted) -> Made:
    """`AWS::KMS::Key`."""
    properties = wanted.properties
    request = {
        key: properties[key] for key in ("KeySpec", "KeyUsage", "Description") if key in properties
    }
    key = context.client("kms").create_key(**request)["KeyMetadata"]
    return Made(ref=key["KeyId"], attributes={"Arn": key["Arn"], "KeyId": key["KeyId"]})


def create_key_alias(context: Context, wanted: Wanted) -> Made:
    """`AWS::KMS::Alias`."""
    name, target = wanted.properties["AliasName"], wanted.properties["TargetKeyId"]
    context.client("kms").create_alias(AliasName=name, TargetKeyId=target.split("/")[-1])
    return Made(ref=name)


def create_parameter(context: Context, wanted: Wanted) -> Made:
    """`AWS::SSM::Parameter`; a local override wins over the template's value."""
    properties = wanted.properties
    name = wanted.name("Name", limit=2048)
    value = str(context.options.parameters.get(name, properties["Value"]))
    context.client("ssm").put_parameter(
        Name=name, Value=value, Type=properties.get("Type", "String"), Overwrite=True
    )
    context.deployed.parameters[name] = value
    return Made(ref=name, attributes={"Value": value, "Type": properties.get("Type", "String")})


def create_secret(context: Context, wanted: Wanted) -> Made:
    """`AWS::SecretsManager::Secret`, generated as the template asks."""
    properties = wanted.properties
    name = wanted.name("Name", limit=512)
    value = context.options.secrets.get(name) or properties.get("SecretString")
    value = value or _generated(properties.get("GenerateSecretString", {}))
    made = context.client("secretsmanager").create_secret(Name=name, SecretString=value)
    return Made(ref=made["ARN"], attributes={"Id": made["ARN"]})


def _generated(wish: Mapping[str, Any]) -> str:
    alphabet = string.ascii_letters + string.digits
    if not wish.get("ExcludePunctuation"):
        alphabet += "!#$%&*+-.:=?@^_~"
    excluded = set(wish.get("ExcludeCharacters", ""))
    letters = [letter for letter in alphabet if letter not in excluded]
    length = int(wish.get("PasswordLength", DEFAULT_PASSWORD_LENGTH))
    return "".join(secrets.choice(letters) for _ in range(length))


CREATORS: Mapping[str, Callable[[Context, Wanted], Made]] = {
    "AWS::DynamoDB::Table": create_table,
    "AWS::DynamoDB::GlobalTable": create_table,
    "AWS::S3::Bucket": create_bucket,
    "Custom::S3BucketNotifications": create_notifications,
    "AWS::KMS::Key": create_key,
    "AWS::KMS::Alias": create_key_alias,
    "AWS::SSM::Parameter": create_parameter,
    "AWS::SecretsManager::Secret": create_secret,
}
