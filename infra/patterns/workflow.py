"""A state machine from its .asl.json file, allowed exactly what the file needs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from aws_cdk import Aws, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra import nag
from infra.config import ROOT
from infra.names import kebab
from infra.patterns import alarms
from infra.patterns.function import ModuleFunction
from infra.patterns.queue import DeadLetters, ModuleQueue

if TYPE_CHECKING:
    from infra.stacks.base import ModuleStack

PLACEHOLDER: Final = re.compile(r"\$\{(\w+)\}")
DEAD_LETTER_PLACEHOLDER: Final = "DeadLetterQueueUrl"
PARTITION_PLACEHOLDER: Final = "Partition"
DISTRIBUTED: Final = re.compile(r'"Mode":\s*"DISTRIBUTED"')
CHILDREN: Final = (
    "Child executions of a distributed Map are named at run time; the machine reaches its own only."
)


class WorkflowRefused(ValueError):
    """A definition's placeholders and the values given for them do not agree."""


class Workflow(Construct):
    """A Standard state machine; its file says what happens, its stack says where.

    Give a queue's dead letters as `dead_letters`, and a redrive resumes the work by that queue.
    """

    def __init__(
        self,
        stack: ModuleStack,
        construct_id: str,
        *,
        definition: str,
        substitutions: Mapping[str, str],
        invokes: Sequence[ModuleFunction | str] = (),
        sends_to: Sequence[ModuleQueue | str] = (),
        dead_letters: DeadLetters | None = None,
    ) -> None:
        super().__init__(stack, construct_id)
        self.stack = stack
        text = any_partition((ROOT / definition).read_text(encoding="utf-8"))
        self.physical_name = stack.names.physical(construct_id)
        self.dead_letters = dead_letters or DeadLetters(
            self, "DeadLetters", stack=stack, of=construct_id
        )
        values = {
            DEAD_LETTER_PLACEHOLDER: self.dead_letters.url,
            PARTITION_PLACEHOLDER: Aws.PARTITION,
            **substitutions,
        }
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        self.machine = self._machine(construct_id, text, _agreed(definition, text, values))
        self.arn = str(self.machine.state_machine_arn)
        self._allow(invokes, sends_to)
        if DISTRIBUTED.search(text):
            self._allow_children()
        self._watch(construct_id)
        stack.parts.workflows.append(self.arn)
        stack.publish(kebab(construct_id), "state-machine-arn", self.arn)

    def allow(self, actions: Sequence[str], resources: Sequence[str]) -> None:
        """Allow the machine named actions on named resources, for its SDK integrations."""
        self.role.add_to_policy(
            iam.PolicyStatement(actions=list(actions), resources=list(resources))
        )

    def _machine(self, construct_id: str, text: str, values: Mapping[str, str]) -> Any:
        log_group = logs.LogGroup(
            self,
            "Logs",
            log_group_name=self.stack.names.workflow_logs(construct_id),
            retention=self.stack.log_retention,
            removal_policy=RemovalPolicy.RETAIN,
        )
        nag.acknowledge_wildcards(self.role, ["*"], f"{nag.TRACING} {nag.LOG_DELIVERY}")
        return sfn.StateMachine(
            self,
            "Machine",
            state_machine_name=self.physical_name,
            state_machine_type=sfn.StateMachineType.STANDARD,
            definition_body=sfn.DefinitionBody.from_string(text),
            definition_substitutions=dict(values),
            role=self.role,
            tracing_enabled=True,
            logs=sfn.LogOptions(
                destination=log_group, level=sfn.LogLevel.ALL, include_execution_data=False
            ),
            removal_policy=RemovalPolicy.RETAIN,
        )

    def _allow(
        self,
        invokes: Sequence[ModuleFunction | str],
        sends_to: Sequence[ModuleQueue | str],
    ) -> None:
        functions = [one if isinstance(one, str) else one.alias.function_arn for one in invokes]
        queues = [one if isinstance(one, str) else one.arn for one in sends_to]
        if functions:
            self.allow(["lambda:InvokeFunction"], functions)
        self.allow(["sqs:SendMessage"], [*queues, self.dead_letters.arn])

    def _allow_children(self) -> None:
        """A distributed Map runs each item as a child execution of the same machine."""
        states = f"arn:{Aws.PARTITION}:states:{Aws.REGION}:{Aws.ACCOUNT_ID}"
        machine, executions = (
            f"{states}:{kind}:{self.physical_name}" for kind in ("stateMachine", "execution")
        )
        self.allow(["states:StartExecution"], [machine])
        self.allow(["states:DescribeExecution", "states:StopExecution"], [f"{executions}:*"])
        self.allow(["states:RedriveExecution"], [f"{executions}/*:*"])
        nag.acknowledge_wildcards(self.role, [f"{executions}:*", f"{executions}/*:*"], CHILDREN)

    def _watch(self, construct_id: str) -> None:
        for symptom in (alarms.WORKFLOW_FAILED, alarms.WORKFLOW_TIMED_OUT):
            alarms.add_alarm(
                self.stack,
                self,
                symptom,
                resource=kebab(construct_id),
                dimensions={"StateMachineArn": self.arn},
            )


def any_partition(text: str) -> str:
    """Let a definition written with `arn:aws:states` run in every partition, China's too."""
    return text.replace('"arn:aws:states:::', f'"arn:${{{PARTITION_PLACEHOLDER}}}:states:::')


def _agreed(definition: str, text: str, values: Mapping[str, str]) -> dict[str, str]:
    """Answer the values that the file asks for; refuse one that is missing or not asked for."""
    asked = set(PLACEHOLDER.findall(text))
    missing = asked - values.keys()
    unused = values.keys() - asked - {DEAD_LETTER_PLACEHOLDER, PARTITION_PLACEHOLDER}
    if missing or unused:
        raise WorkflowRefused(
            f"{definition}: no value for {sorted(missing)}, no placeholder for {sorted(unused)}"
        )
    return {name: values[name] for name in sorted(asked)}
