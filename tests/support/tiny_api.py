"""The REST API of the tiny assembly, one guarded method of each kind and an open one."""

from __future__ import annotations

from typing import Any

API = {"RestApiId": {"Ref": "Rest"}}
PREFIX = "arn:aws:apigateway:r:lambda:path/2015-03-31/functions/"


def a_resource(kind: str, **properties: Any) -> dict[str, Any]:
    """A resource of a template."""
    return {"Type": f"AWS::{kind}", "Properties": properties}


def tiny_api() -> dict[str, Any]:
    """The API with its authorizer, resources and methods."""
    guard = {"Fn::Join": ["", [PREFIX, {"Ref": "Authorizer"}, "/invocations"]]}
    root = {"Fn::GetAtt": ["Rest", "RootResourceId"]}
    return {
        "Rest": a_resource("ApiGateway::RestApi", Name="puhui-dev-tiny-api"),
        "Guard": a_resource(
            "ApiGateway::Authorizer",
            Type="TOKEN",
            AuthorizerUri=guard,
            AuthorizerResultTtlInSeconds=60,
            IdentitySource="method.request.header.Authorization",
            **API,
        ),
        "Things": _path(root, "things"),
        "Thing": _path({"Ref": "Things"}, "{thing_id}"),
        "Mine": _path({"Ref": "Things"}, "mine"),
        "Broken": _path({"Ref": "Things"}, "broken"),
        "Crash": _path({"Ref": "Things"}, "crash"),
        "Open": _path(root, "open"),
        "PostThings": _method("Things", "POST"),
        "GetThing": _method("Thing", "GET"),
        "GetMine": _method("Mine", "GET"),
        "GetBroken": _method("Broken", "GET"),
        "GetCrash": _method("Crash", "GET"),
        "PostOpen": _method("Open", "POST", AuthorizationType="NONE", AuthorizerId=None),
        "Stage": a_resource("ApiGateway::Stage", StageName="v1", **API),
    }


def _path(parent: Any, part: str) -> dict[str, Any]:
    return a_resource("ApiGateway::Resource", ParentId=parent, PathPart=part, **API)


def _method(resource_id: str, verb: str, **more: Any) -> dict[str, Any]:
    uri = {"Fn::Sub": f"{PREFIX}${{Api.Arn}}/invocations"}
    return a_resource(
        "ApiGateway::Method",
        ResourceId={"Ref": resource_id},
        HttpMethod=verb,
        Integration={"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": uri},
        **{"AuthorizationType": "CUSTOM", "AuthorizerId": {"Ref": "Guard"}, **more},
        **API,
    )
