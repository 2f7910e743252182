"""Classifications in memory, with the promises of the table."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from puhui.clock import Clock
from puhui.events import Envelope
from puhui.tenancy import BankId
from servicing.adapters.classification_envelopes import final_envelopes, proposed_envelope
from servicing.domain.classification.classification import Classification, State
from servicing.domain.classification.errors import ClassificationChanged, ClassificationNotFound
from servicing.domain.classification.standing import Standing
from servicing.domain.classification.tiers import Tier


@dataclass
class InMemoryClassifications:
    """`Classifications` in memory, with the promises of the table."""

    clock: Clock
    kept: dict[tuple[BankId, str, str], Classification] = field(default_factory=dict)
    standing_of: dict[tuple[BankId, str], Standing] = field(default_factory=dict)
    effective: list[Classification] = field(default_factory=list)
    events: list[Envelope] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def standing(self, bank_id: BankId, debtor_id: str) -> Standing | None:
        """Where a debtor stands."""
        return self.standing_of.get((bank_id, debtor_id))

    def get(self, bank_id: BankId, debtor_id: str, classification_id: str) -> Classification:
        """A classification."""
        try:
            return self.kept[bank_id, debtor_id, classification_id]
        except KeyError:
            raise ClassificationNotFound from None

    def propose(
        self, standing: Standing, proposed: Classification, instead_of: Classification | None
    ) -> None:
        """Keep a proposal."""
        with self.lock:
            key = (proposed.bank_id, proposed.debtor_id, proposed.classification_id)
            if key in self.kept:
                raise ClassificationChanged
            self._fresh(standing)
            if instead_of is not None:
                self._save(instead_of)
            self.kept[key] = replace(proposed, version=1)
            self._stand(standing)
            self.events.append(proposed_envelope(proposed, self.clock))

    def step(self, standing: Standing | None, classification: Classification) -> None:
        """Keep a step."""
        with self.lock:
            if standing is not None:
                self._fresh(standing)
            self._save(classification)
            if standing is not None:
                self._stand(standing)
            if classification.state is State.FINAL:
                self.effective.append(classification)
                self.events.extend(final_envelopes(classification, self.clock))

    def in_effect(
        self, bank_id: BankId, debtor_id: str, until: date | None = None
    ) -> Sequence[Classification]:
        """What was in effect."""
        return [
            replace(one, version=0)
            for one in reversed(self.effective)
            if (one.bank_id, one.debtor_id) == (bank_id, debtor_id)
            and (until is None or (one.effective_on or date.max) <= until)
        ]

    def waiting(
        self, bank_id: BankId, branch_id: str | None, state: State, tier: Tier | None
    ) -> Sequence[Classification]:
        """The open ones at a state."""
        found = [
            one
            for one in self.kept.values()
            if (one.bank_id, one.state) == (bank_id, state)
            and tier in (None, one.tier)
            and branch_id in (None, one.branch_id)
        ]
        return sorted(found, key=lambda one: (-one.tier.rank, one.as_of, one.debtor_id))

    def standings(
        self, bank_id: BankId, branch_id: str | None, tier: Tier | None, due_until: date | None
    ) -> Sequence[Standing]:
        """Debtors by tier in effect."""
        found = [
            one
            for one in self.standing_of.values()
            if one.bank_id == bank_id
            and branch_id in (None, one.branch_id)
            and tier in (None, one.tier)
            and (due_until is None or one.due_on <= due_until)
        ]
        return sorted(found, key=lambda one: (-one.tier.rank, one.due_on, one.debtor_id))

    def _fresh(self, standing: Standing) -> None:
        known = self.standing_of.get((standing.bank_id, standing.debtor_id))
        if (known.version if known else 0) != standing.version:
            raise ClassificationChanged

    def _stand(self, standing: Standing) -> None:
        key = (standing.bank_id, standing.debtor_id)
        self.standing_of[key] = replace(standing, version=standing.version + 1)

    def _save(self, one: Classification) -> None:
        key = (one.bank_id, one.debtor_id, one.classification_id)
        last = one.steps[-1]
        makers = {self.kept[key].by_of("confirmed"), self.kept[key].by_of("approved")}
        checks = last.kind in ("approved", "approved_again", "returned")
        if self.kept[key].version != one.version or (checks and last.by in makers):
            raise ClassificationChanged
        self.kept[key] = replace(one, version=one.version + 1)
