"""Shims over how moto makes an answer: what it works out anew for every member is remembered.

moto looks for each member of an answer under up to twelve names, and works those names out again
for every row and every attribute: a third of the time of a small request.
"""

from __future__ import annotations

import functools
import importlib
from typing import Any

from infra.local.moto_shims.patching import replace

_NAMES = "_puhui_possible_keys"
"""Kept on botocore's shape of the member, which lives as long as the service model."""


def install() -> None:
    """Remember the names of members, and the methods of moto's request handlers."""
    core = importlib.import_module("moto.core.responses")
    replace(core, "method_names_from_class", functools.cache(core.method_names_from_class))
    _install_names(importlib.import_module("moto.core.serialize"))


def _install_names(serialize: Any) -> None:
    get_value = serialize.ResponseSerializer.get_value

    @functools.wraps(get_value)
    def get_from_dict(self: Any, value: Any, key: str, shape: Any) -> Any:
        """Only plain dictionaries: what an object is called may be part of its members' names."""
        picker = self._value_picker
        if type(value) is not dict or picker.response_transformers:
            return get_value(self, value, key, shape)
        for name in _names(serialize, picker, key, shape):
            if name in value:
                return value[name]
        return None

    replace(serialize.ResponseSerializer, "get_value", get_from_dict)


def _names(serialize: Any, picker: Any, key: str, shape: Any) -> tuple[str, ...]:
    known: tuple[str, ...] | None = shape.__dict__.get(_NAMES)
    if known is None:
        context = serialize.AttributePickerContext(obj={}, key=key, shape=shape)
        known = tuple(dict.fromkeys(picker.get_possible_keys(context)))
        setattr(shape, _NAMES, known)
    return known
