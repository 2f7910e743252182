"""Tracing a loan's money: lines once, both models asked over all of them, misuse warned of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from infra.simulation.in_memory_warnings import (
    InMemoryChecks,
    InMemoryFundUses,
    InMemoryWarnings,
    InMemoryWatches,
)
from puhui.clock import FixedClock
from puhui.money import Money
from puhui.tenancy import BankId
from servicing.domain.errors import FundUseMismatch
from servicing.domain.fund_use.trace import FundTrace
from servicing.domain.fund_use.use import Drawdown, Payee, UseLine, merged
from servicing.domain.warning.colour import Colour
from servicing.usecases.raise_findings import RaiseFindings
from servicing.usecases.trace_fund_use import TraceFundUse
from tests.support.warnings import DECIDED, NINE, NORTH, RULES, TODAY, FixedModels, a_watch


class Today:
    """A calendar that stands still."""

    def today(self, bank_id: BankId | None = None) -> date:
        """The day."""
        return TODAY


def a_line(number: int = 1, **changes: Any) -> UseLine:
    values: dict[str, Any] = {
        "line_id": f"line-{number}",
        "booked_on": DECIDED + timedelta(days=2),
        "incoming": False,
        "amount": Money.of_yuan("100000"),
        "kind": "business",
        "payee": "合肥某某建材有限公司",
        "purpose": "货款",
    }
    return UseLine(**values | changes)


def a_drawdown(**changes: Any) -> Drawdown:
    values: dict[str, Any] = {
        "loan_id": "loan-1",
        "drawn_on": DECIDED,
        "drawn": Money.of_yuan("600000"),
        "term_months": 12,
        "kind": "personal_business",
        "mode": "self",
        "is_new_relation": False,
        "has_ordinary_credit": False,
    }
    return Drawdown(**values | changes)


def m23(level: str = "none", *signals: tuple[str, int, int], misuse: int = 0) -> dict[str, Any]:
    return {
        "level": level,
        "misuse_fen": misuse,
        "unexplained_fen": 0,
        "suspect_ppm": 0,
        "signals": [{"code": c, "count": n, "amount_fen": f} for c, n, f in signals],
        "reasons": [{"code": c, "text": f"{c}：{n}笔"} for c, n, _ in signals],
    }


def m21(mode: str = "self", clause: str = "business_within", largest: int = 0) -> dict[str, Any]:
    return {
        "required_mode": mode,
        "clause": clause,
        "clause_zh": "应受托支付",
        "largest_payee_fen": largest,
    }


@dataclass
class Desk:
    """A loan whose money is traced."""

    models: FixedModels = field(
        default_factory=lambda: FixedModels(
            {"fund_use_monitor": m23(), "drawdown_payment_check": m21()}
        )
    )
    uses: InMemoryFundUses = field(default_factory=InMemoryFundUses)
    watches: InMemoryWatches = field(default_factory=InMemoryWatches)
    warnings: InMemoryWarnings = field(default_factory=InMemoryWarnings)

    def __post_init__(self) -> None:
        self.watches.save(a_watch())

    def trace(self, *lines: UseLine, **changes: Any) -> FundTrace:
        rising = RaiseFindings(self.warnings, InMemoryChecks(), RULES, FixedClock(NINE))
        use = TraceFundUse(self.uses, self.watches, self.models, rising, Today())
        parties = Payee(borrower_names=("张三",), related_names=("李四",))
        return use(NORTH, a_drawdown(**changes), parties, lines)

    @property
    def raised(self) -> dict[str, Colour]:
        return {one.signal: one.colour for one in self.warnings.stored.values()}


def test_what_is_used_as_agreed_warns_of_nothing() -> None:
    desk = Desk()

    trace = desk.trace(a_line())

    assert (trace.level, trace.lines, desk.raised) == ("none", 1, {})
    assert [one.catalogue_id for one in trace.models] == ["M00", "M00"]


def test_misuse_is_a_red_warning_with_what_it_amounts_to() -> None:
    desk = Desk()
    desk.models.answers["fund_use_monitor"] = m23("misuse", ("SECURITIES", 2, 200_000_00))

    desk.trace(a_line(payee="某某证券"))

    assert desk.raised == {"FUND_USE": Colour.RED}
    (warning,) = desk.warnings.stored.values()
    (why,) = warning.seen[0].evidence
    assert (why.reads, why.text) == ("M23.SECURITIES", "SECURITIES：2笔")
    assert desk.watches.get(NORTH, "loan-1").colour is Colour.RED


def test_what_is_to_be_looked_at_is_yellow() -> None:
    desk = Desk()
    desk.models.answers["fund_use_monitor"] = m23("attention", ("PAYEE_UNKNOWN", 1, 100))

    desk.trace(a_line(payee=None))

    assert desk.raised == {"FUND_USE": Colour.YELLOW}


@pytest.mark.parametrize(
    ("mode", "clause", "raised"),
    [
        ("self", "personal", {"FUND_ENTRUSTED_BYPASSED": Colour.ORANGE}),
        (None, "payee_over", {"FUND_ENTRUSTED_BYPASSED": Colour.ORANGE}),
        ("self", "new_ordinary", {}),
        ("entrusted", "personal", {}),
    ],
)
def test_payments_that_add_up_to_entrusted_payment_are_seen(
    mode: str | None, clause: str, raised: dict[str, Colour]
) -> None:
    desk = Desk()
    desk.models.answers["drawdown_payment_check"] = m21("entrusted", clause, 600_000_00)

    trace = desk.trace(a_line(), mode=mode)

    assert (desk.raised, trace.largest_payee_fen) == (raised, 600_000_00)


def test_all_lines_that_were_ever_brought_are_asked_about_once() -> None:
    desk = Desk()
    desk.trace(a_line(1), a_line(2))

    trace = desk.trace(a_line(2), a_line(3))

    flows = desk.models.asked[-2][1]["flows"]
    assert (trace.lines, len(flows)) == (3, 3)
    payments = desk.models.asked[-1][1]
    assert (payments["amount_fen"], len(payments["payments"])) == (300_000_00, 3)


def test_the_same_lines_again_change_nothing() -> None:
    desk = Desk()
    desk.models.answers["fund_use_monitor"] = m23("attention", ("CASH", 1, 100))
    desk.trace(a_line())
    desk.trace(a_line())

    (warning,) = desk.warnings.stored.values()
    assert (len(desk.uses.traces), len(warning.seen)) == (1, 1)


def test_a_line_that_changed_is_refused_and_changes_nothing() -> None:
    desk = Desk()
    desk.trace(a_line())

    with pytest.raises(FundUseMismatch):
        desk.trace(a_line(amount=Money(1)))

    assert len(desk.uses.traces) == 1


def test_too_many_lines_are_refused() -> None:
    with pytest.raises(FundUseMismatch, match="at most"):
        Desk().trace(*(a_line(number) for number in range(2_001)))


def test_lines_before_any_money_went_out_ask_only_the_monitor() -> None:
    desk = Desk()

    desk.trace(a_line(incoming=True))

    assert [model for model, _ in desk.models.asked] == ["fund_use_monitor"]


def test_without_risk_the_lines_are_kept_and_the_gap_is_a_warning() -> None:
    desk = Desk(models=FixedModels())

    trace = desk.trace(a_line())

    assert (trace.level, desk.raised) == ("not_assessed", {"FUND_NOT_OBSERVABLE": Colour.YELLOW})
    assert len(desk.uses.lines(NORTH, "loan-1")) == 1


def test_lines_are_merged_by_their_number_and_sorted_by_day() -> None:
    early = a_line(2, booked_on=DECIDED)

    assert merged([a_line(1)], [early, a_line(1)]) == (early, a_line(1))
