"""Intake's stack: its API, its table, the quarantine and its check, and what it hears."""

from __future__ import annotations

from typing import Final

from constructs import Construct

from infra.config import DeploymentConfig
from infra.patterns import (
    HttpApi,
    Index,
    ModuleBucket,
    ModuleDashboards,
    ModuleFunction,
    ModuleQueue,
    ModuleTable,
    Outbox,
    Subscription,
)
from infra.patterns.deliveries import tell_of_deliveries
from infra.stacks.base import ABSENT, PERSONAL, ModuleStack

DOCUMENTS_PREFIX: Final = "intake/"
UPLOAD_KEPT_DAYS: Final = 1
"""An upload is checked within seconds; what lies longer was abandoned."""
CHECK_MEMORY_MB: Final = 1024
"""A document of 32 MB is held once as bytes and once as parsed rows."""

GET: Final = "dynamodb:GetItem"
BATCH: Final = "dynamodb:BatchGetItem"
PUT: Final = "dynamodb:PutItem"
UPDATE: Final = "dynamodb:UpdateItem"
QUERY: Final = "dynamodb:Query"


class IntakeStack(ModuleStack):
    """Everything that mobile field sales runs on."""

    def __init__(self, scope: Construct, *, config: DeploymentConfig) -> None:
        super().__init__(scope, module="intake", config=config)
        self.table = ModuleTable(
            self,
            "Table",
            data_class=PERSONAL,
            indexes=[
                Index("by_bank", "bank_key", "listed_as"),
                Index("by_branch", "branch_key", "listed_as"),
                Index("by_customer", "customer_key", "listed_as"),
            ],
        )
        self.quarantine = ModuleBucket(
            self, "Quarantine", data_class=PERSONAL, expire_days=UPLOAD_KEPT_DAYS
        )
        self._api()
        self._document_check()
        self._subscriptions()
        Outbox(self, self.table)
        ModuleDashboards(self)

    def _function(
        self, construct_id: str, handler: str, timeout_seconds: int, *, memory_mb: int = 512
    ) -> ModuleFunction:
        platform = self.platform
        return ModuleFunction(
            self,
            construct_id,
            handler=handler,
            timeout_seconds=timeout_seconds,
            memory_mb=memory_mb,
            environment={
                "TABLE_NAME": self.table.name,
                "DATA_KEY_ARN": self.key.key_arn,
                "EXCHANGE_KEY_ARN": platform.data_key_arn,
                "BLIND_INDEX_SECRET_ARN": platform.blind_index_secret_arn,
                "QUARANTINE_BUCKET": self.quarantine.name,
                "DOCUMENTS_BUCKET": platform.documents_bucket_name,
                "KEEP_CONSENT_ARN": self._keep_consent_arn,
            },
        )

    @property
    def _keep_consent_arn(self) -> str:
        if not self.config.has("extdata"):
            return ABSENT
        return self.platform.ssm("extdata", "keep-consent", "function-arn")

    def _api(self) -> None:
        api = self._function("Api", "intake.api.app", 15)
        api.grant_table(self.table, GET, BATCH, PUT, UPDATE, QUERY)
        api.grant_key(self.key.key_arn, "kms:GenerateDataKey", "kms:Decrypt")
        api.grant_sealing()
        api.grant_secret(self.platform.blind_index_secret_arn)
        if self.config.has("extdata"):
            api.allow(["lambda:InvokeFunction"], [self._keep_consent_arn])
        # A presigned form acts with the rights of the one who signed it.
        api.grant_bucket(self.quarantine, "s3:PutObject")
        HttpApi(self, "HttpApi", routes_module="intake.api", function=api)

    def _document_check(self) -> None:
        check = self._function(
            "CheckDocument", "intake.handlers.check_document.handler", 60, memory_mb=CHECK_MEMORY_MB
        )
        check.grant_table(self.table, GET, PUT)
        check.grant_key(self.key.key_arn, "kms:GenerateDataKey", "kms:Decrypt")
        check.grant_bucket(self.quarantine, "s3:GetObject", "s3:DeleteObject")
        check.grant_documents("s3:PutObject", prefix=DOCUMENTS_PREFIX)
        uploads = ModuleQueue(self, "Uploads")
        uploads.consume_with(check, batch_size=1)
        tell_of_deliveries(self, self.quarantine, uploads)

    def _subscriptions(self) -> None:
        follow = self._function(
            "FollowApplication", "intake.handlers.follow_application.handler", 15
        )
        follow.grant_table(self.table, UPDATE)
        Subscription(
            self,
            "FactoryEvents",
            source="factory",
            names=["ApplicationProgressed", "ApplicationClosed"],
            function=follow,
        )
        keep = self._function("KeepProduct", "intake.handlers.keep_product.handler", 15)
        keep.grant_table(self.table, PUT)
        Subscription(
            self,
            "CatalogueEvents",
            source="operations",
            names=["ProductPublished"],
            function=keep,
        )
