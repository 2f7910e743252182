"""What the tests of the rule models share: their artefacts, and inputs with facts left out."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from functools import cache
from types import ModuleType, NoneType
from typing import Any, get_args, get_type_hints

import msgspec

from infra.config import ROOT

ARTEFACTS = ROOT / "layers/models/artefacts"


@cache
def document(model_id: str, name: str) -> Any:
    """One of the files that lie beside a model: parameters, golden or card."""
    return json.loads((ARTEFACTS / model_id / f"{name}.json").read_text(encoding="utf-8"))


def parameters_of(module: ModuleType, **changes: Any) -> Any:
    """The starting parameters of a model, some changed."""
    model_id = module.__name__.rsplit(".", 1)[1]
    given = document(model_id, "parameters")["parameters"]
    return dataclasses.replace(msgspec.convert(given, module.Parameters), **changes)


def vectors_of(model_id: str) -> dict[str, tuple[Any, Any]]:
    """The golden vectors of a model by name: inputs and answer."""
    return {
        one["name"]: (one["inputs"], one["answer"])
        for one in document(model_id, "golden")["vectors"]
    }


def first_inputs(module: ModuleType, **changes: Any) -> Any:
    """The inputs of a model's first golden vector, some changed: nothing speaks against them."""
    model_id = module.__name__.rsplit(".", 1)[1]
    inputs, _ = next(iter(vectors_of(model_id).values()))
    return dataclasses.replace(msgspec.convert(inputs, module.Inputs), **changes)


def nullable(cls: type) -> list[str]:
    """The fields of a dataclass that may be not known."""
    hints = get_type_hints(cls)
    return [one.name for one in dataclasses.fields(cls) if NoneType in get_args(hints[one.name])]


def without(inputs: Any, names: Iterable[str]) -> Any:
    """The same with some facts not known."""
    return dataclasses.replace(inputs, **dict.fromkeys(names))
