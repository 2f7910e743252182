"""Shims over moto's distributed Map: its items run, their failures count, their scope is their own.

moto 5.2.5 looks for the Map's input on a stack that is empty by then, calls an item that failed a
success without output, and lets a child execution read the variables of its parent.
"""

from __future__ import annotations

import functools
import importlib
from typing import Any, Final

from infra.local.moto_shims.patching import replace

ASL: Final = "moto.stepfunctions.parser.asl"
ITERATION: Final = f"{ASL}.component.state.exec.state_map.iteration"


def install() -> None:
    """Run each item as an inline Map does, but with nothing of its parent's scope."""
    processor = importlib.import_module(
        f"{ITERATION}.itemprocessor.distributed_item_processor"
    ).DistributedItemProcessor
    replace(processor, "_create_worker", _create_worker)
    component = importlib.import_module(
        f"{ITERATION}.distributed_iteration_component"
    ).DistributedIterationComponent
    replace(component, "_map_run", _none_tolerated(component._map_run))


def _create_worker(self: Any, env: Any, eval_input: Any, job_pool: Any) -> Any:
    return _child_worker()(
        work_name=eval_input.state_name,
        job_pool=job_pool,
        env=env,
        item_selector=eval_input.item_selector,
        parameters=eval_input.parameters,
    )


@functools.cache
def _child_worker() -> type[Any]:
    inline: Any = importlib.import_module(
        f"{ITERATION}.itemprocessor.inline_item_processor_worker"
    ).InlineItemProcessorWorker
    store = importlib.import_module(f"{ASL}.eval.variable_store").VariableStore

    class ChildWorker(inline):
        """Evaluates the selector in the Map's scope, the item's states in a new one."""

        def _eval_input(self, env_frame: Any) -> None:
            if self._item_selector:
                given = self._env.states.get_input()
                env_frame.states.reset(input_value=given)
                env_frame.stack.append(given)
                self._item_selector.eval(env_frame)
                env_frame.states.reset(input_value=env_frame.stack[-1])
            env_frame.variable_store = store()

    return ChildWorker


def _none_tolerated(map_run: Any) -> Any:
    """An item that fails fails the Map by the name that AWS gives; no tolerance is asked for."""
    failures = importlib.import_module(f"{ASL}.component.common.error_name.failure_event")
    names = importlib.import_module(f"{ASL}.component.common.error_name.states_error_name")
    kinds = importlib.import_module(f"{ASL}.component.common.error_name.states_error_name_type")
    api = importlib.import_module("moto.stepfunctions.parser.api")
    details = importlib.import_module(f"{ASL}.eval.event.event_detail").EventDetails

    @functools.wraps(map_run)
    def run(self: Any, env: Any, eval_input: Any) -> None:
        try:
            map_run(self, env, eval_input)
        except Exception as error:
            name = names.StatesErrorName(
                typ=kinds.StatesErrorNameType.StatesExceedToleratedFailureThreshold
            )
            told = api.MapRunFailedEventDetails(
                error=name.error_name,
                cause="The specified tolerated failure threshold was exceeded",
            )
            event = failures.FailureEvent(
                env=env,
                error_name=name,
                event_type=api.HistoryEventType.MapRunFailed,
                event_details=details(mapRunFailedEventDetails=told),
            )

            raise failures.FailureEventException(failure_event=event) from error

    return run
