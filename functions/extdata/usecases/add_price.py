"""Add a price (价格) of a connector, from a day on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from extdata.domain.errors import ConnectorNotFound
from extdata.domain.onboarding import check_price
from extdata.domain.price import Price
from extdata.ports import Connectors, Prices
from puhui.clock import Clock
from puhui.tenancy import BankId


@dataclass(frozen=True)
class AddPrice:
    """Keep a price; periods of one connector never overlap, so each day has one price at most."""

    prices: Prices
    connectors: Connectors
    clock: Clock

    def __call__(self, bank_id: BankId, price: Price, by: str) -> Price:
        """Answer the price as kept; the same price again changes nothing."""
        check_price(price)
        newest = self.connectors.latest_version(bank_id, price.connector_id)
        if not newest:
            raise ConnectorNotFound("there is no such connector", field="connector_id")
        connector = self.connectors.get(bank_id, price.connector_id, newest)
        price = replace(price, provider_id=connector.provider_id)
        known = self.prices.of(bank_id, price.connector_id)
        if not any(replace(one, effective_to=price.effective_to) == price for one in known):
            self.prices.add(bank_id, price, by, self.clock.now())
        return price
