"""Risk in IAM: a question has one record, whoever writes it."""

from __future__ import annotations

from risk.adapters.s3_records import PREFIX
from tests.infra.templates import Template


def test_nobody_writes_a_record_where_another_lies(templates: dict[str, Template]) -> None:
    risk = templates["risk"]
    (bucket,) = risk.of_type("AWS::S3::Bucket")
    (policy,) = risk.of_type("AWS::S3::BucketPolicy").values()
    written_once = {
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": "s3:PutObject",
        "Resource": {"Fn::Join": ["", [{"Fn::GetAtt": [bucket, "Arn"]}, f"/{PREFIX}*"]]},
        "Condition": {"Null": {"s3:if-none-match": "true"}},
    }

    assert written_once in policy["PolicyDocument"]["Statement"]
