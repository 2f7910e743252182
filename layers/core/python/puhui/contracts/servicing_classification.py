"""What servicing tells of five-tier classification."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from puhui.contracts.common import Fen, Identifier
from puhui.events import Event

FiveTier = Literal["normal", "attention", "substandard", "doubtful", "loss"]


class ClassificationProposed(Event):
    """初分: all loans of a debtor have a proposed tier, by model M27 or by days overdue only."""

    name: ClassVar[str] = "ClassificationProposed"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.servicing"

    classification_id: Identifier
    debtor_id: Identifier
    as_of: date
    tier: FiveTier
    basis: Literal["model", "days_only"]
    loan_ids: tuple[Identifier, ...]


class LoanClassified(Event):
    """A loan's tier is in effect after 初分, 认定 and 审批."""

    name: ClassVar[str] = "LoanClassified"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.servicing"

    classification_id: Identifier
    debtor_id: Identifier
    loan_id: Identifier
    as_of: date
    effective_on: date
    tier: FiveTier
    proposed_tier: FiveTier
    stage: Literal[1, 2, 3]
    expected_loss_fen: Fen
