"""How a disbursement (放款) becomes a ledger transfer: accounts, ids, hash of the payload."""

from __future__ import annotations

import hashlib

from puhui.contracts.servicing import ReserveDisbursement, ResolveDisbursement
from puhui.disclosure import DisclosureNotConfirmed, ensure_confirmed
from puhui.ids import derived_id
from puhui.money import Money
from puhui.strict_json import dumps
from puhui.tenancy import bank_id
from servicing.domain.accounts import CLEARING, LOAN_PRINCIPAL, AccountKey
from servicing.domain.transfers import PENDING_FOR, Transfer, TransferState

NOT_THE_PAYLOAD = {"correlation_id", "business_date"}
"""A repetition on the next day, or under another trace, asks for the same thing."""


def transfer_id_of(disbursement_id: str) -> str:
    """The one transfer of a disbursement.

    The bank is no part of it: an id that one bank has used is refused to every other.
    """
    return derived_id("trf", "disbursement", disbursement_id)


def principal_account(application_id: str) -> AccountKey:
    """The sub-ledger of an application's loan."""
    return AccountKey(LOAN_PRINCIPAL.code, application_id)


def proposed_transfer(command: ReserveDisbursement) -> Transfer:
    """借：贷款—本金  贷：清算资金往来: the transfer that a command asks for."""
    payload = command.model_dump(mode="json", exclude=NOT_THE_PAYLOAD)
    return Transfer(
        bank_id=bank_id(command.bank_id),
        transfer_id=transfer_id_of(command.disbursement_id),
        disbursement_id=command.disbursement_id,
        application_id=command.application_id,
        customer_id=command.customer_id,
        branch_id=command.branch_id,
        amount=Money(command.amount_fen),
        debit=principal_account(command.application_id),
        credit=AccountKey(CLEARING.code),
        terms_sha256=command.terms_sha256,
        disclosure_sha256=_disclosed(command),
        payload_sha256=hashlib.sha256(dumps(payload).encode()).hexdigest(),
        reserved_on=command.business_date,
        expires_on=command.business_date + PENDING_FOR,
    )


def blocked_transfer(command: ResolveDisbursement) -> Transfer:
    """What a void leaves behind where nothing was reserved: a reservation that comes late fails."""
    return Transfer(
        bank_id=bank_id(command.bank_id),
        transfer_id=transfer_id_of(command.disbursement_id),
        disbursement_id=command.disbursement_id,
        application_id=command.application_id,
        customer_id="",
        branch_id="",
        amount=Money(0),
        debit=principal_account(command.application_id),
        credit=AccountKey(CLEARING.code),
        terms_sha256="",
        payload_sha256="",
        reserved_on=command.business_date,
        state=TransferState.BLOCKED,
        resolved_on=command.business_date,
        reason=command.reason,
    )


def _disclosed(command: ReserveDisbursement) -> str:
    """The hash of the cost disclosure that the borrower confirmed: of this very amount."""
    table = command.disclosure
    confirmed = ensure_confirmed(None if table is None else table.sha256, command.confirmation)
    if table is not None and table.principal_fen != command.amount_fen:
        raise DisclosureNotConfirmed(
            "the cost disclosure is about another amount",
            field="amount_fen",
            rule="disclosure.principal",
        )
    return confirmed.disclosure_sha256
