"""Publish a connector (发布): usable from now on, without a deployment."""

from __future__ import annotations

from dataclasses import dataclass

from extdata.domain.connector import Connector
from extdata.domain.errors import ConnectorNotReady
from extdata.ports import Connectors, Providers
from puhui.clock import BusinessCalendar, Clock
from puhui.contracts.extdata import ConnectorPublished
from puhui.tenancy import BankId


@dataclass(frozen=True)
class PublishConnector:
    """Make an approved version the one that queries use; the version before it retires."""

    providers: Providers
    connectors: Connectors
    clock: Clock
    calendar: BusinessCalendar

    def __call__(self, bank_id: BankId, connector_id: str, version: int, by: str) -> Connector:
        """Answer the published version; publishing it again changes nothing."""
        connector = self.connectors.get(bank_id, connector_id, version)
        if connector.stage == "published":
            return connector
        provider = self.providers.get(bank_id, connector.provider_id)
        if not provider.contract.is_valid(self.calendar.today()):
            raise ConnectorNotReady(
                "the provider's contract is not in force", field="contract", rule="contract.expired"
            )
        event = ConnectorPublished(
            connector_id=connector_id,
            connector_version=version,
            provider_id=connector.provider_id,
            product=connector.product,
            reason=connector.reason,
        ).envelope(
            bank_id=bank_id,
            subject=connector_id,
            correlation_id=connector_id,
            clock=self.clock,
            dedup=str(version),
        )
        self.connectors.save(connector.publish(by, self.clock.now()), [event])
        return self.connectors.get(bank_id, connector_id, version)
