"""Risk's stack: what decides, its two API functions, its table, its bucket, its reviews."""

from __future__ import annotations

from typing import Any, Final

from constructs import Construct

from infra.code_version import code_version
from infra.config import DeploymentConfig
from infra.patterns.alarms import Symptom, add_alarm
from infra.patterns.bucket import ModuleBucket
from infra.patterns.dashboards import METRICS_NAMESPACE, ModuleDashboards
from infra.patterns.function import ModuleFunction
from infra.patterns.http_api import HttpApi
from infra.patterns.outbox import Outbox
from infra.patterns.table import Index, ModuleTable
from infra.patterns.workflow import Workflow
from infra.stacks.base import ABSENT, PERSONAL, ModuleStack
from infra.stacks.risk_monitoring import FACTS, ModelMonitoring

ONE_VCPU_MB: Final = 1_769
DECIDE_TIMEOUT_SECONDS: Final = 30
"""Seconds; reading 32 MB of invoices from S3 takes most of them, deciding a few milliseconds."""
MODEL_TIMEOUT_SECONDS: Final = 10
INDICATORS_TIMEOUT_SECONDS: Final = 30
"""Seconds; as for a decision, nearly all of it is reading documents."""
API_TIMEOUT_SECONDS: Final = 15
ASK_TIMEOUT_SECONDS: Final = 28
"""Seconds; API Gateway itself gives up after 29."""
REVIEW_TIMEOUT_SECONDS: Final = 10
REVIEW_DEADLINE_SECONDS: Final = 8 * 86_400
"""Shorter than the customer's ten days: what nobody of operations took, risk still can."""
MODEL_REFUSED: Final = Symptom(
    "model-refused", METRICS_NAMESPACE, "ModelRefused", "Sum", 1,
    "有模型文件与模型卡不符，已停用，相关申请转人工。",
    "按日志找到模型，重新部署模型层；见 docs/models.md「Fails closed」。",
)  # fmt: skip
GRAPH_UNAVAILABLE: Final = Symptom(
    "graph-unavailable", METRICS_NAMESPACE, "GraphUnavailable", "Sum", 1,
    "决策时关联图谱不可用：决策照常作出，图谱记为未知，该申请的关联关系未登记。",
    "查风控数据表的节流与错误；恢复后不必重做决策，下次申请时登记；见 docs/graphs.md「决策中」。",
)  # fmt: skip
GET: Final = "dynamodb:GetItem"
PUT: Final = "dynamodb:PutItem"
QUERY: Final = "dynamodb:Query"
UPDATE: Final = "dynamodb:UpdateItem"
BATCH_GET: Final = "dynamodb:BatchGetItem"
DELETE: Final = "dynamodb:DeleteItem"
MODELS_FOLDER: Final = "/opt/artefacts"


class RiskStack(ModuleStack):
    """Everything that digital risk control runs on."""

    def __init__(self, scope: Construct, *, config: DeploymentConfig) -> None:
        super().__init__(scope, module="risk", config=config)
        self.table = ModuleTable(
            self,
            "Table",
            data_class=PERSONAL,
            indexes=[
                Index("by_application", "gsi1pk", "gsi1sk"),
                Index("by_status", "gsi2pk", "gsi2sk"),
            ],
        )
        self.decisions = ModuleBucket(self, "Decisions", data_class=PERSONAL, evidence=True)
        self.decisions.write_once("decisions/")
        self._decide()
        self._apis()
        if config.has("operations"):
            self._reviews()
        ModelMonitoring(self, table=self.table, decisions=self.decisions)
        own = {"service": self.module}
        add_alarm(self, self, MODEL_REFUSED, resource="models", dimensions=own)
        add_alarm(self, self, GRAPH_UNAVAILABLE, resource="graph", dimensions=own)
        Outbox(self, self.table)
        ModuleDashboards(self, FACTS)

    def _decide(self) -> None:
        decide = self._deciding(
            "Decide",
            "risk.handlers.decide.handler",
            DECIDE_TIMEOUT_SECONDS,
            snap_start=True,
            published_as="decide",
        )
        decide.grant_documents("s3:GetObject", prefix="")
        # Asks nobody and keeps nothing: it has no rights but to run and to log.
        ModuleFunction(
            self,
            "AnswerModel",
            handler="risk.handlers.answer_model.handler",
            timeout_seconds=MODEL_TIMEOUT_SECONDS,
            memory_mb=ONE_VCPU_MB,
            layers=("runtime", "inference", "models"),
            x86=True,
            environment={"MODELS_FOLDER": MODELS_FOLDER},
            published_as="answer-model",
        )
        self._indicators()

    def _indicators(self) -> None:
        """For whoever watches a loan: reads the documents that it is given, and keeps nothing."""
        indicators = ModuleFunction(
            self,
            "ComputeIndicators",
            handler="risk.handlers.compute_indicators.handler",
            timeout_seconds=INDICATORS_TIMEOUT_SECONDS,
            memory_mb=ONE_VCPU_MB,
            layers=("runtime", "inference"),
            x86=True,
            environment={"DOCUMENTS_BUCKET": self.platform.documents_bucket_name},
            published_as="compute-indicators",
        )
        indicators.grant_documents("s3:GetObject", prefix="")

    def _deciding(
        self, construct_id: str, handler: str, timeout_seconds: int, **options: Any
    ) -> ModuleFunction:
        """Loads onnxruntime, which does not run on Lambda's arm64 (microsoft/onnxruntime#10038)."""
        function = ModuleFunction(
            self,
            construct_id,
            handler=handler,
            timeout_seconds=timeout_seconds,
            memory_mb=ONE_VCPU_MB,
            layers=("runtime", "inference", "models"),
            x86=True,
            environment={
                **self._environment(),
                "DOCUMENTS_BUCKET": self.platform.documents_bucket_name,
                "CODE_VERSION": code_version(),
                "EXCHANGE_KEY_ARN": self.platform.data_key_arn,
            },
            **options,
        )
        function.grant_table(self.table, GET, PUT, QUERY, UPDATE, BATCH_GET)
        function.grant_bucket(self.decisions, "s3:GetObject", "s3:PutObject", prefix="decisions/")
        function.grant_bucket(self.decisions, "s3:GetObject", prefix="policies/")
        function.grant_bucket(self.decisions, "s3:PutObject", prefix="artefacts/")
        self._grant_personal(function)
        function.grant_secret(self.platform.blind_index_secret_arn)
        function.grant_sealing()
        return function

    def _apis(self) -> None:
        """Reading and the desks need neither numpy nor models; deciding and proving policies do."""
        api = self._light("Api", "risk.api.app", API_TIMEOUT_SECONDS, GET, PUT, QUERY, DELETE)
        api.grant_secret(self.platform.blind_index_secret_arn)
        api.grant_bucket(self.decisions, "s3:GetObject", prefix="decisions/")
        api.grant_bucket(self.decisions, "s3:GetObject", prefix="artefacts/")
        api.grant_bucket(self.decisions, "s3:GetObject", "s3:PutObject", prefix="policies/")
        if self.config.has("operations"):
            api.allow(["states:StartExecution"], [self.state_machine_arn("ReviewDecision")])
        ask = self._deciding("DecideApi", "risk.decide_api.app", ASK_TIMEOUT_SECONDS)
        ask.grant_documents("s3:GetObject", prefix="")
        ask.grant_documents("s3:PutObject", prefix="risk/")
        ask.grant_bucket(self.decisions, "s3:GetObject", prefix="artefacts/")
        HttpApi(
            self,
            "HttpApi",
            routes_module="risk.api",
            function=api,
            others={"risk.decide_api": ask},
        )

    def _reviews(self) -> None:
        """A person of operations reviews; without operations the review waits in risk's list."""
        record = self._light(
            "RecordReview",
            "risk.handlers.record_review.handler",
            REVIEW_TIMEOUT_SECONDS,
            GET,
            PUT,
        )
        Workflow(
            self,
            "ReviewDecision",
            definition="statemachines/risk/review_decision.asl.json",
            substitutions={
                "RecordReview": record.alias.function_arn,
                "OperationsQueueUrl": self.platform.ssm("operations", "commands", "queue-url"),
                "ReviewDeadlineSeconds": str(REVIEW_DEADLINE_SECONDS),
            },
            invokes=[record],
            sends_to=[self.platform.ssm("operations", "commands", "queue-arn")],
        )

    def _light(
        self, construct_id: str, handler: str, timeout_seconds: int, *actions: str
    ) -> ModuleFunction:
        present = self.config.has("operations")
        function = ModuleFunction(
            self,
            construct_id,
            handler=handler,
            timeout_seconds=timeout_seconds,
            layers=("runtime", "models"),
            environment={
                **self._environment(),
                "REVIEW_MACHINE_ARN": (
                    self.state_machine_arn("ReviewDecision") if present else ABSENT
                ),
            },
        )
        function.grant_table(self.table, *actions)
        self._grant_personal(function)
        return function

    def _grant_personal(self, function: ModuleFunction) -> None:
        """Names, codes and what people wrote lie encrypted in the rows."""
        function.grant_key(self.key.key_arn, "kms:GenerateDataKey", "kms:Decrypt")

    def _environment(self) -> dict[str, str]:
        return {
            "TABLE_NAME": self.table.name,
            "DECISIONS_BUCKET": self.decisions.name,
            "MODELS_FOLDER": MODELS_FOLDER,
            "DATA_KEY_ARN": self.key.key_arn,
            "BLIND_INDEX_SECRET_ARN": self.platform.blind_index_secret_arn,
        }
