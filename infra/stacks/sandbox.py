"""The sandbox's stack: simulated outside parties behind one API; it refuses production."""

from __future__ import annotations

from typing import Final

from aws_cdk import ArnFormat
from constructs import Construct

from infra.config import ConfigRefused, DeploymentConfig
from infra.patterns import HttpApi, ModuleDashboards, ModuleFunction, ModuleTable
from infra.stacks.base import BUSINESS, ModuleStack

API_TIMEOUT_SECONDS: Final = 29
"""As long as API Gateway waits: a planned delay is part of the simulation."""
PRODUCTION_NAMES: Final = frozenset({"prod", "production", "prd", "live"})


class SandboxStack(ModuleStack):
    """The core-banking rail and the certificate authority of tests and demonstrations."""

    def __init__(self, scope: Construct, *, config: DeploymentConfig) -> None:
        if config.production or config.env in PRODUCTION_NAMES:
            raise ConfigRefused(f"the sandbox never goes to production (env={config.env})")
        super().__init__(scope, module="sandbox", config=config)
        self.table = ModuleTable(self, "Table", data_class=BUSINESS, stream=False)
        self._api()
        ModuleDashboards(self)

    def _api(self) -> None:
        authority = self.names.parameter("certificate-authority", "secret")
        api = ModuleFunction(
            self,
            "Api",
            handler="sandbox.api.app",
            timeout_seconds=API_TIMEOUT_SECONDS,
            environment={
                "TABLE_NAME": self.table.name,
                "CORE_BANKING_SECRET_ARN": self.platform.core_banking_secret_arn,
                "RAIL_NOTICES_URL": self.platform.rail_notices_url,
                "CA_SECRET_NAME": authority,
            },
        )
        api.grant_table(
            self.table,
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:DeleteItem",
            "dynamodb:Query",
        )
        api.grant_secret(self.platform.core_banking_secret_arn)
        api.allow(
            ["secretsmanager:GetSecretValue", "secretsmanager:CreateSecret"],
            [self._secret_arn(authority)],
            reason=(
                "Secrets Manager adds six random characters to a secret's ARN; the function "
                "reaches the one secret of the test authority, which it makes itself."
            ),
        )
        HttpApi(self, "HttpApi", routes_module="sandbox.api", function=api)

    def _secret_arn(self, name: str) -> str:
        return str(
            self.format_arn(
                service="secretsmanager",
                resource="secret",
                resource_name=f"{name}-??????",
                arn_format=ArnFormat.COLON_RESOURCE_NAME,
            )
        )
