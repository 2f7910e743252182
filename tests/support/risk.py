"""Builders for tests of risk: invoices, documents, questions, and the deciding use case."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from puhui.clock import FixedClock
from puhui.columns import FactColumns, read_columns
from puhui.contracts.facts import INVOICE_SCHEMA, FactReference
from puhui.contracts.risk import DecisionRequest
from puhui.tenancy import BankId
from risk.adapters.carded_formulas import CardedFormulas
from risk.adapters.model_cards import ModelCards
from risk.adapters.onnx_models import OnnxModels
from risk.adapters.packaged_labels import packaged_labels
from risk.adapters.packaged_policies import PackagedParameters, PackagedPolicies
from risk.domain.decision import Decision
from risk.domain.facts import Fact
from risk.domain.indicators.values import State
from risk.domain.inputs import number
from risk.domain.listing import todays_listing
from risk.domain.name_lists import Screening
from risk.domain.policy import Policy
from risk.domain.policy.kinds import Lookup
from risk.domain.policy.plan import plan_of
from risk.usecases.ask_models import AskModels
from risk.usecases.compute_decision import ComputeDecision
from risk.usecases.decide import Decide
from risk.usecases.read_facts import ReadFacts
from tests.support.risk_stores import (
    ARTEFACTS,
    BUCKET,
    InMemoryArtefacts,
    InMemoryDecisions,
    InMemoryDocuments,
)

AS_OF = date(2026, 8, 1)
NOON = datetime(2026, 8, 1, 4, tzinfo=UTC)
NORTH = BankId("north")
CODE_VERSION = "test"
MODELS = OnnxModels(ModelCards(ARTEFACTS), merged=True)
ASK_MODELS = AskModels(CardedFormulas(ModelCards(ARTEFACTS)))
POLICIES = PackagedPolicies()
PARAMETERS = PackagedParameters()

Row = dict[str, Any]


def an_invoice(**changes: Any) -> Row:
    """A valid sale of 10,000 yuan in the month before `AS_OF`."""
    row: Row = {
        "number": "1",
        "direction": "out",
        "issued_on": "2026-07-10",
        "counterparty": "B1",
        "amount_fen": 1_000_000,
        "tax_fen": 130_000,
        "total_fen": 1_130_000,
        "status": "valid",
    }
    return row | {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in changes.items()
    }


def numbered(rows: Iterable[Row]) -> list[Row]:
    """The rows with different invoice numbers."""
    return [row | {"number": f"{index:08d}"} for index, row in enumerate(rows)]


def a_document(rows: Sequence[Row], /, **changes: Any) -> bytes:
    """An invoice/1 document over three years up to the day before `AS_OF`."""
    document = {
        "schema": INVOICE_SCHEMA,
        "source": "tests",
        "period_from": "2023-08-01",
        "period_to": "2026-07-31",
        "row_count": len(rows),
        "rows": list(rows),
    }
    return json.dumps(document | changes, ensure_ascii=False).encode()


def columns_of(rows: Sequence[Row], **changes: Any) -> FactColumns:
    """The rows as the codec sees them."""
    return read_columns(INVOICE_SCHEMA, a_document(rows, **changes))


def a_healthy_firm(monthly_yuan: int = 600_000, months: int = 36) -> list[Row]:
    """Steady sales to twelve customers and purchases from five suppliers, month by month."""
    rows: list[Row] = []
    for back in range(1, months + 1):
        first = _first_of_month(AS_OF, back)
        for sale in range(12):
            rows.append(
                an_invoice(
                    issued_on=first + timedelta(days=2 * sale),
                    counterparty=f"B{sale}",
                    amount_fen=monthly_yuan * 100 // 12,
                )
            )
        for purchase in range(5):
            rows.append(
                an_invoice(
                    direction="in",
                    issued_on=first + timedelta(days=4 * purchase),
                    counterparty=f"S{purchase}",
                    amount_fen=monthly_yuan * 70 // 5,
                )
            )
    return numbered(rows)


def a_reference(body: bytes, key: str = "intake/north/doc-1", **changes: Any) -> FactReference:
    """A reference to a document that lies under its key."""
    fields: dict[str, Any] = {
        "product": INVOICE_SCHEMA,
        "state": "ok",
        "document_id": "doc-1",
        "bucket": BUCKET,
        "key": key,
        "sha256": hashlib.sha256(body).hexdigest(),
        "size_bytes": len(body),
    }
    return FactReference(**fields | changes)


def a_request(facts: Sequence[FactReference] = (), **changes: Any) -> DecisionRequest:
    """A firm of eight years asks for 500,000 yuan for a year."""
    fields: dict[str, Any] = {
        "application_id": "app-1",
        "correlation_id": "app-1",
        "bank_id": "north",
        "branch_id": "hefei",
        "customer_id": "cus-1",
        "customer_kind": "firm",
        "as_of": AS_OF,
        "product_code": "sme-invoice-1y",
        "min_amount_fen": 10_000_000,
        "max_amount_fen": 100_000_000,
        "min_rate_bps": 400,
        "max_rate_bps": 1_500,
        "amount_fen": 50_000_000,
        "term_months": 12,
        "region_code": "340100",
        "industry_section": "F",
        "established_on": date(2018, 5, 20),
        "facts": tuple(facts),
    }
    return DecisionRequest(**fields | changes)


@dataclass(frozen=True)
class PackagedForAll:
    """`risk.policy_ports.BankPolicies` of banks without policies of their own."""

    def in_force(self, bank_id: BankId, day: date) -> Policy:
        """The packaged policy."""
        return POLICIES.in_force(day)

    def shadow(self, bank_id: BankId, day: date) -> Policy | None:
        """None runs beside it."""
        return None


def nobody_is_listed(request: DecisionRequest, decision_id: str) -> Screening:
    """Lists without a single hit."""
    return Screening(state=State.OK)


def nothing_is_waived(
    bank_id: BankId, application_id: str, customer_id: str, as_of: date
) -> Mapping[str, str]:
    """No exception and no snooze."""
    return {}


def nothing_is_known(
    request: DecisionRequest, decision_id: str, facts: Sequence[Fact]
) -> Mapping[str, Any] | None:
    """A graph that nobody reads."""
    return None


def no_shadow(*_: Any) -> None:
    """No other policy is asked."""


def a_decide(
    bodies: Mapping[str, bytes] | None = None, decisions: InMemoryDecisions | None = None
) -> Decide:
    """The use case with the real model, policy and parameters, and the stores in memory."""
    return Decide(
        compute=ComputeDecision(
            read_facts=ReadFacts(InMemoryDocuments(dict(bodies or {}))),
            models=MODELS,
            ask_models=ASK_MODELS,
            parameters=PARAMETERS,
            labels=packaged_labels(),
            listing=todays_listing(),
        ),
        policies=PackagedForAll(),
        name_lists=nobody_is_listed,
        relations=nothing_is_known,
        waivers=nothing_is_waived,
        run_shadow=no_shadow,
        artefacts=InMemoryArtefacts(),
        decisions=decisions if decisions is not None else InMemoryDecisions(),
        clock=FixedClock(NOON),
        code_version=CODE_VERSION,
    )


def decided(body: bytes, **changes: Any) -> Decision:
    """The decision about a firm with these invoices."""
    reference = a_reference(body)
    decide = a_decide({reference.key or "": body})
    return decide(a_request([reference], **changes))


def grade_of(policy: Policy, points: int) -> str:
    """The grade that a policy's own table gives to points."""
    (node,) = (one for one in policy.nodes if one.id == "grade")
    assert isinstance(node, Lookup)
    plan = plan_of(node.table)
    found = plan.evaluate(*plan.vector({"score.points": number(points)})).rows
    row = next(row for row, matched in zip(node.table.rows, found, strict=True) if matched)
    return str(row.outputs["grade"])


def _first_of_month(day: date, back: int) -> date:
    index = day.year * 12 + day.month - 1 - back
    return date(index // 12, index % 12 + 1, 1)
