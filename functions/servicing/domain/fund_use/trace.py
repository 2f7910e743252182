"""What models M23 and M21 are asked about a loan's money, and what their answers warn of (§3.10).

M23 looks at every line: forbidden payees, own and related accounts, money that comes back, split
payments, cash. M21 says who should have paid the payees: payments to one payee within its
look-back window count together, so a drawdown that was split is seen as the one that it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from servicing.domain.fund_use.use import Drawdown, Payee, UseLine
from servicing.domain.warning.colour import Colour
from servicing.domain.warning.findings import Evidence, Finding
from servicing.domain.warning.rules import WarningRules

DOMAIN: Final = "BNK"
FUND_USE: Final = "FUND_USE"
"""The signal of misuse and of what needs a look."""
ENTRUSTED_FROM_FEN: Final[Mapping[str, int]] = {
    "working_capital": 1_000_000_001,
    "fixed_asset": 1_000_000_001,
    "personal_business": 50_000_001,
    "personal_consumer": 30_000_001,
}
"""From which payment on the bank pays the payees (§3.10 ◐: above 1,000, 50 or 30 万元)."""
UNKNOWN: Final[Mapping[str, None]] = dict.fromkeys(
    (
        "has_long_cycle",
        "purpose",
        "agreed_purposes",
        "takes_non_cash",
        "is_urgent",
        "has_good_use_record",
        "conditions",
    )
)
"""What only the request for the drawdown could tell M21."""
SPLIT_CLAUSES: Final = frozenset({"payee_over", "personal"})
"""Clauses of M21 that ask for entrusted payment because of the amount, not of the borrower."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVersion:
    """Which model answered."""

    catalogue_id: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FundTrace:
    """What became of a drawdown as of a day; `level` is `not_assessed` without the models."""

    loan_id: str
    traced_on: date
    lines: int
    level: str
    misuse_fen: int = 0
    unexplained_fen: int = 0
    suspect_ppm: int = 0
    signals: tuple[tuple[str, int, int], ...] = ()
    """Code, number of lines, amount in 分."""
    reasons: tuple[str, ...] = ()
    required_mode: str | None = None
    clause: str | None = None
    clause_text: str | None = None
    largest_payee_fen: int = 0
    models: tuple[ModelVersion, ...] = ()


def monitor_inputs(drawdown: Drawdown, parties: Payee, lines: Sequence[UseLine]) -> dict[str, Any]:
    """The question to M23."""
    return {
        "drawn_on": drawdown.drawn_on.isoformat(),
        "drawn_fen": drawdown.drawn.minor,
        "payment_mode": drawdown.mode,
        "entrusted_from_fen": ENTRUSTED_FROM_FEN[drawdown.kind],
        "borrower_names": list(parties.borrower_names),
        "related_names": None if parties.related_names is None else list(parties.related_names),
        "flows": [
            {
                "booked_on": line.booked_on.isoformat(),
                "incoming": line.incoming,
                "amount_fen": line.amount.minor,
                "kind": line.kind,
                "payee": line.payee,
                "purpose": line.purpose,
            }
            for line in lines
        ],
    }


def payment_inputs(
    drawdown: Drawdown, parties: Payee, lines: Sequence[UseLine]
) -> dict[str, Any] | None:
    """The question to M21: the money that went out as if it had been asked for; None without any.

    What only the request for the drawdown could know is null.
    """
    out = [line for line in lines if not line.incoming and line.booked_on >= drawdown.drawn_on]
    if not out:
        return None
    last = max(line.booked_on for line in out)
    return {
        **UNKNOWN,
        "request_id": drawdown.loan_id,
        "requested_on": last.isoformat(),
        "product": drawdown.kind,
        "amount_fen": sum(line.amount.minor for line in out),
        "available_fen": drawdown.drawn.minor,
        "term_months": drawdown.term_months,
        "is_new_relation": drawdown.is_new_relation,
        "has_ordinary_credit": drawdown.has_ordinary_credit,
        "history": [],
        "payments": [_payment(line, parties) for line in out],
    }


def _payment(line: UseLine, parties: Payee) -> dict[str, Any]:
    related = parties.related_names
    return {
        "payee_id": line.payee,
        "payee_class": line.payee_class,
        "is_related": None if related is None else line.payee in related,
        "account_matches": None,
        "amount_fen": line.amount.minor,
        "purpose": line.purpose or None,
        "contract_fen": None,
        "invoices": None,
    }


def assessed(
    drawdown: Drawdown,
    lines: Sequence[UseLine],
    today: date,
    monitor: Mapping[str, Any],
    payment: Mapping[str, Any] | None,
    models: tuple[ModelVersion, ...],
) -> FundTrace:
    """Both answers in one trace."""
    asked = payment or {}
    return FundTrace(
        loan_id=drawdown.loan_id,
        traced_on=today,
        lines=len(lines),
        level=monitor["level"],
        misuse_fen=monitor["misuse_fen"],
        unexplained_fen=monitor["unexplained_fen"],
        suspect_ppm=monitor["suspect_ppm"],
        signals=tuple((one["code"], one["count"], one["amount_fen"]) for one in monitor["signals"]),
        reasons=tuple(one["text"] for one in monitor["reasons"]),
        required_mode=asked.get("required_mode"),
        clause=asked.get("clause"),
        clause_text=asked.get("clause_zh"),
        largest_payee_fen=asked.get("largest_payee_fen", 0),
        models=models,
    )


def fund_findings(trace: FundTrace, drawdown: Drawdown, rules: WarningRules) -> list[Finding]:
    """What the trace warns of; a trace without models is not observable, never silent."""
    if trace.level == "not_assessed":
        why = Evidence(reads="fund_use", state="no_risk", text="数字风控未部署，资金用途未评估")
        return [_finding("FUND_NOT_OBSERVABLE", "资金用途不可观测", Colour.YELLOW, (why,))]
    found = []
    if trace.level in rules.fund_colours:
        why_lines = tuple(
            Evidence(
                reads=signal_reads(code),
                value=Decimal(count),
                measure=Decimal(fen),
                observed_on=trace.traced_on,
                text=text,
            )
            for (code, count, fen), text in zip(trace.signals, trace.reasons, strict=False)
        )
        name = "资金挪用" if trace.level == "misuse" else "资金用途需核实"
        found.append(_finding(FUND_USE, name, rules.fund_colours[trace.level], why_lines))
    if _bypassed(trace, drawdown):
        why = Evidence(
            reads="M21.required_mode",
            measure=Decimal(trace.largest_payee_fen),
            bound=Decimal(ENTRUSTED_FROM_FEN[drawdown.kind]),
            observed_on=trace.traced_on,
            text=trace.clause_text or "",
        )
        colour = rules.fund_colours["entrusted_bypassed"]
        found.append(_finding("FUND_ENTRUSTED_BYPASSED", "应受托支付而自主支付", colour, (why,)))
    return found


def signal_reads(code: str) -> str:
    """How the evidence of a warning names a signal of M23."""
    return f"M23.{code}"


def _bypassed(trace: FundTrace, drawdown: Drawdown) -> bool:
    return (
        drawdown.mode != "entrusted"
        and trace.required_mode == "entrusted"
        and trace.clause in SPLIT_CLAUSES
    )


def _finding(code: str, name: str, colour: Colour, evidence: tuple[Evidence, ...]) -> Finding:
    return Finding(code=code, name=name, domain=DOMAIN, colour=colour, evidence=evidence)
