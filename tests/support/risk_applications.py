"""Applications that share phones, devices and owners: parties, their documents, whole decisions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from puhui.china import resident_id, uscc
from puhui.columns import read_columns
from puhui.contracts.risk import DecisionRequest
from risk.domain.facts import Fact
from risk.domain.graph.learned import KnownParty
from risk.domain.indicators.values import State
from risk.usecases.decide import Decide
from risk.usecases.trace_relations import TraceRelations
from tests.support.risk import AS_OF, a_decide, a_document, a_healthy_firm, a_reference
from tests.support.risk_graph import FixedNodeNames, InMemoryEdges, NotedSignals
from tests.support.risk_stores import InMemoryDecisions

OWNER = "王小明"
INVOICES = a_document(a_healthy_firm())
Row = dict[str, Any]


def firm_code(number: int) -> str:
    """A valid credit code."""
    return uscc.complete("91340100", f"MA2A{number:04d}")


def person_code(number: int) -> str:
    """A valid identity number."""
    return resident_id.complete(f"34010219800101{number:03d}")


def a_party(number: int = 1, **changes: Any) -> KnownParty:
    """A firm with a phone, an address and an account that nobody else has."""
    party = KnownParty(
        kind="firm",
        uscc=firm_code(number),
        legal_person_name=OWNER,
        legal_person_id=person_code(number),
        phone=f"1380013{number:04d}",
        address=f"合肥市长江路{number}号",
        payout_account=f"62220200000{number:05d}",
    )
    return replace(party, **changes)


def a_register(shareholders: Iterable[Row] = (), network: Iterable[Row] = (), **entry: Any) -> Row:
    """A registration/1 document; its entry is what is named."""
    tables: dict[str, list[Row]] = {
        "shareholders": list(shareholders),
        "changes": [],
        "network": list(network),
        "anomalies": [],
    }
    snapshot = {"status": "active", **entry}
    return _document("registration/1", tables) | {"snapshot": snapshot}


def a_shareholder(name: str = OWNER, kind: str = "person", **changes: Any) -> Row:
    """Somebody who owns six tenths."""
    return {"name": name, "kind": kind, "share_bps": 6_000, **changes}


def a_related_firm(number: int, relation: str = "investment", **changes: Any) -> Row:
    """A firm of which the register tells the code."""
    told = {"name": f"关联企业{number}", "uscc": firm_code(number), "share_bps": 3_000}
    return {"relation": relation, **told, **changes}


def devices(*used: str | tuple[str, str] | Row) -> Row:
    """A device/1 document of logins, each by device, by device and kind, or as a whole row."""
    events = []
    for one in used:
        changes: Row = {"device": one} if isinstance(one, str) else {}
        if isinstance(one, tuple):
            changes = dict(zip(("device", "kind"), one, strict=True))
        elif isinstance(one, dict):
            changes = one
        login = {"happened_on": "2026-07-01", "kind": "login", "device": "d", "account": "a"}
        events.append(login | changes)
    return _document("device/1", {"events": events, "forms": [], "checks": []})


def facts_of(*documents: Row) -> list[Fact]:
    """The documents as a decision knows them."""
    return [
        Fact(
            product=one["schema"],
            state=State.OK,
            columns=read_columns(one["schema"], json.dumps(one, ensure_ascii=False).encode()),
        )
        for one in documents
    ]


@dataclass
class KnownApplicants:
    """Who applies, by application; everybody else has no seal."""

    parties: Mapping[str, KnownParty]

    def known(self, request: DecisionRequest) -> KnownParty | None:
        return self.parties.get(request.application_id)


@dataclass
class Bank:
    """A bank that decides and remembers relations."""

    edges: InMemoryEdges = field(default_factory=InMemoryEdges)
    signals: NotedSignals = field(default_factory=NotedSignals)
    bodies: dict[str, bytes] = field(default_factory=dict)
    decisions: InMemoryDecisions = field(default_factory=InMemoryDecisions)

    def decide(self, request: DecisionRequest, party: KnownParty | None) -> tuple[Decide, Any]:
        """The use case, and the decision that it came to."""
        parties = {} if party is None else {request.application_id: party}
        use_case = replace(
            a_decide(self.bodies, self.decisions),
            relations=TraceRelations(
                KnownApplicants(parties), self.edges, FixedNodeNames(), self.signals
            ),
        )
        return use_case, use_case(request)

    def references(self, *documents: Row) -> tuple[Any, ...]:
        """References to the invoices of a healthy firm, and to these documents."""
        found = []
        bodies = [json.dumps(one, ensure_ascii=False).encode() for one in documents]
        products = ["invoice/1", *(one["schema"] for one in documents)]
        for product, body in zip(products, [INVOICES, *bodies], strict=True):
            key = f"intake/north/{len(self.bodies)}"
            self.bodies[key] = body
            found.append(a_reference(body, key, product=product))
        return tuple(found)


def _document(product: str, tables: Mapping[str, list[Row]]) -> Row:
    return {
        "schema": product,
        "source": "tests",
        "period_from": "2026-05-01",
        "period_to": AS_OF.isoformat(),
        "row_count": sum(map(len, tables.values())),
        **tables,
    }
