"""How regulatory labels of a loan are shown (监管标签)."""

from __future__ import annotations

from dataclasses import asdict

from puhui.contracts.common import Contract
from servicing.domain.loan import Loan


class LabelView(Contract):
    """A label with the clause and what decided; no value where a fact is not known."""

    code: str
    name: str
    value: bool | None
    clause: str
    because: str


def label_views(loan: Loan) -> tuple[LabelView, ...]:
    """All labels of a loan."""
    return tuple(LabelView(**asdict(label)) for label in loan.labels)
