"""What is known of a borrower: by a decision's labels, and by the loan that was made of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from puhui.contracts.common import Contract
from puhui.contracts.party import CustomerKind


class BorrowerLabels(Contract):
    """What a decision's own labels say of the borrower; None where its evidence was missing."""

    firm_size: Annotated[int, Field(strict=True, ge=1, le=4)] | None = None
    """1 large, 2 medium, 3 small, 4 micro (企业划型)."""
    has_loan_records: bool | None = None
    """Whether the bureau knew any loan of any bank before this one."""


def _is_absent(value: object) -> bool:
    """What came later stays out of commands that do not have it, so old ones hash the same."""
    return value is None


class BorrowerFacts(Contract):
    """What decides the regulatory labels of a loan; what is not known is left out."""

    customer_kind: CustomerKind | None = None
    firm_size: Annotated[int, Field(strict=True, ge=0, le=4)] | None = None
    """0 undetermined, 1 large, 2 medium, 3 small, 4 micro (企业划型)."""
    bureau_loan_records: Annotated[int, Field(strict=True, ge=0)] | None = None
    """Loans of any bank in the bureau report of the application."""
    has_loan_records: Annotated[bool | None, Field(exclude_if=_is_absent)] = None
    """Where nobody counted them: whether there are any."""

    @model_validator(mode="after")
    def count_and_answer_agree(self) -> BorrowerFacts:
        """Whoever counted no loan knows of none, and the other way round."""
        count, there = self.bureau_loan_records, self.has_loan_records
        if count is not None and there is not None and there is not count > 0:
            raise ValueError("has_loan_records contradicts bureau_loan_records")
        return self
