"""Verify contract (验签): before any money moves, the sealed PDF is examined again."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.contracts.signing import ContractVerified
from puhui.contracts.signing import VerifyContract as VerifyContractCall
from puhui.tenancy import bank_id
from signing.domain.contract import LoanContract, Seal
from signing.domain.errors import ContractNotFound, ContractNotValid, DocumentNotAvailable
from signing.domain.evidence import SIGNER_NAMES, ensure_signed_as_agreed
from signing.ports import Contracts, PdfValidator, Vault


@dataclass(frozen=True)
class VerifyContract:
    """The stored bytes, their hash, both signatures, and the terms must be the agreed ones.

    Signatures are judged as of the moment at which the vault took the PDF: the borrower's
    certificate lives a day, the contract for years.
    """

    contracts: Contracts
    vault: Vault
    validator: PdfValidator

    def __call__(self, call: VerifyContractCall) -> ContractVerified:
        contract, seal = self._sealed(call)
        _ensure(contract.application_id == call.application_id, "contract.application")
        _ensure(contract.terms_sha256 == call.terms_sha256, "contract.terms")
        _ensure(seal.document.sha256 == call.document_sha256, "contract.sha256")
        try:
            kept = self.vault.get(seal.document.key)
        except DocumentNotAvailable as error:
            raise ContractNotValid("the sealed contract is gone", rule="contract.kept") from error
        _ensure(kept.document == seal.document, "contract.bytes")
        findings = self.validator.examine(kept.content, seal.sealed_at)
        ensure_signed_as_agreed(contract, kept.content, findings)
        _ensure(
            tuple(finding.certificate_sha256 for finding in findings) == seal.certificates,
            "contract.certificates",
        )
        return ContractVerified(
            contract_id=contract.contract_id,
            document_sha256=seal.document.sha256,
            signatures=tuple(SIGNER_NAMES[finding.field] for finding in findings),
        )

    def _sealed(self, call: VerifyContractCall) -> tuple[LoanContract, Seal]:
        try:
            contract = self.contracts.get(bank_id(call.bank_id), call.contract_id)
        except ContractNotFound as error:
            raise ContractNotValid("no such contract", rule="contract.exists") from error
        if contract.seal is None:
            raise ContractNotValid(
                f"contract {contract.contract_id} is {contract.status.value}",
                rule="contract.sealed",
            )
        return contract, contract.seal


def _ensure(holds: bool, rule: str) -> None:
    if not holds:
        raise ContractNotValid(f"the contract breaks {rule}", rule=rule)
