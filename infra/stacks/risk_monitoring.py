"""Risk's monitoring of models: the nightly machine, its steps, its schedule, its alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.patterns.alarms import Symptom, add_alarm
from infra.patterns.bucket import ModuleBucket
from infra.patterns.dashboards import METRICS_NAMESPACE, Facts
from infra.patterns.function import ModuleFunction
from infra.patterns.queue import DeadLetters
from infra.patterns.subscription import Subscription
from infra.patterns.table import ModuleTable
from infra.patterns.workflow import Workflow

if TYPE_CHECKING:
    from infra.stacks.base import ModuleStack

NIGHT_TIME: Final = {"hour": "19", "minute": "30"}
"""03:30 in China, after the external data's close of day; EventBridge counts in UTC."""
SHORT_SECONDS: Final = 30
COLLECT_SECONDS: Final = 600
"""Seven missing days of ten thousand decisions at the most; usually one day, a few seconds."""
MEASURE_SECONDS: Final = 300
MEASURE_MEMORY_MB: Final = 1_769
"""One processor; four weeks of decisions lie in memory at once."""
GET: Final = "dynamodb:GetItem"
PUT: Final = "dynamodb:PutItem"
QUERY: Final = "dynamodb:Query"
MODELS_FOLDER: Final = "/opt/artefacts"
DECISIONS: Final = "decisions/"
MONITORING: Final = "monitoring/"

DRIFT_YELLOW: Final = Symptom(
    "drift-yellow", METRICS_NAMESPACE, "ModelDriftYellow", "Sum", 1,
    "有模型轻微漂移（PSI ≥ 0.1）。",
    "按日志找到模型与指标，读当日监控报告；见 docs/model-monitoring.md「预警处置」。",
)  # fmt: skip
DRIFT_RED: Final = Symptom(
    "drift-red", METRICS_NAMESPACE, "ModelDriftRed", "Sum", 1,
    "有模型显著漂移（PSI ≥ 0.25）。",
    "当日通知模型负责人，确认是数据问题还是客群变化；见 docs/model-monitoring.md「预警处置」。",
)  # fmt: skip
FACTS: Final = (
    Facts("模型 PSI ×1000", ("ModelPsiThousandths",), ("bank_id", "model"), "Maximum"),
    Facts("模型漂移", ("ModelDriftYellow", "ModelDriftRed"), ("bank_id", "model")),
)


class ModelMonitoring(Construct):
    """Collects, measures and alarms every night; also takes what became of loans."""

    def __init__(self, stack: ModuleStack, *, table: ModuleTable, decisions: ModuleBucket) -> None:
        super().__init__(stack, "Monitoring")
        self.stack = stack
        self.table = table
        self.decisions = decisions
        decisions.write_once(MONITORING)
        self._night()
        self._outcomes()
        for symptom in (DRIFT_YELLOW, DRIFT_RED):
            add_alarm(stack, self, symptom, resource="models", dimensions={"service": stack.module})

    def _night(self) -> None:
        lists = self._function("ListMonitored", "list_monitored", SHORT_SECONDS)
        lists.grant_bucket(self.decisions, "s3:GetObject", prefix=DECISIONS)
        collect = self._function("CollectScores", "collect_scores", COLLECT_SECONDS, GET, QUERY)
        collect.grant_bucket(self.decisions, "s3:GetObject", prefix=DECISIONS)
        collect.grant_bucket(self.decisions, "s3:GetObject", prefix="artefacts/")
        collect.grant_bucket(self.decisions, "s3:GetObject", "s3:PutObject", prefix=MONITORING)
        measure = self._function("MeasureModel", "measure_model", MEASURE_SECONDS, PUT, QUERY)
        measure.grant_bucket(self.decisions, "s3:GetObject", "s3:PutObject", prefix=MONITORING)
        measure.grant_key(self.stack.key.key_arn, "kms:Decrypt")
        alarm = self._function("RaiseDriftAlarm", "raise_drift_alarm", SHORT_SECONDS, PUT, QUERY)
        alarm.grant_bucket(self.decisions, "s3:GetObject", prefix=MONITORING)
        steps = {
            "ListMonitored": lists,
            "CollectScores": collect,
            "MeasureModel": measure,
            "RaiseDriftAlarm": alarm,
        }
        machine = Workflow(
            self.stack,
            "ModelMonitoring",
            definition="statemachines/risk/model_monitoring.asl.json",
            substitutions={name: step.alias.function_arn for name, step in steps.items()},
            invokes=list(steps.values()),
        )
        self._every_night(machine)

    def _every_night(self, machine: Workflow) -> None:
        """Without input the machine measures yesterday; a lost start is kept for an operator."""
        dead_letters = DeadLetters(self, "StartDeadLetters", stack=self.stack, of="monitor-models")
        rule = events.Rule(
            self,
            "EveryNight",
            rule_name=self.stack.names.physical("monitor-models"),
            description="risk measures its models over the day before",
            schedule=events.Schedule.cron(**NIGHT_TIME),
        )
        rule.add_target(
            targets.SfnStateMachine(
                machine.machine,
                input=events.RuleTargetInput.from_object({}),
                dead_letter_queue=dead_letters.queue,
            )
        )

    def _outcomes(self) -> None:
        """A bank tells by the call; servicing, where it is deployed, by its event."""
        record = self._recording("RecordOutcome", "record_outcome", published_as="record-outcome")
        hear = self._recording("HearOfOutcome", "hear_of_outcome")
        for function in (record, hear):
            function.grant_bucket(self.decisions, "s3:GetObject", prefix=DECISIONS)
            function.grant_bucket(self.decisions, "s3:GetObject", prefix="artefacts/")
        Subscription(
            self.stack,
            "LoanOutcomes",
            source="servicing",
            names=["LoanOutcomeKnown"],
            function=hear,
        )

    def _recording(self, construct_id: str, handler: str, **options: str) -> ModuleFunction:
        return self._function(construct_id, handler, SHORT_SECONDS, GET, PUT, QUERY, **options)

    def _function(
        self, construct_id: str, handler: str, timeout_seconds: int, *actions: str, **options: str
    ) -> ModuleFunction:
        """Reads cards and records, runs no model: neither numpy nor onnxruntime."""
        heavy = construct_id in {"CollectScores", "MeasureModel"}
        function = ModuleFunction(
            self.stack,
            construct_id,
            handler=f"risk.handlers.{handler}.handler",
            timeout_seconds=timeout_seconds,
            memory_mb=MEASURE_MEMORY_MB if heavy else 512,
            layers=("runtime", "models"),
            environment={
                "TABLE_NAME": self.table.name,
                "DECISIONS_BUCKET": self.decisions.name,
                "MODELS_FOLDER": MODELS_FOLDER,
                **({"DATA_KEY_ARN": self.stack.key.key_arn} if handler == "measure_model" else {}),
            },
            published_as=options.get("published_as", ""),
        )
        if actions:
            function.grant_table(self.table, *actions)
        return function
