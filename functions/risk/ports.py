"""What risk's use cases need from the outside."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Protocol

from puhui.contracts.facts import FactReference
from puhui.tenancy import BankId
from risk.domain.decision import Decision
from risk.domain.evaluation import Parameters
from risk.domain.model_told import ServedFormula
from risk.domain.models.catalogue import Segment
from risk.domain.policy import Policy
from risk.domain.record import RefusedModel
from risk.domain.scorecard import ModelCard
from risk.domain.statistical import Given, StatisticalAnswer


class DocumentUnusable(Exception):
    """A referenced document is not what the reference says; `reason` says in what."""

    def __init__(self, reason: str) -> None:
        """Keep the reason: absent, sha256, size, bucket, owner."""
        self.reason = reason
        super().__init__(reason)


class FactDocuments(Protocol):
    """The checked documents of the platform."""

    def read(self, bank_id: BankId, reference: FactReference) -> bytes:
        """The bytes that the reference hashes to, or `DocumentUnusable`."""
        ...

    def read_columns(self, bank_id: BankId, reference: FactReference) -> bytes | None:
        """The document's columns as they were made when it arrived; None without proven ones."""
        ...


class Models(Protocol):
    """The models that are served."""

    def card(self, model_id: str) -> ModelCard:
        """What is known of a model."""
        ...

    def contributions_e4(self, model_id: str, values: Sequence[float | None]) -> tuple[int, ...]:
        """What each input adds to the log-odds of default, in 0.0001."""
        ...

    def listen(
        self, segment: Segment, given: Given, refused: Collection[str]
    ) -> Sequence[StatisticalAnswer]:
        """What all statistical models before a loan say of such an applicant, refused ones not."""
        ...

    def refused(self) -> tuple[RefusedModel, ...]:
        """The models before a loan whose files are not those on their cards."""
        ...


class Formulas(Protocol):
    """The models that are code, with their parameters."""

    def served(self, model_id: str) -> ServedFormula:
        """The model, or `ModelNotTrusted`."""
        ...

    def refused(self) -> tuple[RefusedModel, ...]:
        """Those whose parameters or code are not those on their cards."""
        ...


class Policies(Protocol):
    """The published policies."""

    def in_force(self, day: date) -> Policy:
        """The policy that decides on a day."""
        ...


class ParameterTables(Protocol):
    """The effective-dated numbers of price and limit."""

    def on(self, day: date) -> Parameters:
        """The rows in force on a day."""
        ...


class Decisions(Protocol):
    """The decisions that were made; none is ever changed."""

    def find(self, bank_id: BankId, decision_id: str) -> Decision | None:
        """The decision, if this question was answered before."""
        ...

    def add(self, decision: Decision, correlation_id: str) -> Decision:
        """Keep the decision with its event and answer what counts: it, or a faster one's."""
        ...

    def latest_of(self, bank_id: BankId, application_id: str) -> Decision:
        """The last decision about an application, or `DecisionNotFound`."""
        ...
