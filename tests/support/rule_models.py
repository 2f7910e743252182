"""What the tests of the rule models share beside `risk_models`: vectors by name, facts left out."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from types import ModuleType, NoneType
from typing import Any, get_args, get_type_hints

from tests.support import risk_models
from tests.support.risk_models import document


def parameters_of(module: ModuleType, **changes: Any) -> Any:
    """The starting parameters of a model, some changed."""
    return risk_models.parameters_of(_id_of(module), **changes)


def vectors_of(model_id: str) -> dict[str, tuple[Any, Any]]:
    """The golden vectors of a model by name: inputs and answer."""
    return {
        one["name"]: (one["inputs"], one["answer"])
        for one in document(model_id, "golden")["vectors"]
    }


def first_inputs(module: ModuleType, **changes: Any) -> Any:
    """The inputs of a model's first golden vector, some changed: nothing speaks against them."""
    return risk_models.golden_inputs(_id_of(module), **changes)


def nullable(cls: type) -> list[str]:
    """The fields of a dataclass that may be not known."""
    hints = get_type_hints(cls)
    return [one.name for one in dataclasses.fields(cls) if NoneType in get_args(hints[one.name])]


def without(inputs: Any, names: Iterable[str]) -> Any:
    """The same with some facts not known."""
    return dataclasses.replace(inputs, **dict.fromkeys(names))


def _id_of(module: ModuleType) -> str:
    return module.__name__.rsplit(".", 1)[1]
