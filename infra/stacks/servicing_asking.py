"""A function of servicing that reads loan books, writes in transactions and asks risk's models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infra.patterns.function import DEFAULT_MEMORY_MB, ModuleFunction
from infra.stacks.base import ABSENT

if TYPE_CHECKING:
    from infra.stacks.servicing import ServicingStack

ACTIONS: Final = (
    "dynamodb:GetItem",
    "dynamodb:BatchGetItem",
    "dynamodb:Query",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
)


def asking_function(
    stack: ServicingStack,
    construct_id: str,
    handler: str,
    timeout_seconds: int,
    memory_mb: int = DEFAULT_MEMORY_MB,
) -> ModuleFunction:
    """Without `risk` nobody is asked, and the function says so in what it answers."""
    present = stack.config.has("risk")
    arn = stack.platform.ssm("risk", "answer-model", "function-arn") if present else ABSENT
    function = ModuleFunction(
        stack,
        construct_id,
        handler=handler,
        timeout_seconds=timeout_seconds,
        memory_mb=memory_mb,
        environment={"TABLE_NAME": stack.table.name, "ANSWER_MODEL_ARN": arn},
    )
    function.grant_table(stack.table, *ACTIONS)
    stack.transactions_only(function)
    if present:
        function.allow(["lambda:InvokeFunction"], [arn])
    return function
