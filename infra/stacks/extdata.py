"""External data's stack: its API, what others call, the archive, the audit chain, the nightly job.

Egress: Api and Query call data providers over HTTPS. They run outside a VPC, so that nothing but
the code's own guard (exact hosts of the provider, public addresses only, no redirects) stands
before the internet; a bank with an egress proxy or firewall attaches the functions to its VPC.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from aws_cdk import ArnFormat
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.config import DeploymentConfig
from infra.patterns import (
    HttpApi,
    ModuleBucket,
    ModuleDashboards,
    ModuleFunction,
    ModuleTable,
    Outbox,
)
from infra.patterns.alarms import Symptom, add_alarm
from infra.patterns.dashboards import METRICS_NAMESPACE, Facts
from infra.patterns.queue import DeadLetters
from infra.patterns.stream import consume_stream
from infra.stacks.base import PERSONAL, ModuleStack

API_TIMEOUT_SECONDS: Final = 29
"""As long as API Gateway waits: a query and a connector's test may take most of it."""
QUERY_TIMEOUT_SECONDS: Final = 40
"""Below the workflow's own 45 s, so that an answer is late only when it is lost."""
GATEWAY_MEMORY_MB: Final = 1769
"""One full processor: mapping and SM2 are computing, not waiting."""
CHAIN_TIMEOUT_SECONDS: Final = 60
NIGHT_TIMEOUT_SECONDS: Final = 600
NIGHT_TIME: Final = {"hour": "18", "minute": "30"}
"""02:30 in China, after the day's last query; EventBridge counts in UTC."""
SEALS_PREFIX: Final = "audit-seals/"
LAYERS: Final = ("runtime", "extdata")
DOCUMENTS_PREFIX: Final = "extdata/"

GET: Final = "dynamodb:GetItem"
BATCH: Final = "dynamodb:BatchGetItem"
PUT: Final = "dynamodb:PutItem"
UPDATE: Final = "dynamodb:UpdateItem"
DELETE: Final = "dynamodb:DeleteItem"
QUERY: Final = "dynamodb:Query"

WRITTEN_ONCE: Final = (
    "METER", "AUDIT", "CHAIN", "DAY", "JOB", "PRICES", "ROUTES", "RULES", "BILL",
)  # fmt: skip
"""Prefixes after the bank in the keys of rows that nobody changes or deletes."""

BREAKER_OPENED: Final = Symptom(
    "breaker-open", METRICS_NAMESPACE, "BreakerOpened", "Sum", 1,
    "数据服务商接口被熔断。",
    "用 puhui extdata breakers 看是哪一家；备用路由已自动接手，联系服务商技术支持。",
)  # fmt: skip
QUOTA_WARNED: Final = Symptom(
    "quota-80", METRICS_NAMESPACE, "QuotaWarned", "Sum", 1,
    "某项配额已用到八成。",
    "用 puhui extdata limits 看是哪一项；确认用量正常后提高配额或等待次日、次月。",
)  # fmt: skip
QUOTA_STOPPED: Final = Symptom(
    "quota-stop", METRICS_NAMESPACE, "QuotaStopped", "Sum", 1,
    "某项配额已用完，查询被拒绝。",
    "用 puhui extdata limits 看是哪一项；查明是否有重试风暴，再决定是否提高配额。",
)  # fmt: skip
AUDIT_UNREADABLE: Final = Symptom(
    "audit-unreadable", METRICS_NAMESPACE, "AuditRecordUnreadable", "Sum", 1,
    "有审计记录无法读取，未能入链。",
    "按日志的 sequence_number 查这一条；该日 puhui extdata audit verify 会显示 waiting。",
)  # fmt: skip
FACTS: Final = (
    Facts("熔断器", ("BreakerOpened", "BreakerClosed"), ("bank_id", "provider")),
    Facts("配额使用率 %", ("QuotaUsedPercent",), ("bank_id", "gate"), "Maximum"),
    Facts("账单（分）", ("BillFen",), ("bank_id", "provider"), "Maximum"),
    Facts(
        "可用率、查得率 %",
        ("AvailabilityPercent", "HitPercent"),
        ("bank_id", "provider"),
        "Minimum",
    ),
    Facts("空值率 %", ("NullPercent",), ("bank_id", "provider"), "Maximum"),
    Facts("数据漂移 PSI ×1000", ("DriftPsiThousandths",), ("bank_id", "provider"), "Maximum"),
    Facts("服务商耗时 p95（毫秒）", ("ProviderMs",), ("bank_id", "provider"), "p95"),
)


class ExtdataStack(ModuleStack):
    """Everything that the external data platform runs on."""

    def __init__(self, scope: Construct, *, config: DeploymentConfig) -> None:
        super().__init__(scope, module="extdata", config=config)
        self.table = ModuleTable(self, "Table", data_class=PERSONAL)
        self.archive = ModuleBucket(self, "Archive", data_class=PERSONAL, evidence=True)
        self.key_prefix = self.names.parameter("providers", "key")
        self._api()
        self._query()
        self._consents()
        self._audit()
        self._night()
        Outbox(self, self.table)
        self._watch()
        ModuleDashboards(self, FACTS)

    def _function(
        self,
        construct_id: str,
        handler: str,
        timeout_seconds: int,
        *actions: str,
        memory_mb: int = GATEWAY_MEMORY_MB,
        published_as: str = "",
        table_only: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> ModuleFunction:
        function = ModuleFunction(
            self,
            construct_id,
            handler=handler,
            timeout_seconds=timeout_seconds,
            memory_mb=memory_mb,
            layers=LAYERS,
            x86=True,
            environment={
                "TABLE_NAME": self.table.name,
                **({} if table_only else self._gateway_environment),
                **(environment or {}),
            },
            published_as=published_as,
        )
        function.grant_table(self.table, *actions)
        self._deny_changes(function)
        return function

    @property
    def _gateway_environment(self) -> dict[str, str]:
        return {
            "DATA_KEY_ARN": self.key.key_arn,
            "EXCHANGE_KEY_ARN": self.platform.data_key_arn,
            "BLIND_INDEX_SECRET_ARN": self.platform.blind_index_secret_arn,
            "ARCHIVE_BUCKET": self.archive.name,
            "DOCUMENTS_BUCKET": self.platform.documents_bucket_name,
            "PROVIDER_KEY_PREFIX": self.key_prefix,
            "PROVIDERS_URL": self.platform.providers_url,
            "CALLBACKS_URL": self.platform.callbacks_url,
        }

    def _deny_changes(self, function: ModuleFunction) -> None:
        """Meters, audit records, prices and routes are corrected by new ones, never changed."""
        keys = [f"BANK#*#{kind}#*" for kind in WRITTEN_ONCE]
        function.role.add_to_policy(
            iam.PolicyStatement(
                effect=iam.Effect.DENY,
                actions=[UPDATE, DELETE],
                resources=[self.table.arn],
                conditions={"ForAnyValue:StringLike": {"dynamodb:LeadingKeys": keys}},
            )
        )

    def _calls_providers(self, function: ModuleFunction) -> None:
        """What a query needs besides the table: keys, fingerprints, archive and documents."""
        function.grant_secret(self.platform.blind_index_secret_arn)
        function.grant_bucket(self.archive, "s3:GetObject", "s3:PutObject")
        function.grant_documents("s3:GetObject", "s3:PutObject", prefix=DOCUMENTS_PREFIX)
        self._grant_provider_keys(function, "secretsmanager:GetSecretValue")

    def _grant_provider_keys(self, function: ModuleFunction, *actions: str) -> None:
        """Each provider's keys are secrets of their own, made when they are onboarded."""
        function.allow(
            actions,
            [self._provider_keys_arn],
            reason=(
                "Keys are put per bank and provider at run time, and Secrets Manager appends six "
                "random characters to each name; the function reaches those below this one prefix."
            ),
        )
        writes = set(actions) != {"secretsmanager:GetSecretValue"}
        function.use_key(self.key.key_arn, "secretsmanager", writes=writes)

    @property
    def _provider_keys_arn(self) -> str:
        return str(
            self.format_arn(
                service="secretsmanager",
                resource="secret",
                resource_name=f"{self.key_prefix}/*",
                arn_format=ArnFormat.COLON_RESOURCE_NAME,
            )
        )

    def _api(self) -> None:
        api = self._function(
            "Api",
            "extdata.api.app",
            API_TIMEOUT_SECONDS,
            *(GET, BATCH, PUT, UPDATE, QUERY),
        )
        self._calls_providers(api)
        self._grant_provider_keys(
            api,
            "secretsmanager:GetSecretValue",
            "secretsmanager:CreateSecret",
            "secretsmanager:PutSecretValue",
        )
        api.role.add_to_policy(
            iam.PolicyStatement(
                actions=["s3:ListBucketVersions"],  # A seal that was hidden is a version still.
                resources=[self.archive.arn],
                conditions={"StringLike": {"s3:prefix": f"{SEALS_PREFIX}*"}},
            )
        )
        HttpApi(self, "HttpApi", routes_module="extdata.api", function=api)

    def _query(self) -> None:
        query = self._function(
            "Query",
            "extdata.handlers.query.handler",
            QUERY_TIMEOUT_SECONDS,
            *(GET, BATCH, PUT, UPDATE, QUERY),
            published_as="query",
        )
        self._calls_providers(query)
        query.grant_key(self.platform.data_key_arn, "kms:Decrypt")

    def _consents(self) -> None:
        keep = self._function(
            "KeepConsent",
            "extdata.handlers.keep_consent.handler",
            10,
            *(GET, PUT),
            memory_mb=512,
            published_as="keep-consent",
        )
        keep.grant_secret(self.platform.blind_index_secret_arn)
        keep.grant_key(self.platform.data_key_arn, "kms:Decrypt")

    def _audit(self) -> None:
        chain = self._function(
            "ChainAudit",
            "extdata.handlers.chain_audit.handler",
            CHAIN_TIMEOUT_SECONDS,
            *(GET, PUT),
            memory_mb=512,
            table_only=True,
        )
        consume_stream(
            self, chain, self.table, chain, pattern=_new_audit_records(), of="chain-audit"
        )

    def _night(self) -> None:
        """Close the day before: seal its audit chains, measure its quality."""
        night = self._function(
            "CloseDay",
            "extdata.handlers.close_day.handler",
            NIGHT_TIMEOUT_SECONDS,
            *(GET, BATCH, PUT, QUERY),
            table_only=True,
            environment={"ARCHIVE_BUCKET": self.archive.name},
        )
        night.grant_bucket(self.archive, "s3:PutObject", prefix=SEALS_PREFIX)
        dead_letters = DeadLetters(night, "DeadLetters", stack=self, of="close-day")
        rule = events.Rule(
            self,
            "EveryNight",
            rule_name=self.names.physical("close-day"),
            description="extdata seals a day's audit chains and measures its providers' quality",
            schedule=events.Schedule.cron(**NIGHT_TIME),
        )
        rule.add_target(targets.LambdaFunction(night.alias, dead_letter_queue=dead_letters.queue))

    def _watch(self) -> None:
        for symptom in (BREAKER_OPENED, QUOTA_WARNED, QUOTA_STOPPED, AUDIT_UNREADABLE):
            add_alarm(
                self,
                self,
                symptom,
                resource="providers",
                dimensions={"service": self.module},
            )


def _new_audit_records() -> dict[str, object]:
    """Rows that hold a record for a chain; the chain's own links have a hash as well."""
    exists, absent = lambda_.FilterRule.exists(), lambda_.FilterRule.not_exists()
    return {
        "eventName": lambda_.FilterRule.is_equal("INSERT"),
        "dynamodb": {"NewImage": {"record": {"S": exists}, "hash": {"S": absent}}},
    }
