"""What a module may use of the platform and of other modules, read from SSM at deployment."""

from __future__ import annotations

from typing import Any

from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from infra import layers as layer_catalogue
from infra.config import PLATFORM
from infra.names import Names


class PlatformRefs:
    """The platform as a module sees it: parameters, never another stack's exports."""

    def __init__(self, stack: Construct, names: Names) -> None:
        self._stack = stack
        self._names = names
        self._imported: dict[str, Any] = {}

    def ssm(self, module: str, resource: str, kind: str) -> str:
        """Read any module's parameter at deployment: `ssm("risk", "decide", "function-arn")`."""
        name = self._names.of(module).parameter(resource, kind)
        return str(ssm.StringParameter.value_for_string_parameter(self._stack, name))

    @property
    def bus_name(self) -> str:
        """Name the event bus."""
        return self.ssm(PLATFORM, "event-bus", "name")

    @property
    def bus_arn(self) -> str:
        """Identify the event bus in a policy."""
        return self.ssm(PLATFORM, "event-bus", "arn")

    @property
    def bus(self) -> Any:
        """Import the event bus, for rules."""
        return self._once(
            "SharedBus",
            lambda: events.EventBus.from_event_bus_name(self._stack, "SharedBus", self.bus_name),
        )

    @property
    def data_key_arn(self) -> str:
        """Identify the key under which data is sealed between modules."""
        return self.ssm(PLATFORM, "data-key", "arn")

    @property
    def documents_bucket_name(self) -> str:
        """Name the bucket of checked documents; each module writes below its own prefix."""
        return self.ssm(PLATFORM, "documents", "bucket-name")

    @property
    def documents_bucket_arn(self) -> str:
        """Identify the documents bucket in a policy."""
        return self.ssm(PLATFORM, "documents", "bucket-arn")

    @property
    def access_logs_bucket_name(self) -> str:
        """Name the bucket that receives the access logs of the others."""
        return self.ssm(PLATFORM, "access-logs", "bucket-name")

    @property
    def authorizer_arn(self) -> str:
        """Identify the token authorizer's live alias."""
        return self.ssm(PLATFORM, "authorizer", "function-arn")

    @property
    def authorizer_role_arn(self) -> str:
        """Identify the role with which API Gateway calls the authorizer."""
        return self.ssm(PLATFORM, "authorizer", "role-arn")

    @property
    def alarm_topic_arn(self) -> str:
        """Identify the topic that every alarm notifies."""
        return self.ssm(PLATFORM, "alarms", "topic-arn")

    @property
    def business_date(self) -> str:
        """Read the accounting day: an ISO date, or `calendar`."""
        return self.ssm(PLATFORM, "business-date", "value")

    @property
    def core_banking_url(self) -> str:
        """Read the base URL of the core-banking rail."""
        return self.ssm(PLATFORM, "core-banking", "url")

    @property
    def core_banking_secret_arn(self) -> str:
        """Identify the secret that signs requests to the core-banking rail."""
        return self.ssm(PLATFORM, "core-banking", "secret-arn")

    @property
    def ca_url(self) -> str:
        """Read the base URL of the certificate authority."""
        return self.ssm(PLATFORM, "ca", "url")

    @property
    def providers_url(self) -> str:
        """Read the base URL of simulated data providers; `.invalid` where there are none."""
        return self.ssm(PLATFORM, "providers", "url")

    @property
    def callbacks_url(self) -> str:
        """Read the address under which data providers reach the external-data API."""
        return self.ssm(PLATFORM, "callbacks", "url")

    @property
    def rail_notices_url(self) -> str:
        """Read the address under which the core bank reaches servicing's API."""
        return self.ssm(PLATFORM, "rail-notices", "url")

    @property
    def blind_index_secret_arn(self) -> str:
        """Identify the secret that keys blind indexes."""
        return self.ssm(PLATFORM, "blind-index", "secret-arn")

    def layers(self, *names: str, architecture: str = layer_catalogue.ARM64) -> list[Any]:
        """Import layers by name, in the variant for a processor."""
        return [self._layer(name, architecture) for name in names]

    def _layer(self, name: str, architecture: str) -> Any:
        variant = layer_catalogue.LAYERS[name].variant(architecture)
        construct_id = f"Shared-{variant}"
        return self._once(
            construct_id,
            lambda: lambda_.LayerVersion.from_layer_version_arn(
                self._stack, construct_id, self.ssm(PLATFORM, f"layer-{variant}", "arn")
            ),
        )

    def _once(self, construct_id: str, make: Any) -> Any:
        if construct_id not in self._imported:
            self._imported[construct_id] = make()
        return self._imported[construct_id]


class OwnPlatformRefs(PlatformRefs):
    """The platform as its own stack sees it: the values it is about to publish."""

    def __init__(
        self, stack: Construct, names: Names, published: dict[tuple[str, str], str]
    ) -> None:
        super().__init__(stack, names)
        self._published = published

    def ssm(self, module: str, resource: str, kind: str) -> str:
        """Answer the platform's own value directly; a parameter would not exist yet."""
        return self._published[resource, kind]
