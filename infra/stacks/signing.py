"""Signing's stack: commands, rendering, signing, verification, its API and its two buckets."""

from __future__ import annotations

from typing import Final

from aws_cdk import ArnFormat
from constructs import Construct

from infra.config import ConfigRefused, DeploymentConfig
from infra.patterns import (
    HttpApi,
    ModuleBucket,
    ModuleDashboards,
    ModuleFunction,
    ModuleQueue,
    ModuleTable,
    Outbox,
    Subscription,
)
from infra.stacks.base import PERSONAL, ModuleStack

FONT_DIR: Final = "/opt/fonts"
DRAFT_KEPT_DAYS: Final = 100
"""Longer than any signing deadline (90 days); what was signed lies in the other bucket."""
RENDER_MEMORY_MB: Final = 1024
SIGN_MEMORY_MB: Final = 1769
"""One full processor: RSA keys and two signatures take about a second on it."""
SIGN_TIMEOUT_SECONDS: Final = 60
VERIFY_TIMEOUT_SECONDS: Final = 30
FIRST_USE: Final = "first-use"
CA_ROOT: Final = "ca_root_sha256"

GET: Final = "dynamodb:GetItem"
PUT: Final = "dynamodb:PutItem"
DELETE: Final = "dynamodb:DeleteItem"


class SigningStack(ModuleStack):
    """Everything that e-signing runs on."""

    def __init__(self, scope: Construct, *, config: DeploymentConfig) -> None:
        super().__init__(scope, module="signing", config=config)
        self.table = ModuleTable(self, "Table", data_class=PERSONAL)
        self.drafts = ModuleBucket(self, "Drafts", data_class=PERSONAL, expire_days=DRAFT_KEPT_DAYS)
        self.contracts = ModuleBucket(self, "Contracts", data_class=PERSONAL, evidence=True)
        self._preparation()
        self._signing()
        self._outcomes()
        self._verification()
        self._closed_applications()
        self._api()
        Outbox(self, self.table)
        ModuleDashboards(self)

    def _function(
        self,
        construct_id: str,
        handler: str,
        timeout_seconds: int,
        *,
        memory_mb: int = 512,
        layers: tuple[str, ...] = ("runtime",),
        environment: dict[str, str] | None = None,
        published_as: str = "",
    ) -> ModuleFunction:
        function = ModuleFunction(
            self,
            construct_id,
            handler=handler,
            timeout_seconds=timeout_seconds,
            memory_mb=memory_mb,
            layers=layers,
            environment={
                "TABLE_NAME": self.table.name,
                "DATA_KEY_ARN": self.key.key_arn,
                "DRAFTS_BUCKET": self.drafts.name,
                "CONTRACTS_BUCKET": self.contracts.name,
                **(environment or {}),
            },
            published_as=published_as,
        )
        function.grant_key(self.key.key_arn, "kms:GenerateDataKey", "kms:Decrypt")
        return function

    def _preparation(self) -> None:
        prepare = self._function(
            "PrepareContract",
            "signing.handlers.prepare_contract.handler",
            30,
            memory_mb=RENDER_MEMORY_MB,
            layers=("runtime", "signing", "fonts"),
            environment={
                "EXCHANGE_KEY_ARN": self.platform.data_key_arn,
                "FONT_DIR": FONT_DIR,
            },
        )
        prepare.grant_table(self.table, GET, PUT)
        prepare.grant_key(self.platform.data_key_arn, "kms:Decrypt")
        prepare.grant_bucket(self.drafts, "s3:PutObject")
        ModuleQueue(self, "Commands").consume_with(prepare, batch_size=1)

    def _signing(self) -> None:
        prefix = self.names.parameter("bank-seal", "key")
        sign = self._function(
            "SignContract",
            "signing.handlers.sign_contract.handler",
            SIGN_TIMEOUT_SECONDS,
            memory_mb=SIGN_MEMORY_MB,
            layers=("runtime", "signing"),
            environment={
                "EXCHANGE_KEY_ARN": self.platform.data_key_arn,
                "CA_URL": self.platform.ca_url,
                "CORE_BANKING_SECRET_ARN": self.platform.core_banking_secret_arn,
                "SEAL_SECRET_PREFIX": prefix,
                "CA_ROOT_SHA256": self._ca_root(),
            },
        )
        sign.grant_table(self.table, GET, PUT)
        sign.grant_key(self.platform.data_key_arn, "kms:Decrypt")
        sign.grant_secret(self.platform.core_banking_secret_arn)
        sign.grant_bucket(self.drafts, "s3:GetObject")
        sign.grant_bucket(self.contracts, "s3:GetObject", "s3:PutObject")
        self._grant_seals(sign, prefix)
        Subscription(
            self,
            "SignatureRequests",
            source="signing",
            names=["SignatureRequested"],
            function=sign,
            batch_size=1,
        )

    def _grant_seals(self, function: ModuleFunction, prefix: str) -> None:
        """Each bank's seal is a secret of its own, made when its first contract is sealed."""
        secrets = self.format_arn(
            service="secretsmanager",
            resource="secret",
            resource_name=f"{prefix}/*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        function.allow(
            [
                "secretsmanager:GetSecretValue",
                "secretsmanager:CreateSecret",
                "secretsmanager:PutSecretValue",
            ],
            [secrets],
            reason=(
                "Seals are made per bank at run time, and Secrets Manager appends six random "
                "characters to each name; the function reaches those below this one prefix."
            ),
        )
        function.use_key(self.key.key_arn, "secretsmanager", writes=True)

    def _outcomes(self) -> None:
        deliver = self._function("DeliverOutcome", "signing.handlers.deliver_outcome.handler", 15)
        deliver.grant_table(self.table, GET, PUT)
        deliver.allow(
            ["states:SendTaskSuccess", "states:SendTaskFailure"],
            [self.state_machine_arn("LoanApplication", module="factory")],
        )
        Subscription(
            self,
            "Outcomes",
            source="signing",
            names=["OutcomeDecided"],
            function=deliver,
        )

    def _verification(self) -> None:
        verify = self._function(
            "VerifyContract",
            "signing.handlers.verify_contract.handler",
            VERIFY_TIMEOUT_SECONDS,
            memory_mb=RENDER_MEMORY_MB,
            layers=("runtime", "signing"),
            environment={"CA_ROOT_SHA256": self._ca_root()},
            published_as="verify-contract",
        )
        verify.grant_table(self.table, GET)
        verify.grant_bucket(self.contracts, "s3:GetObject")

    def _closed_applications(self) -> None:
        void = self._function("VoidContract", "signing.handlers.void_contract.handler", 15)
        void.grant_table(self.table, GET, PUT, DELETE)
        Subscription(
            self,
            "ClosedApplications",
            source="factory",
            names=["ApplicationClosed"],
            function=void,
        )

    def _api(self) -> None:
        api = self._function("Api", "signing.api.app", 15)
        api.grant_table(self.table, GET, PUT)
        # A presigned link acts with the rights of the one who signed it.
        api.grant_bucket(self.drafts, "s3:GetObject")
        api.grant_bucket(self.contracts, "s3:GetObject")
        HttpApi(self, "HttpApi", routes_module="signing.api", function=api)

    def _ca_root(self) -> str:
        """The authority's root; production names it, elsewhere the first one seen is pinned."""
        given = self.node.try_get_context(CA_ROOT)
        if given is None and self.config.production:
            raise ConfigRefused(f"production needs {CA_ROOT}: the SHA-256 of the CA's root")
        return str(given or FIRST_USE)
