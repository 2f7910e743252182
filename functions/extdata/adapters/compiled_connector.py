"""A connector made ready to run: parsed, compiled, kept by its version."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from extdata.adapters.field_map import FieldMap
from extdata.adapters.jsonata_pool import Expression, expression
from extdata.adapters.strict_parsers import Parse, parser_of
from extdata.domain.connector import Connector
from extdata.domain.connector_spec import ConnectorSpec, parse_spec

MAX_KEPT = 256


@dataclass(frozen=True)
class CompiledConnector:
    """Everything of one connector version that is worth making only once."""

    spec: ConnectorSpec
    parse: Parse
    field_map: FieldMap
    fields: Expression
    code: Expression
    job_id: Expression | None
    more: Expression | None


def compiled(specification: Mapping[str, Any]) -> CompiledConnector:
    """Compile a specification, or raise ConfigurationRefused."""
    spec = parse_spec(specification)
    response = spec.response
    return CompiledConnector(
        spec=spec,
        parse=parser_of(response),
        field_map=FieldMap(response.document, lists_may_be_absent=response.format != "json"),
        fields=expression(spec.request.fields),
        code=expression(response.code),
        job_id=expression(response.job_id) if response.job_id else None,
        more=expression(response.paging.more) if response.paging else None,
    )


class CompiledConnectors:
    """Keeps what was compiled; a version's specification never changes."""

    def __init__(self) -> None:
        """Begin empty."""
        self._kept: OrderedDict[
            tuple[str, str, int], tuple[Mapping[str, Any], CompiledConnector]
        ] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, connector: Connector) -> CompiledConnector:
        """The compiled connector; one with another specification is compiled again."""
        key = (connector.bank_id, connector.connector_id, connector.version)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None and kept[0] == connector.specification:
                self._kept.move_to_end(key)
                return kept[1]
        made = compiled(connector.specification)
        with self._lock:
            self._kept[key] = (connector.specification, made)
            self._kept.move_to_end(key)
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)
        return made
