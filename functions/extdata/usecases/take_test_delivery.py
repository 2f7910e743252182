"""Take a test's delivery (接收联调回调): what a connector's test asked for and came by callback."""

from __future__ import annotations

from dataclasses import dataclass

from extdata.domain.connector import Connector
from extdata.domain.errors import ProviderFailure
from extdata.ports import CanonicalDocuments, Connectors
from extdata.provider_ports import Callback, ProviderCalls
from extdata.usecases.test_connector import meaning_of, rule_of
from puhui.clock import BusinessCalendar
from puhui.errors import StaleVersion, UpstreamUnavailable

MAX_TRIES = 3
"""Deliveries of one test may come at the same moment; each notes its finding on the same run."""


@dataclass(frozen=True)
class TakeTestDelivery:
    """Map what was delivered, as the gateway will, and note what it showed; once a job."""

    connectors: Connectors
    calls: ProviderCalls
    documents: CanonicalDocuments
    calendar: BusinessCalendar

    def __call__(self, connector: Connector, delivered: Callback) -> None:
        """Nothing is kept of the data; a delivery that came before changes nothing."""
        for _ in range(MAX_TRIES):
            run = connector.test
            job = None if run is None else run.job(delivered.job_id)
            if run is None or job is None or not job.waits:
                return
            seen = self._seen(connector, delivered)
            try:
                self.connectors.save(connector.tested(run.noted(job, seen)))
            except StaleVersion:
                connector = self.connectors.get(
                    connector.bank_id, connector.connector_id, connector.version
                )
            else:
                return
        raise UpstreamUnavailable("the test is being written by others; deliver again")

    def _seen(self, connector: Connector, delivered: Callback) -> str:
        try:
            answer = self.calls.read(connector, [delivered.page], asked_on=self.calendar.today())
            return meaning_of(self.documents, connector, answer)
        except ProviderFailure as failure:
            return rule_of(failure)
