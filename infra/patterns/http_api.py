"""A REST API from a module's routes: one method each, all behind the token authorizer."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra import nag
from infra.names import API_STAGE, kebab
from infra.patterns import alarms
from infra.patterns.function import ModuleFunction

if TYPE_CHECKING:
    from infra.stacks.base import ModuleStack

THROTTLE_RATE_PER_SECOND: Final = 100
THROTTLE_BURST: Final = 200
AUTHORIZER_CACHE_SECONDS: Final = 60
ACCESS_LOG_FIELDS: Final = {
    "request_id": "$context.requestId",
    "correlation_id": "$context.extendedRequestId",
    "method": "$context.httpMethod",
    "route": "$context.resourcePath",
    "status": "$context.status",
    "latency_ms": "$context.responseLatency",
    "integration_ms": "$context.integrationLatency",
    "response_bytes": "$context.responseLength",
    "principal": "$context.authorizer.principalId",
    "bank_id": "$context.authorizer.bank_id",
    "error": "$context.error.responseType",
}
"""Neither the path's values nor the caller's address: both can tell who a customer is."""


class HttpApi(Construct):
    """A module's API in API Gateway; Chalice dispatches by the resource path that it gets."""

    def __init__(
        self,
        stack: ModuleStack,
        construct_id: str,
        *,
        routes_module: str,
        function: ModuleFunction,
        others: Mapping[str, ModuleFunction] | None = None,
    ) -> None:
        """Give every route to `function`, but those of other route modules to theirs."""
        super().__init__(stack, construct_id)
        self.stack = stack
        self.function = function
        self.physical_name = stack.names.physical(construct_id)
        self.api = self._api(construct_id)
        self.authorizer: Any = None
        for module, answering in {routes_module: function, **(others or {})}.items():
            integration = self._integration(answering)
            for route in _routes(module):
                self._add_method(route, integration)
            answering.alias.add_permission(
                f"Invoke{construct_id}",
                principal=iam.ServicePrincipal("apigateway.amazonaws.com"),
                source_arn=self.api.arn_for_execute_api(stage=API_STAGE),
            )
        nag.acknowledge(self, "AwsSolutions-APIG2", "AwsSolutions-APIG3", "AwsSolutions-COG4")
        alarms.add_alarm(
            stack,
            self,
            alarms.API_ERRORS,
            resource=kebab(construct_id),
            dimensions={"ApiName": self.physical_name, "Stage": API_STAGE},
        )
        stack.parts.apis.append(self.physical_name)
        stack.publish(kebab(construct_id), "url", self.api.url)

    def _api(self, construct_id: str) -> Any:
        access_log = logs.LogGroup(
            self,
            "AccessLogs",
            log_group_name=self.stack.names.api_logs(construct_id),
            retention=self.stack.log_retention,
            removal_policy=RemovalPolicy.RETAIN,
        )
        api = apigateway.RestApi(
            self,
            "Api",
            rest_api_name=self.physical_name,
            description=f"Puhui 普惠 {self.stack.module} API",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            cloud_watch_role=False,
            deploy_options=apigateway.StageOptions(
                stage_name=API_STAGE,
                tracing_enabled=True,
                metrics_enabled=True,
                logging_level=apigateway.MethodLoggingLevel.ERROR,
                data_trace_enabled=False,
                throttling_rate_limit=THROTTLE_RATE_PER_SECOND,
                throttling_burst_limit=THROTTLE_BURST,
                access_log_destination=apigateway.LogGroupLogDestination(access_log),
                access_log_format=apigateway.AccessLogFormat.custom(json.dumps(ACCESS_LOG_FIELDS)),
            ),
        )
        api.node.try_remove_child("Endpoint")  # an output; the address is an SSM parameter
        return api

    def _integration(self, function: ModuleFunction) -> Any:
        """Call the live alias; one permission for the API instead of one for each method."""
        return apigateway.Integration(
            type=apigateway.IntegrationType.AWS_PROXY,
            integration_http_method="POST",
            uri=(
                f"arn:{self.stack.partition}:apigateway:{self.stack.region}:lambda:path"
                f"/2015-03-31/functions/{function.alias.function_arn}/invocations"
            ),
        )

    def _add_method(self, route: Any, integration: Any) -> None:
        resource = self.api.root.resource_for_path(route.path)
        if route.public:
            method = resource.add_method(
                route.method, integration, authorization_type=apigateway.AuthorizationType.NONE
            )
            nag.acknowledge(method, "AwsSolutions-APIG4")
            return
        resource.add_method(route.method, integration, authorizer=self._token_authorizer())

    def _token_authorizer(self) -> Any:
        """Make the authorizer when the first route needs it; some APIs have public routes only."""
        if self.authorizer is None:
            platform = self.stack.platform
            self.authorizer = apigateway.TokenAuthorizer(
                self,
                "Authorizer",
                authorizer_name=self.stack.names.physical("authorizer"),
                handler=lambda_.Function.from_function_arn(
                    self, "AuthorizerFunction", platform.authorizer_arn
                ),
                assume_role=iam.Role.from_role_arn(
                    self, "AuthorizerRole", platform.authorizer_role_arn, mutable=False
                ),
                results_cache_ttl=Duration.seconds(AUTHORIZER_CACHE_SECONDS),
            )
        return self.authorizer


def _routes(routes_module: str) -> list[Any]:
    """Read the routes off the module's API; importing it needs no environment."""
    routes = importlib.import_module(routes_module).routes
    return sorted(routes.table(), key=lambda route: (route.path, route.method))
