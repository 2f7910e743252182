"""Relations as an application tells them: parties by their codes, keys by their values.

Nothing here is ever kept: `risk.usecases.record_relations` names every party and key blindly first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from puhui.china import resident_id, uscc
from risk.domain.errors import GraphRefused
from risk.domain.graph.edges import EdgeKind
from risk.domain.graph.nodes import NodeKind

_COUNTRY: Final = ("+86", "0086")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A party by its code, or a key by its value, as an application has it."""

    kind: NodeKind
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """One relation, which holds or has ended."""

    source: Named
    target: Named
    kind: EdgeKind
    holds: bool = True
    share_bps: int | None = None


def plain_value(named: Named) -> str:
    """One spelling: codes with their check characters, phones without the country's number."""
    if named.kind == "firm":
        return uscc.validate(named.value, field="firm").value
    if named.kind == "person":
        return resident_id.validate(named.value, field="person").value
    value = "".join(named.value.split())
    if named.kind == "phone":
        for prefix in _COUNTRY:
            value = value.removeprefix(prefix)
    if not value:
        raise GraphRefused("a shared key is empty", field=named.kind, rule="graph.empty_key")
    return value
