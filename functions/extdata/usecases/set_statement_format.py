"""Set a statement format (对账单格式): how a provider names its columns."""

from __future__ import annotations

from dataclasses import dataclass

from extdata.domain.statement import StatementFormat
from extdata.finance_ports import StatementFormats
from extdata.ports import Providers
from puhui.tenancy import BankId


@dataclass(frozen=True)
class SetStatementFormat:
    """Say how a provider names the columns of its statements."""

    providers: Providers
    formats: StatementFormats

    def __call__(self, bank_id: BankId, provider_id: str, form: StatementFormat) -> StatementFormat:
        """Statements that were imported before stay as they were read."""
        self.providers.get(bank_id, provider_id)
        self.formats.set(bank_id, provider_id, form)
        return form
