"""CloudFormation's intrinsic functions give what CloudFormation gives."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.errors import UnresolvedReference
from infra.local.intrinsics import Account, Made, Resolver

TEMPLATE = {
    "Parameters": {
        "Plain": {"Type": "String", "Default": "plain"},
        "FromSsm": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/here"},
        "Many": {"Type": "AWS::SSM::Parameter::Value<List<String>>", "Default": "/many"},
        "Missing": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/missing"},
    },
    "Conditions": {
        "InChina": {"Fn::Equals": [{"Ref": "AWS::Partition"}, "aws-cn"]},
        "Abroad": {"Fn::Not": [{"Condition": "InChina"}]},
    },
    "Mappings": {"Sizes": {"dev": {"memory": 512}}},
}
PARAMETERS = {"/here": "value", "/many": "a,b"}


def a_resolver() -> Resolver:
    resolver = Resolver(TEMPLATE, pseudo=Account().pseudo_parameters("stack"), ssm=PARAMETERS.get)
    resolver.made["Queue"] = Made(ref="https://q", attributes={"Arn": "arn:q", "A.B": "nested"})
    return resolver


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Queue"}, "https://q"),
        ({"Ref": "AWS::Region"}, "cn-north-1"),
        ({"Ref": "AWS::URLSuffix"}, "amazonaws.com.cn"),
        ({"Ref": "Plain"}, "plain"),
        ({"Ref": "FromSsm"}, "value"),
        ({"Ref": "Many"}, ["a", "b"]),
        ({"Fn::GetAtt": ["Queue", "Arn"]}, "arn:q"),
        ({"Fn::GetAtt": "Queue.A.B"}, "nested"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Plain"}, 3]]}, "a-plain-3"),
        ({"Fn::Sub": "${Queue.Arn}/${Plain}/${!Literal}/${AWS::AccountId}"},
         "arn:q/plain/${Literal}/123456789012"),
        ({"Fn::Sub": ["${X}-${Plain}", {"X": {"Ref": "Queue"}}]}, "https://q-plain"),
        ({"Fn::Select": [1, {"Fn::Split": [",", "a,b,c"]}]}, "b"),
        ({"Fn::If": ["InChina", "yes", "no"]}, "yes"),
        ({"Fn::If": ["Abroad", "yes", {"Ref": "Plain"}]}, "plain"),
        ({"Fn::FindInMap": ["Sizes", "dev", "memory"]}, 512),
        ({"Fn::Base64": "ab"}, "YWI="),
        ({"a": [{"Ref": "AWS::NoValue"}, 1], "b": {"Ref": "AWS::NoValue"}}, {"a": [1]}),
        ("x {{resolve:ssm:/here}} {{resolve:ssm:/many:3}}", "x value a,b"),
        ({"Condition": {"StringEquals": {}}}, {"Condition": {"StringEquals": {}}}),
        ("${Untouched}", "${Untouched}"),
    ],
)  # fmt: skip
def test_a_value_is_resolved(value: Any, expected: Any) -> None:
    resolved = a_resolver().resolve(value)

    assert resolved == expected


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"Ref": "Nobody"}, "Ref Nobody"),
        ({"Ref": "Missing"}, "/missing"),
        ({"Fn::GetAtt": ["Queue", "Name"]}, "Queue.Name: the resource has Arn"),
        ({"Fn::GetAtt": ["Nobody", "Arn"]}, "Nobody.Arn"),
        ("{{resolve:ssm:/nowhere}}", "/nowhere"),
    ],
)
def test_what_does_not_exist_is_named(value: Any, message: str) -> None:
    with pytest.raises(UnresolvedReference, match=message):
        a_resolver().resolve(value)


def test_a_region_outside_china_has_another_partition() -> None:
    account = Account(region="eu-west-1", url_suffix="amazonaws.com")

    assert account.partition == "aws"
