"""Models without statistics in tests: their folders, their answers, and what may be taken away."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType, NoneType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import strategies as st

from infra.config import ROOT

ARTEFACTS = ROOT / "layers" / "models" / "artefacts"
Place = tuple[str | int, ...]
"""Where a value stands in nested inputs: names of fields and numbers of items."""


def folders() -> list[Path]:
    """Every model's folder that holds golden vectors and parameters."""
    return sorted(
        golden.parent
        for golden in ARTEFACTS.glob("*/golden.json")
        if (golden.parent / "parameters.json").exists()
    )


@cache
def document(model_id: str, name: str) -> Any:
    """One of a model's JSON documents; nobody changes what it returns."""
    return json.loads((ARTEFACTS / model_id / f"{name}.json").read_bytes())


def module_of(model_id: str) -> ModuleType:
    """The module that answers."""
    return import_module(f"risk.domain.models.{model_id}")


@cache
def parameters_of(model_id: str, **changes: Any) -> Any:
    """The packaged parameters, some of them changed."""
    module = module_of(model_id)
    body = document(model_id, "parameters")["parameters"]
    return dataclasses.replace(msgspec.convert(body, module.Parameters, strict=True), **changes)


def golden_inputs(model_id: str, number: int = 0, /, **changes: Any) -> Any:
    """The inputs of a golden vector, some of them changed."""
    body = document(model_id, "golden")["vectors"][number]["inputs"]
    inputs = msgspec.convert(body, module_of(model_id).Inputs, strict=True)
    return dataclasses.replace(inputs, **changes)


def answer_of(model_id: str, inputs: Any) -> Any:
    """What a model answers with its packaged parameters."""
    return module_of(model_id).answer(inputs, parameters_of(model_id))


def codes(answer: Any) -> list[str]:
    """The codes of an answer's reasons, in order."""
    return [reason.code for reason in answer.reasons]


def plain(value: Any) -> Any:
    """A value as its JSON text reads."""
    return json.loads(msgspec.json.encode(value))


def holes(value: Any) -> Iterator[Place]:
    """Every place in nested inputs that is known and could be unknown."""
    hints = get_type_hints(type(value))
    for field in fields(value):
        found = getattr(value, field.name)
        if found is not None and NoneType in get_args(hints[field.name]):
            yield (field.name,)
        if is_dataclass(found):
            yield from ((field.name, *path) for path in holes(found))
        if isinstance(found, tuple):
            for number, item in enumerate(found):
                if is_dataclass(item):
                    yield from ((field.name, number, *path) for path in holes(item))


def without(value: Any, paths: Iterable[Place]) -> Any:
    """The same inputs with nothing known at these places."""
    for path in paths:
        value = _emptied(value, path)
    return value


def _emptied(value: Any, path: Place) -> Any:
    """A place inside of something that is unknown already stays as it is."""
    if value is None or not path:
        return None
    head, rest = path[0], path[1:]
    if isinstance(head, int):
        return (*value[:head], _emptied(value[head], rest), *value[head + 1 :])
    return dataclasses.replace(value, **{head: _emptied(getattr(value, head), rest)})


def inputs_for(kind: Any, choices: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """Random values of a dataclass, mostly known; `choices` says what a field may hold."""
    hints = get_type_hints(kind)
    return st.builds(
        kind,
        **{field.name: _field(field.name, hints[field.name], choices) for field in fields(kind)},
    )


def _field(
    name: str, hint: Any, choices: dict[str, st.SearchStrategy[Any]]
) -> st.SearchStrategy[Any]:
    parts = get_args(hint) if NoneType in get_args(hint) else (hint,)
    known = choices[name] if name in choices else _known(name, parts[0], choices)
    return st.one_of(known, known, known, st.none()) if NoneType in parts else known


def _known(
    name: str, hint: Any, choices: dict[str, st.SearchStrategy[Any]]
) -> st.SearchStrategy[Any]:
    if is_dataclass(hint):
        return inputs_for(hint, choices)
    if get_origin(hint) is tuple:
        return st.lists(_known(name, get_args(hint)[0], choices), max_size=3).map(tuple)
    simple: dict[Any, st.SearchStrategy[Any]] = {
        bool: st.booleans(),
        date: st.dates(date(2024, 1, 1), date(2025, 6, 19)),
    }
    return simple[hint] if hint in simple else _numbers(name)


def _numbers(name: str) -> st.SearchStrategy[int]:
    """Whole numbers of the size that the unit in a name suggests; amounts coincide often."""
    ranges = {"_ppm": 10**6, "_bps": 3_000, "_days": 400, "_count": 8, "_months": 60}
    for unit, most in ranges.items():
        if name.endswith(unit):
            return st.integers(0, most)
    wan = st.sampled_from([0, 1, 5, 10, 30, 50, 100, 1_000]).map(lambda number: number * 10**6)
    return st.one_of(wan, st.integers(0, 3 * 10**9))
