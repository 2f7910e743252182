"""Everything that Puhui changes inside moto, in one package, each change with its reason.

`PRIVATE_NAMES` lists what the shims rely on; one canary test fails when a moto upgrade moves it.
"""

from __future__ import annotations

import functools
import importlib
import logging
from typing import Any, Protocol

from infra.local.errors import LocalCloudError
from infra.local.moto_shims import answers, data, distributed_map, keys, messages, states
from infra.local.moto_shims.patching import anything_replaced, restore_all

ASL = "moto.stepfunctions.parser.asl"
TASK = f"{ASL}.component.state.exec.state_task"
ITERATION = f"{ASL}.component.state.exec.state_map.iteration"
PRIVATE_NAMES = (
    (f"{ASL}.component.common.string.string_expression", "StringJSONata._eval_body"),
    (f"{ASL}.component.common.retry.retrier_decl", "time"),
    (f"{ASL}.component.state.exec.execute_state", "ExecutionState._handle_retry"),
    (f"{ASL}.component.state.exec.execute_state", "TMP_THREADS"),
    (f"{ASL}.component.intrinsic.jsonata", "get_intrinsic_functions_declarations"),
    (f"{ASL}.jsonata.jsonata", "extract_jsonata_variable_references"),
    (f"{ASL}.eval.states", "States._states_data"),
    (f"{ASL}.eval.variable_store", "VariableStore._outer_scope"),
    (f"{ASL}.eval.variable_store", "VariableStore._inner_scope"),
    (f"{ASL}.eval.event.event_manager", "EventManager.add_event"),
    (f"{ASL}.eval.event.event_manager", "EventManager._history_event_list"),
    (
        f"{ITERATION}.itemprocessor.distributed_item_processor",
        "DistributedItemProcessor._create_worker",
    ),
    (f"{ITERATION}.distributed_iteration_component", "DistributedIterationComponent._map_run"),
    (
        f"{ITERATION}.itemprocessor.inline_item_processor_worker",
        "InlineItemProcessorWorker._eval_input",
    ),
    ("moto.stepfunctions.parser.models", "stepfunctions_parser_backends"),
    (f"{ASL}.parse.asl_parser", "AmazonStateLanguageParser.parse"),
    (f"{ASL}.parse.preprocessor", "Preprocessor._inner_string_of"),
    (f"{TASK}.lambda_eval_utils", "_invoke_lambda_function"),
    (f"{TASK}.service.state_task_service_sqs", "boto_client_for"),
    ("moto.stepfunctions.parser.backend.execution_worker", "TMP_THREADS"),
    (
        "moto.stepfunctions.parser.backend.execution",
        "BaseExecutionWorkerCommunication._reflect_execution_status",
    ),
    ("moto.stepfunctions.responses", "StepFunctionResponse.describe_execution"),
    ("moto.stepfunctions.responses", "StepFunctionResponse.send_task_failure"),
    ("moto.awslambda_simple.models", "LambdaSimpleBackend.invoke"),
    ("moto.core.responses", "method_names_from_class"),
    ("moto.core.serialize", "ResponseSerializer.get_value"),
    ("moto.core.serialize", "AttributePicker.get_possible_keys"),
    ("moto.core.serialize", "AttributePickerContext"),
    ("moto.moto_server.werkzeug_app", "DomainDispatcherApplication.get_backend_for_host"),
    ("moto.dynamodb.models", "DynamoDBBackend.transact_write_items"),
    ("moto.dynamodb.models.table", "Table.all_items"),
    ("moto.dynamodb.models.table", "Table.query"),
    ("moto.dynamodb.models.table", "Table.put_item"),
    ("moto.dynamodb.models.table", "Table.delete_item"),
    ("moto.dynamodb.models", "DynamoDBBackend.update_item"),
    ("moto.dynamodb.models", "DynamoDBBackend.get_keys_value"),
    ("moto.dynamodb.responses", "DynamoResult"),
    ("moto.dynamodb.responses", "ActionResult.execute_result"),
    ("moto.dynamodb.models.table", "StreamShard.add"),
    ("moto.dynamodb.models.table", "StreamRecord.__init__"),
    ("moto.dynamodb.responses", "DynamoHandler.call_action"),
    ("moto.events.models", "Rule.send_to_targets"),
    ("moto.kms.models", "generate_private_key"),
    ("moto.sqs.models", "Queue.add_message"),
    ("moto.s3.notifications", "_invoke_awslambda"),
)


class Outside(Protocol):
    """What moto needs from the rest of the local cloud."""

    def invoke(self, function: str, payload: bytes) -> tuple[bytes, str | None]:
        """Run a function now; return its payload and, when it failed, the kind of error."""

    def invoke_later(self, function: str, payload: bytes) -> None:
        """Accept an asynchronous invocation: retried twice, then its failure destination."""

    def notify(self, kind: str, name: str) -> None:
        """Tell that a queue (`queue`) or a table's stream (`stream`) has something new."""


def install(outside: Outside, *, retry_delay_scale: float = 1.0) -> None:
    """Apply every shim; `uninstall` restores moto as it was."""
    from moto.core.config import default_user_config

    if anything_replaced():
        raise LocalCloudError("moto is already changed: use local clouds one at a time")
    default_user_config["lambda"] = {"use_docker": False}
    default_user_config["stepfunctions"] = {"execute_state_machine": True}
    for name in ("moto.stepfunctions", "werkzeug"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    states.install(outside, retry_delay_scale)
    distributed_map.install()
    data.install(outside)
    messages.install(outside)
    keys.install()
    answers.install()


def uninstall() -> None:
    """Put back what `install` replaced."""
    restore_all()


def missing_names() -> list[str]:
    """Name every private name that this version of moto no longer has."""
    missing = []
    for module_name, path in PRIVATE_NAMES:
        try:
            functools.reduce(_member, path.split("."), importlib.import_module(module_name))
        except (ImportError, AttributeError):
            missing.append(f"{module_name}:{path}")
    return missing


def _member(owner: Any, name: str) -> Any:
    declared = getattr(owner, "__annotations__", {})
    return declared[name] if name in declared else getattr(owner, name)
