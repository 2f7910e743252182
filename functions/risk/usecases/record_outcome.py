"""Record outcome (登记贷款结果): what became of a loan, beside the scores that it was given."""

from __future__ import annotations

from dataclasses import dataclass, replace

from puhui.contracts.risk import RecordLoanOutcome
from puhui.strict_json import loads
from puhui.tenancy import bank_id
from risk.domain.decision import Decision
from risk.domain.monitoring.outcome import Outcome, checked, succeeding
from risk.domain.monitoring.scored import collected_decision
from risk.monitoring_ports import MonitoredCards, Outcomes
from risk.ports import Decisions
from risk.record_ports import Listings


@dataclass(frozen=True)
class RecordOutcome:
    """Told twice is told once; good may become bad, bad stays bad, in whatever order it comes."""

    decisions: Decisions
    listings: Listings
    cards: MonitoredCards
    outcomes: Outcomes

    def __call__(self, command: RecordLoanOutcome) -> Outcome:
        """Join it with the last decision about the application, or DecisionNotFound."""
        bank = bank_id(command.bank_id)
        decision = self.decisions.latest_of(bank, command.application_id)
        fresh = checked(self._joined(command, decision))
        known = self.outcomes.find(bank, fresh.vintage, fresh.application_id)
        if known is None:
            return self.outcomes.save(bank, fresh)
        counts = succeeding(known, fresh)
        if counts == known:
            return known
        return self.outcomes.save(bank, replace(counts, version=known.version))

    def _joined(self, command: RecordLoanOutcome, decision: Decision) -> Outcome:
        record = loads(decision.record)
        listing = self.listings.listing(record["manifest"]["listing_sha256"])
        found = collected_decision(record, listing, self.cards.all())
        return Outcome(
            application_id=command.application_id,
            decision_id=found.decision_id,
            decided_as_of=found.as_of,
            result=command.result,
            known_on=command.known_on,
            scores=found.scores,
        )
