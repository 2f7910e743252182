"""Reads REST APIs from the templates; the local gateway serves them, moto never sees them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from infra.local.errors import UnsupportedResource
from infra.local.intrinsics import Made
from infra.local.resources.context import Context, Wanted
from infra.local.rest_api import FUNCTION_IN_URI, Authorizer, Method, RestApi

DEFAULT_AUTHORIZER_CACHE_SECONDS = 300


def create_api(context: Context, wanted: Wanted) -> Made:
    """`AWS::ApiGateway::RestApi`."""
    api = RestApi(api_id=f"{wanted.stack.name}-{wanted.logical_id}", name=wanted.name("Name"))
    context.deployed.apis[api.api_id] = api
    return Made(ref=api.api_id, attributes={"RootResourceId": api.root_id, "RestApiId": api.api_id})


def create_resource(context: Context, wanted: Wanted) -> Made:
    """`AWS::ApiGateway::Resource`."""
    properties = wanted.properties
    api = context.deployed.apis[properties["RestApiId"]]
    resource_id = f"{api.api_id}-{wanted.logical_id}"
    api.resources[resource_id] = (properties["ParentId"], properties["PathPart"])
    return Made(ref=resource_id, attributes={"ResourceId": resource_id})


def create_method(context: Context, wanted: Wanted) -> Made:
    """`AWS::ApiGateway::Method`: Lambda proxy integrations only."""
    properties = wanted.properties
    api = context.deployed.apis[properties["RestApiId"]]
    integration = properties.get("Integration", {})
    found = FUNCTION_IN_URI.search(str(integration.get("Uri", "")))
    if integration.get("Type") != "AWS_PROXY" or found is None:
        raise UnsupportedResource(f"integration {integration.get('Type')} of {wanted.logical_id}")
    kind = properties.get("AuthorizationType", "NONE")
    if kind not in ("NONE", "CUSTOM"):
        raise UnsupportedResource(f"authorization {kind} of {wanted.logical_id}")
    api.methods.append(
        Method(
            resource_id=properties["ResourceId"],
            http_method=properties["HttpMethod"],
            function=found[1],
            authorizer_id=properties["AuthorizerId"] if kind == "CUSTOM" else None,
        )
    )
    return Made(ref=wanted.logical_id)


def create_authorizer(context: Context, wanted: Wanted) -> Made:
    """`AWS::ApiGateway::Authorizer` of type TOKEN."""
    properties = wanted.properties
    if properties["Type"] != "TOKEN":
        raise UnsupportedResource(f"authorizer type {properties['Type']}")
    api = context.deployed.apis[properties["RestApiId"]]
    found = FUNCTION_IN_URI.search(properties["AuthorizerUri"])
    if found is None:
        raise UnsupportedResource(f"authorizer {properties['AuthorizerUri']}")
    identifier = f"{api.api_id}-{wanted.logical_id}"
    api.authorizers[identifier] = Authorizer(
        function=found[1],
        header=properties.get("IdentitySource", "method.request.header.Authorization").split(".")[
            -1
        ],
        token_pattern=properties.get("IdentityValidationExpression"),
        cache_seconds=int(
            properties.get("AuthorizerResultTtlInSeconds", DEFAULT_AUTHORIZER_CACHE_SECONDS)
        ),
    )
    return Made(ref=identifier, attributes={"AuthorizerId": identifier})


def create_stage(context: Context, wanted: Wanted) -> Made:
    """`AWS::ApiGateway::Stage`."""
    name = wanted.properties["StageName"]
    context.deployed.apis[wanted.properties["RestApiId"]].stage = name
    return Made(ref=name)


CREATORS: Mapping[str, Callable[[Context, Wanted], Made]] = {
    "AWS::ApiGateway::RestApi": create_api,
    "AWS::ApiGateway::Resource": create_resource,
    "AWS::ApiGateway::Method": create_method,
    "AWS::ApiGateway::Authorizer": create_authorizer,
    "AWS::ApiGateway::Stage": create_stage,
}
