"""What every module's stack has: names, tags, the platform's values, its key and its parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from aws_cdk import ArnFormat, IgnoreMode, RemovalPolicy, Stack, Tags
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from infra.config import PLATFORM, ROOT, DeploymentConfig
from infra.names import Names
from infra.patterns.platform_refs import OwnPlatformRefs, PlatformRefs

TAG_MODULE: Final = "puhui:module"
TAG_ENVIRONMENT: Final = "puhui:environment"
TAG_OWNER: Final = "puhui:owner"
TAG_DATA_CLASS: Final = "puhui:data-class"
BUSINESS: Final = "business"
PERSONAL: Final = "personal"
ABSENT: Final = "absent"
"""Stands for an ARN or URL of a module that is not deployed; nobody ever goes there."""
BYTECODE: Final = ["**/__pycache__", "**/*.pyc"]
_RETENTIONS: Final = {
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    180: logs.RetentionDays.SIX_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
    1827: logs.RetentionDays.FIVE_YEARS,
}


@dataclass(frozen=True, slots=True)
class Parts:
    """The physical names of what a stack runs, for its dashboards."""

    functions: list[str] = field(default_factory=list)
    queues: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    workflows: list[str] = field(default_factory=list)
    """State machine ARNs: Step Functions metrics are dimensioned by ARN."""
    apis: list[str] = field(default_factory=list)


class ModuleStack(Stack):
    """One module's resources; it deploys alone with the platform."""

    def __init__(self, scope: Construct, *, module: str, config: DeploymentConfig) -> None:
        self.names = Names(config.env, module)
        super().__init__(
            scope,
            module,
            stack_name=self.names.stack,
            description=f"Puhui 普惠 {module} ({config.env})",
        )
        self.module = module
        self.config = config
        self.parts = Parts()
        self.published: dict[tuple[str, str], str] = {}
        self.platform = (
            OwnPlatformRefs(self, self.names, self.published)
            if module == PLATFORM
            else PlatformRefs(self, self.names)
        )
        self._key: Any = None
        self._code: Any = None
        self._add_tags()

    @property
    def key(self) -> Any:
        """The module's own KMS key, made when something personal is first stored."""
        if self._key is None:
            self._key = kms.Key(
                self,
                "DataKey",
                alias=f"alias/{self.names.physical('data')}",
                description=f"Personal data of {self.module}",
                enable_key_rotation=True,
                removal_policy=RemovalPolicy.RETAIN,
            )
            Tags.of(self._key).add(TAG_DATA_CLASS, PERSONAL)
            self.publish("data-key", "arn", self._key.key_arn)
        return self._key

    def key_for(self, data_class: str) -> Any:
        """Give the key that data of a class needs: the module's own, or none of ours."""
        return self.key if data_class == PERSONAL else None

    @property
    def log_retention(self) -> Any:
        """How long logs are kept."""
        return _RETENTIONS[self.config.log_retention_days]

    @property
    def code_folder(self) -> Path:
        """The module's own package in the tree; the platform has none."""
        return ROOT / "functions" / self.module

    @property
    def code(self) -> Any:
        """The module's own package, as the one folder in its functions' code."""
        if self._code is None:
            self._code = lambda_.Code.from_asset(
                str(ROOT / "functions"),
                exclude=["*", f"!{self.module}", f"!{self.module}/**", *BYTECODE],
                ignore_mode=IgnoreMode.GIT,
            )
        return self._code

    def publish(self, resource: str, kind: str, value: str) -> Any:
        """Let other modules find a value through SSM."""
        parameter = ssm.CfnParameter(
            self,
            f"Parameter-{resource}-{kind}",
            name=self.names.parameter(resource, kind),
            type="String",
            value=value,
        )
        self.published[resource, kind] = value
        return parameter

    def mark(self, construct: Construct, data_class: str) -> None:
        """Tag what a construct keeps, when it is not plain business data."""
        if data_class != BUSINESS:
            Tags.of(construct).add(TAG_DATA_CLASS, data_class)

    def state_machine_arn(self, construct_id: str, *, module: str | None = None) -> str:
        """Compose a state machine's ARN from its name.

        A function that starts or answers a machine which itself calls the function cannot refer
        to it: each would wait for the other. The module may be one that is deployed later.
        """
        names = self.names.of(module or self.module)
        return str(
            self.format_arn(
                service="states",
                resource="stateMachine",
                resource_name=names.physical(construct_id),
                arn_format=ArnFormat.COLON_RESOURCE_NAME,
            )
        )

    @property
    def any_state_machine_arn(self) -> str:
        """Match our own state machines, for who answers the task tokens of all of them."""
        return str(
            self.format_arn(
                service="states",
                resource="stateMachine",
                resource_name=self.names.any_of_environment,
                arn_format=ArnFormat.COLON_RESOURCE_NAME,
            )
        )

    def _add_tags(self) -> None:
        tags = Tags.of(self)
        tags.add(TAG_MODULE, self.module)
        tags.add(TAG_ENVIRONMENT, self.config.env)
        tags.add(TAG_OWNER, self.config.owner)
        tags.add(TAG_DATA_CLASS, BUSINESS)
