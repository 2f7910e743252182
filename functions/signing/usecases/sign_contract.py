"""Sign contract (电子签名): borrower, then bank; validate; seal."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.contracts.signing import ContractSealed
from puhui.tenancy import BankId
from signing.domain.certificate import borrower_certificate
from signing.domain.contract import ContractStatus, LoanContract, Seal
from signing.domain.errors import ContractNotValid, DocumentNotAvailable
from signing.domain.evidence import BANK_FIELD, BORROWER_FIELD, ensure_signed_as_agreed
from signing.ports import (
    BankSeals,
    Contracts,
    Drafts,
    EventCertificates,
    Kept,
    Parties,
    PdfSigner,
    PdfValidator,
    Vault,
)
from signing.usecases.prepare_contract import outcome_decided


@dataclass(frozen=True)
class SignContract:
    """Seal a contract once.

    Signing twice would give two different PDFs, so the vault decides: the first PDF kept under the
    contract's key is the contract, and every later run takes up from there.
    """

    contracts: Contracts
    parties: Parties
    drafts: Drafts
    vault: Vault
    event_certificates: EventCertificates
    bank_seals: BankSeals
    signer: PdfSigner
    validator: PdfValidator

    def __call__(self, bank_id: BankId, contract_id: str) -> LoanContract:
        """The contract afterwards; one that no longer waits for signatures is left as it is."""
        contract = self.contracts.get(bank_id, contract_id)
        if contract.status is not ContractStatus.SIGNING:
            return contract
        kept = self._kept(contract)
        findings = self.validator.examine(kept.content, kept.kept_at)
        ensure_signed_as_agreed(contract, kept.content, findings)
        sealed = contract.sealed(
            Seal(
                document=kept.document,
                sealed_at=kept.kept_at,
                certificates=tuple(finding.certificate_sha256 for finding in findings),
            )
        )
        self.contracts.save(sealed, [_sealed(sealed), outcome_decided(sealed)])
        return sealed

    def _kept(self, contract: LoanContract) -> Kept:
        try:
            return self.vault.get(contract.sealed_key)
        except DocumentNotAvailable:
            return self.vault.keep(contract.sealed_key, self._signed(contract))

    def _signed(self, contract: LoanContract) -> bytes:
        if contract.draft is None:
            raise ContractNotValid(f"contract {contract.contract_id} has no document")
        party = self.parties.open(contract.party_sealed, contract.bank_id, contract.application_id)
        document = self.drafts.get(contract.draft.document)
        marks = self.drafts.get(contract.draft.marks)
        seal = self.bank_seals.of(contract.bank_id, contract.bank_name)
        with self.event_certificates.issue(borrower_certificate(contract, party)) as borrower:
            document = self.signer.sign(document, BORROWER_FIELD, borrower, marks)
        return self.signer.sign(document, BANK_FIELD, seal, marks)


def _sealed(contract: LoanContract) -> ContractSealed:
    assert contract.seal is not None  # noqa: S101  (this contract was sealed a line above)
    return ContractSealed(
        contract_id=contract.contract_id,
        application_id=contract.application_id,
        document_sha256=contract.seal.document.sha256,
    )
