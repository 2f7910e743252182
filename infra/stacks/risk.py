"""Risk's stack: the decision function, its API, its table, its record bucket."""

from __future__ import annotations

from typing import Final

from constructs import Construct

from infra.code_version import code_version
from infra.config import DeploymentConfig
from infra.patterns.bucket import ModuleBucket
from infra.patterns.dashboards import ModuleDashboards
from infra.patterns.function import ModuleFunction
from infra.patterns.http_api import HttpApi
from infra.patterns.outbox import Outbox
from infra.patterns.table import Index, ModuleTable
from infra.stacks.base import PERSONAL, ModuleStack

ONE_VCPU_MB: Final = 1_769
DECIDE_TIMEOUT_SECONDS: Final = 30
"""Seconds; reading 32 MB of invoices from S3 takes most of them, deciding a few milliseconds."""
API_TIMEOUT_SECONDS: Final = 15
MODELS_FOLDER: Final = "/opt/artefacts"


class RiskStack(ModuleStack):
    """Everything that digital risk control runs on."""

    def __init__(self, scope: Construct, *, config: DeploymentConfig) -> None:
        super().__init__(scope, module="risk", config=config)
        self.table = ModuleTable(
            self,
            "Table",
            data_class=PERSONAL,
            indexes=[Index("by_application", "gsi1pk", "gsi1sk")],
        )
        self.decisions = ModuleBucket(self, "Decisions", data_class=PERSONAL, evidence=True)
        self._decide()
        self._api()
        Outbox(self, self.table)
        ModuleDashboards(self)

    def _decide(self) -> None:
        """Loads onnxruntime, which does not run on Lambda's arm64 (microsoft/onnxruntime#10038)."""
        decide = ModuleFunction(
            self,
            "Decide",
            handler="risk.handlers.decide.handler",
            timeout_seconds=DECIDE_TIMEOUT_SECONDS,
            memory_mb=ONE_VCPU_MB,
            layers=("runtime", "inference", "models"),
            x86=True,
            snap_start=True,
            published_as="decide",
            environment={
                **self._environment(),
                "DOCUMENTS_BUCKET": self.platform.documents_bucket_name,
                "CODE_VERSION": code_version(),
            },
        )
        decide.grant_table(self.table, "dynamodb:GetItem", "dynamodb:PutItem")
        decide.grant_documents("s3:GetObject", prefix="")
        decide.grant_bucket(self.decisions, "s3:GetObject", "s3:PutObject", prefix="decisions/")
        decide.grant_bucket(self.decisions, "s3:PutObject", prefix="artefacts/")

    def _api(self) -> None:
        api = ModuleFunction(
            self,
            "Api",
            handler="risk.api.app",
            timeout_seconds=API_TIMEOUT_SECONDS,
            layers=("runtime", "models"),
            environment=self._environment(),
        )
        api.grant_table(self.table, "dynamodb:GetItem", "dynamodb:Query")
        api.grant_bucket(self.decisions, "s3:GetObject", prefix="decisions/")
        api.grant_bucket(self.decisions, "s3:GetObject", prefix="artefacts/")
        HttpApi(self, "HttpApi", routes_module="risk.api", function=api)

    def _environment(self) -> dict[str, str]:
        return {
            "TABLE_NAME": self.table.name,
            "DECISIONS_BUCKET": self.decisions.name,
            "MODELS_FOLDER": MODELS_FOLDER,
        }
