"""Prepare a contract (合同制作): render it and wait for the borrower."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from puhui.clock import BusinessCalendar, Clock
from puhui.contracts.signing import ContractPrepared
from puhui.contracts.signing import PrepareContract as PrepareContractCommand
from puhui.disclosure import DisclosureNotConfirmed
from puhui.errors import PuhuiError
from puhui.events import Event
from puhui.money import Money
from puhui.sealed_parties import PartyUnreadable
from puhui.tenancy import bank_id
from signing.domain.contract import (
    REISSUABLE,
    ContractStatus,
    Delivery,
    Draft,
    Failure,
    LoanContract,
    contract_id_of,
)
from signing.domain.disclosed_cost import disclosed
from signing.domain.errors import (
    ContractNotFound,
    GlyphMissing,
    TermsInconsistent,
)
from signing.domain.events import OutcomeDecided
from signing.domain.loan_document import ContractFacts, loan_document, marks_document
from signing.domain.printability import ensure_printable
from signing.ports import Contracts, Drafts, Parties, Typesetter

IMPOSSIBLE = (DisclosureNotConfirmed, GlyphMissing, PartyUnreadable, TermsInconsistent)
"""What no repetition cures: the workflow hears the error's name and a person takes over."""


@dataclass(frozen=True)
class PrepareContract:
    """One contract for one offer, however often and in whatever order its command arrives."""

    contracts: Contracts
    parties: Parties
    typesetter: Typesetter
    drafts: Drafts
    clock: Clock
    calendar: BusinessCalendar

    def __call__(self, command: PrepareContractCommand, sent_at: datetime) -> str:
        """Say what became of the command: prepared, not_prepared, renewed or known."""
        blank = _blank(command, sent_at)
        try:
            known = self.contracts.get(blank.bank_id, blank.contract_id)
        except ContractNotFound:
            return self._issue(blank, command)
        if not known.is_news(command.task_token, sent_at):
            return "known"
        if known.status in REISSUABLE:
            again = replace(blank, issue=known.issue + 1, version=known.version)
            return self._issue(again, command)
        renewed = known.wait_with(command.task_token, sent_at, blank.deadline)
        due = renewed.delivery is Delivery.DUE
        self.contracts.save(renewed, [outcome_decided(renewed)] if due else [])
        return "renewed"

    def _issue(self, blank: LoanContract, command: PrepareContractCommand) -> str:
        self._void_other(blank)
        try:
            contract = replace(blank, draft=self._draft(blank, command))
        except IMPOSSIBLE as error:
            return self._give_up(blank, error)
        self.contracts.issue(contract, [_prepared(contract)])
        return "prepared"

    def _void_other(self, blank: LoanContract) -> None:
        """A new offer replaces the last one: nobody shall sign the contract of an old offer."""
        try:
            current = self.contracts.current_of(blank.bank_id, blank.application_id)
        except ContractNotFound:
            return
        if current.contract_id != blank.contract_id and current.is_open:
            self.contracts.save(current.void(self.clock.now()))

    def _draft(self, contract: LoanContract, command: PrepareContractCommand) -> Draft:
        """Check before rendering, so that nothing half-right is ever stored."""
        disclosure, confirmation = disclosed(command)
        party = self.parties.open(command.party_sealed, contract.bank_id, contract.application_id)
        facts = ContractFacts(
            contract_id=contract.contract_id,
            bank_name=command.bank_name,
            terms=command.terms,
            terms_sha256=command.terms_sha256,
            disclosure=disclosure,
            confirmation=confirmation,
            party=party,
            made_on=self.calendar.today(),
        )
        document, marks = loan_document(facts), marks_document(facts)
        ensure_printable(document, self.typesetter.has_glyph)
        ensure_printable(marks, self.typesetter.has_glyph)
        typeset = self.typesetter.set_contract(document)
        folder = f"{contract.bank_id}/{contract.application_id}/{contract.contract_id}"
        return Draft(
            document=self.drafts.put(f"{folder}-{contract.issue}.pdf", typeset.content),
            marks=self.drafts.put(
                f"{folder}-{contract.issue}-marks.pdf", self.typesetter.set_marks(marks).content
            ),
            template=typeset.template,
            template_sha256=typeset.template_sha256,
            input_sha256=typeset.input_sha256,
        )

    def _give_up(self, blank: LoanContract, error: PuhuiError) -> str:
        contract = replace(
            blank,
            status=ContractStatus.NOT_PREPARED,
            failure=Failure(error=type(error).__name__, text=_explained(error)),
            ended_at=self.clock.now(),
            delivery=Delivery.DUE,
        )
        self.contracts.issue(contract, [outcome_decided(contract)])
        return "not_prepared"


def outcome_decided(contract: LoanContract) -> OutcomeDecided:
    """The event that brings an outcome to the workflow."""
    return OutcomeDecided(contract_id=contract.contract_id, application_id=contract.application_id)


def _blank(command: PrepareContractCommand, sent_at: datetime) -> LoanContract:
    bank = bank_id(command.bank_id)
    return LoanContract(
        bank_id=bank,
        bank_name=command.bank_name,
        branch_id=command.branch_id,
        contract_id=contract_id_of(bank, command.application_id, command.offer_id),
        application_id=command.application_id,
        customer_id=command.customer_id,
        offer_id=command.offer_id,
        terms_sha256=command.terms_sha256,
        product_name=command.terms.product_name,
        principal=Money(command.terms.principal_fen),
        party_sealed=command.party_sealed,
        task_token=command.task_token,
        sent_at=sent_at,
        deadline=sent_at + timedelta(seconds=command.deadline_seconds),
    )


def _prepared(contract: LoanContract) -> Event:
    return ContractPrepared(
        contract_id=contract.contract_id,
        application_id=contract.application_id,
        customer_id=contract.customer_id,
    )


def _explained(error: PuhuiError) -> str:
    """The message names fields, rules and code points, never a person."""
    places: Sequence[str] = [place for place in (error.field, error.rule) if place]
    return f"{error.message} ({', '.join(places)})" if places else error.message
