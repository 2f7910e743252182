"""Creates what runs: functions with their layers, versions and aliases, and state machines."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from infra.layers import local_path
from infra.local.faults import names_function
from infra.local.functions import FunctionSpec, function_name
from infra.local.intrinsics import Made
from infra.local.resources.context import Context, Wanted

PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
LAYER_ROOT = "/opt/"
DEFAULT_TIMEOUT_SECONDS = 3
DEFAULT_MEMORY_MB = 128


def create_layer(context: Context, wanted: Wanted) -> Made:
    """`AWS::Lambda::LayerVersion`: remembered by ARN; nothing is copied."""
    account = context.account
    name = wanted.name("LayerName", limit=140)
    arn = f"arn:{account.partition}:lambda:{account.region}:{account.account_id}:layer:{name}:1"
    context.deployed.layers[arn] = _asset(context, wanted.properties["Content"])
    return Made(ref=arn, attributes={"LayerVersionArn": arn})


def _asset(context: Context, location: Mapping[str, Any]) -> Path:
    identifier = str(location["S3Key"]).rpartition("/")[2].removesuffix(".zip")
    return context.deployed.asset_paths[identifier]


def create_function(context: Context, wanted: Wanted) -> Made:
    """`AWS::Lambda::Function`: kept by our own Lambda, which runs the asset in place."""
    properties = wanted.properties
    account = context.account
    name = wanted.name("FunctionName")
    arn = f"arn:{account.partition}:lambda:{account.region}:{account.account_id}:function:{name}"
    layers = [context.deployed.layers[str(layer)] for layer in properties.get("Layers", [])]
    variables = dict(properties.get("Environment", {}).get("Variables", {}))
    for wanted_name, extra in context.options.environment.items():
        if names_function(wanted_name, name):
            variables.update(extra)
    spec = FunctionSpec(
        name=name,
        arn=arn,
        handler=properties["Handler"],
        environment={key: _in_layers(str(value), layers) for key, value in variables.items()},
        paths=tuple(_import_roots(_asset(context, properties["Code"]), layers)),
        timeout_seconds=float(properties.get("Timeout", DEFAULT_TIMEOUT_SECONDS)),
        memory_mb=int(properties.get("MemorySize", DEFAULT_MEMORY_MB)),
    )
    context.deployed.functions.add(spec)
    return Made(ref=name, attributes={"Arn": arn})


def _import_roots(code: Path, layers: list[Path]) -> Iterator[Path]:
    """Third-party layers are built for Lambda's processor; locally our own environment serves."""
    yield code
    for layer in layers:
        packages = layer / "python"
        if packages.is_dir() and not any(packages.glob("*.dist-info")):
            yield packages


def _in_layers(value: str, layers: list[Path]) -> str:
    """A path below /opt is a path inside one of the function's layers."""
    if not value.startswith(LAYER_ROOT):
        return value
    inside = value.removeprefix(LAYER_ROOT)
    found = (str(layer / inside) for layer in layers if (layer / inside).exists())
    return next(found, "") or local_path(value)


def create_version(context: Context, wanted: Wanted) -> Made:
    """`AWS::Lambda::Version`: there is only one version of a function at a time."""
    spec = context.deployed.functions.find(wanted.properties["FunctionName"])
    arn = f"{spec.arn if spec else wanted.properties['FunctionName']}:1"
    return Made(ref=arn, attributes={"Version": "1", "FunctionArn": arn})


def create_alias(context: Context, wanted: Wanted) -> Made:
    """`AWS::Lambda::Alias`: another name of the function."""
    spec = context.deployed.functions.find(wanted.properties["FunctionName"])
    if spec is None:
        raise KeyError(wanted.properties["FunctionName"])
    arn = f"{spec.arn}:{wanted.properties['Name']}"
    return Made(ref=arn, attributes={"AliasArn": arn})


def create_invoke_config(context: Context, wanted: Wanted) -> Made:
    """`AWS::Lambda::EventInvokeConfig`: retries and destination of asynchronous invocations."""
    properties = wanted.properties
    functions = context.deployed.functions
    spec = functions.functions[function_name(properties["FunctionName"])]
    destination = properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
    attempts = int(properties.get("MaximumRetryAttempts", spec.retry_attempts))
    functions.add(replace(spec, retry_attempts=attempts, on_failure=destination))
    return Made(ref=wanted.logical_id)


def create_state_machine(context: Context, wanted: Wanted) -> Made:
    """`AWS::StepFunctions::StateMachine`, placeholders substituted as CloudFormation does."""
    properties = wanted.properties
    name = wanted.name("StateMachineName", limit=80)
    text = properties.get("DefinitionString") or json.dumps(properties["Definition"])
    values = {**properties.get("DefinitionSubstitutions", {}), **context.options.substitutions}
    text = PLACEHOLDER.sub(lambda match: str(values.get(match[1], match[0])), text)
    definition = json.loads(text)
    if context.options.definition is not None:
        definition = context.options.definition(name, definition)
    made = context.client("stepfunctions").create_state_machine(
        name=name,
        definition=json.dumps(definition, ensure_ascii=False),
        roleArn=properties["RoleArn"],
        type=properties.get("StateMachineType", "STANDARD"),
    )
    arn = made["stateMachineArn"]
    context.deployed.state_machines[name] = arn
    return Made(ref=arn, attributes={"Arn": arn, "Name": name})


CREATORS: Mapping[str, Callable[[Context, Wanted], Made]] = {
    "AWS::Lambda::LayerVersion": create_layer,
    "AWS::Lambda::Function": create_function,
    "AWS::Lambda::Version": create_version,
    "AWS::Lambda::Alias": create_alias,
    "AWS::Lambda::EventInvokeConfig": create_invoke_config,
    "AWS::StepFunctions::StateMachine": create_state_machine,
}
