"""Models that are code: their module, their parameters, and JSON in and out."""

from __future__ import annotations

import ast
import hashlib
import importlib
import importlib.util
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache, cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, Final, get_type_hints

import msgspec

from puhui.strict_json import loads
from risk.domain.errors import ModelNotTrusted
from risk.domain.models.answer import ModelInputNotValid

PACKAGE: Final = "risk.domain.models"
OWN_CODE: Final = "risk."
MISSING: Final = re.compile(r"Object missing required field `(.+)`")


@dataclass(frozen=True)
class FormulaModel:
    """One model without statistics, with the parameters that its bank has chosen."""

    id: str
    parameters_body: bytes

    def answer(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Answer in JSON to inputs in JSON; `ModelInputNotValid` names field and rule."""
        given = self._read(inputs, self.module.Inputs)
        found = self.module.answer(given, self.parameters)
        return dict(msgspec.json.decode(msgspec.json.encode(found)))

    @cached_property
    def parameters(self) -> Any:
        """The parameters, as the model's own class."""
        document = loads(self.parameters_body)
        return self._read(document["parameters"], self.module.Parameters)

    @property
    def inputs(self) -> list[dict[str, Any]]:
        """Its inputs as a card lists them: name, type, and whether it may be missing."""
        kinds = get_type_hints(self.module.Inputs)
        return [_described(one.name, kinds[one.name]) for one in fields(self.module.Inputs)]

    @property
    def code_modules(self) -> tuple[str, ...]:
        """All of risk's modules that the model runs through."""
        return tuple(sorted(_closure(self.module.__name__)))

    @cached_property
    def module(self) -> ModuleType:
        """The code that answers, with its `Inputs`, `Parameters` and `Answer`."""
        name = f"{PACKAGE}.{self.id}"
        if not self.id.isidentifier() or importlib.util.find_spec(name) is None:
            raise ModelNotTrusted(f"there is no code of {self.id}")
        return importlib.import_module(name)

    def _read(self, document: Any, kind: Any) -> Any:
        unknown = sorted(set(document) - {one.name for one in fields(kind)})
        if unknown:
            raise ModelInputNotValid(
                f"{unknown[0]}: {self.id} has no such input", field=unknown[0], rule="unknown"
            )
        try:
            return msgspec.convert(document, kind, strict=True)
        except msgspec.ValidationError as error:
            raise _refused(self.id, str(error)) from error


def sha256_of_code(modules: Sequence[str]) -> str:
    """The hash of the sources of some modules.

    Whoever has the modules of a model and their hash need not look for imports again: they follow
    from these sources, so that one more would have changed one of them.
    """
    digest = hashlib.sha256()
    for name in sorted(modules):
        digest.update(name.encode() + b"\0" + _source(name) + b"\0")
    return digest.hexdigest()


def _refused(model_id: str, told: str) -> ModelInputNotValid:
    """msgspec names the place behind "at" and a missing field before it."""
    what, _, place = told.partition(" - at `$")
    place = place.strip("`").lstrip(".")
    missing = MISSING.match(what)
    if missing is not None:
        field = f"{place}.{missing[1]}".lstrip(".")
        return ModelInputNotValid(f"{field}: is required", field=field, rule="required")
    field = place or model_id
    return ModelInputNotValid(f"{field}: {what}", field=field, rule="type")


def _described(name: str, kind: Any) -> dict[str, Any]:
    shown = getattr(kind, "__name__", None) or str(kind)
    plain = str(kind) if "|" in str(kind) or "[" in str(kind) else shown
    return {
        "name": name,
        "type": plain.replace("datetime.", "").replace(f"{PACKAGE}.", "").replace(" | None", ""),
        "may_be_missing": "None" in str(kind),
    }


def _closure(name: str) -> set[str]:
    """A module of risk and all modules of risk that it imports, directly or not."""
    found, open_names = set[str](), [name]
    while open_names:
        one = open_names.pop()
        if one not in found:
            found.add(one)
            open_names.extend(_imports(one) - found)
    return found


def _imports(name: str) -> set[str]:
    wanted: set[str] = set()
    for node in ast.walk(ast.parse(_source(name))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(OWN_CODE):
            wanted.add(str(node.module))
            wanted |= {f"{node.module}.{one.name}" for one in node.names}
        elif isinstance(node, ast.Import):
            wanted |= {one.name for one in node.names if one.name.startswith(OWN_CODE)}
    return {one for one in wanted if _path(one) is not None}


def _source(name: str) -> bytes:
    path = _path(name)
    if path is None:
        raise ModelNotTrusted(f"the code of {name} is not there")
    return path.read_bytes()


@cache
def _path(name: str) -> Path | None:
    try:
        spec = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        return None
    return Path(spec.origin) if spec is not None and spec.origin else None
