"""List prices (价格列表): what a connector costs, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extdata.domain.price import Price
from extdata.ports import Prices
from puhui.tenancy import BankId


@dataclass(frozen=True)
class ListPrices:
    """Every price of a connector."""

    prices: Prices

    def __call__(self, bank_id: BankId, connector_id: str) -> Sequence[Price]:
        """By first day."""
        return self.prices.of(bank_id, connector_id)
