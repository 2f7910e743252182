"""Early warning in memory, and its builders: a debtor with one loan, signals, watches, clocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from puhui.clock import UTC, FixedClock
from puhui.contracts.facts import FactReference
from puhui.contracts.monitoring import MonitoringBasis
from puhui.contracts.risk import ModelAnswer
from puhui.money import Money
from puhui.tenancy import BankId, bank_id
from servicing.adapters.packaged_signals import packaged_signals
from servicing.domain.account.position import LoanPosition, LoanStatus
from servicing.domain.model_errors import ModelAbsent
from servicing.domain.warning.colour import Colour
from servicing.domain.warning.findings import Evidence, Finding
from servicing.domain.warning.observation import Observed, Reading
from servicing.domain.warning.warning import Debtor, LoanWarning, Seen
from servicing.domain.warning.watch import LoanWatch

LIBRARY = packaged_signals()
RULES = LIBRARY.rules
NORTH = bank_id("north")
SOUTH = bank_id("south")
DECIDED = date(2026, 8, 1)
TODAY = date(2026, 9, 1)
NINE = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
"""Nine o'clock in China."""
SALES = "ent.inv.out_valid_amt.all.l3m.sum"
RED_LETTER = "ent.inv.out_red.all.l3m.amt_rate"
DEBTOR = Debtor(bank_id=NORTH, customer_id="cus-1", branch_id="b1")


def a_position(**changes: Any) -> LoanPosition:
    """300,000 yuan for a year, nothing overdue."""
    values: dict[str, Any] = {
        "bank_id": NORTH,
        "loan_id": "loan-1",
        "application_id": "app-1",
        "customer_id": "cus-1",
        "branch_id": "b1",
        "product_code": "sme-invoice-loan",
        "as_of": TODAY,
        "status": LoanStatus.ACTIVE,
        "disbursed_on": DECIDED,
        "matures_on": date(2027, 8, 1),
        "annual_rate_bps": 435,
        "disbursed": Money.of_yuan("300000"),
        "principal_outstanding": Money.of_yuan("300000"),
    }
    return LoanPosition(**values | changes)


def a_basis(*products: str, **changes: Any) -> MonitoringBasis:
    """A loan that was decided from invoices, with a consent."""
    values: dict[str, Any] = {
        "decided_on": DECIDED,
        "facts": tuple(
            FactReference(product=one, state="missing") for one in products or ("invoice/1",)
        ),
        "party_sealed": "sealed",
        "region_code": "341202",
        "consent_ids": ("con-1",),
    }
    return MonitoringBasis(**values | changes)


def a_watch(**changes: Any) -> LoanWatch:
    """The watch of that loan before its first look."""
    values: dict[str, Any] = {
        "bank_id": NORTH,
        "loan_id": "loan-1",
        "application_id": "app-1",
        "customer_id": "cus-1",
        "branch_id": "b1",
        "matures_on": date(2027, 8, 1),
        "basis": a_basis(),
        "next_on": TODAY,
    }
    return LoanWatch(**values | changes)


def observed(value: str | int, on: date = TODAY) -> Observed:
    """A value of a day."""
    return Observed(value=Decimal(value), on=on)


def a_finding(colour: Colour = Colour.ORANGE, code: str = "INV_SALES_FALL") -> Finding:
    """Sales that fell."""
    why = Evidence(reads=SALES, value=Decimal(4), before=Decimal(10), measure=Decimal("0.6"))
    return Finding(code=code, name="开票销售额下降", domain="INV", colour=colour, evidence=(why,))


def seen(finding: Finding, run: str = "watch-1", at: datetime = NINE) -> Seen:
    """That finding as a watch saw it."""
    return Seen(loan_id="loan-1", at=at, run=run, colour=finding.colour, evidence=finding.evidence)


def a_warning(colour: Colour = Colour.ORANGE, at: datetime = NINE, **changes: Any) -> LoanWarning:
    """A warning that was just raised."""
    finding = a_finding(colour, changes.pop("code", "INV_SALES_FALL"))
    episode = changes.pop("episode", 1)
    debtor = changes.pop("debtor", DEBTOR)
    made = LoanWarning.raised(debtor, finding, seen(finding, at=at), episode, RULES)
    return replace(made, **changes)


@dataclass
class FixedIndicators:
    """`Indicators` that answer what they are told."""

    approval: dict[str, Observed] | None = field(default_factory=dict)
    now: dict[str, Reading] = field(default_factory=dict)
    asked: int = 0

    def at_approval(self, watch: LoanWatch, names: Sequence[str]) -> Mapping[str, Observed] | None:
        """Of the day of the decision."""
        return self.approval

    def today(self, watch: LoanWatch, names: Sequence[str], day: date) -> Mapping[str, Reading]:
        """Of today; what is not told is missing."""
        self.asked += 1
        missing = Reading(state="missing")
        return {name: self.now.get(name, missing) for name in names}


@dataclass
class FixedModels:
    """`ModelAnswers` with answers by model; one that has none is absent, as risk may be."""

    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def ask(self, bank_id: BankId, model: str, inputs: dict[str, Any]) -> ModelAnswer:
        """Its answer."""
        self.asked.append((model, inputs))
        if model not in self.answers:
            raise ModelAbsent()
        return ModelAnswer(
            model=model, catalogue_id="M00", version="1.0.0", sha256="a" * 64,
            answer=self.answers[model],
        )  # fmt: skip


def all_well(value: str = "0") -> dict[str, Reading]:
    """Every indicator of the library read today, with one value."""
    return {
        name: Reading(state="ok", observed=observed(value))
        for name in LIBRARY.indicators(frozenset(one.product or "" for one in LIBRARY.signals))
    }


def later(clock: FixedClock, **span: int) -> datetime:
    """Move the clock on."""
    return clock.advance(timedelta(**span))
