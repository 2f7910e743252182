"""Between the ledger's domain objects and its rows."""

from __future__ import annotations

from collections.abc import Iterable

from puhui.money import Money
from puhui.tenancy import bank_id
from servicing.adapters.clearing_rows import LEDGER, place_in_index
from servicing.adapters.rows import (
    TRANSFER_SK,
    VoucherRow,
    account_of,
    account_text,
    balance_field,
    transfer_pk,
    voucher_pk,
)
from servicing.adapters.transfer_rows import PENDING_TRANSFERS, TransferRow, pending_place
from servicing.domain.accounts import CHART, AccountKey, Side
from servicing.domain.rail.clearing import cleared_by
from servicing.domain.rail.reconciliation import Key
from servicing.domain.transfers import Transfer, TransferState
from servicing.domain.vouchers import Balance, Entry, Layer, Step, Voucher


def transfer_row(transfer: Transfer) -> TransferRow:
    """The row of a new transfer; while it is pending, it stands in the list of what is."""
    pending = transfer.state is TransferState.PENDING
    place = pending_place(transfer.deadline, transfer.transfer_id)
    return TransferRow(
        transfer_pk(transfer.transfer_id),
        TRANSFER_SK,
        gsi4pk=PENDING_TRANSFERS if pending else None,
        gsi4sk=place if pending else None,
        bank_id=transfer.bank_id,
        disbursement_id=transfer.disbursement_id,
        application_id=transfer.application_id,
        customer_id=transfer.customer_id or None,
        branch_id=transfer.branch_id or None,
        amount=transfer.amount,
        debit=account_text(transfer.debit),
        credit=account_text(transfer.credit),
        terms_sha256=transfer.terms_sha256 or None,
        payload_sha256=transfer.payload_sha256 or None,
        reserved_on=transfer.reserved_on,
        expires_on=transfer.expires_on,
        state=transfer.state.value,
        resolved_on=transfer.resolved_on,
        bank_reference=transfer.bank_reference,
        reason=transfer.reason,
        disclosure_sha256=transfer.disclosure_sha256,
    )


def transfer_of(row: TransferRow) -> Transfer:
    """The transfer in a row."""
    return Transfer(
        bank_id=bank_id(row.bank_id),
        transfer_id=row.pk.partition("#")[2],
        disbursement_id=row.disbursement_id,
        application_id=row.application_id,
        customer_id=row.customer_id or "",
        branch_id=row.branch_id or "",
        amount=row.amount,
        debit=account_of(row.debit),
        credit=account_of(row.credit),
        terms_sha256=row.terms_sha256 or "",
        payload_sha256=row.payload_sha256 or "",
        reserved_on=row.reserved_on,
        expires_on=row.expires_on,
        state=TransferState(row.state),
        resolved_on=row.resolved_on,
        bank_reference=row.bank_reference,
        reason=row.reason,
        disclosure_sha256=row.disclosure_sha256,
    )


def voucher_row(voucher: Voucher, behind: Key | None = None) -> VoucherRow:
    """The row of a voucher; `behind` is the rail's number of the money that it moves."""
    row = VoucherRow(
        voucher_pk(voucher.transfer_id),
        voucher.step.value,
        bank_id=voucher.bank_id,
        booked_on=voucher.booked_on,
        booked_at=voucher.booked_at,
        entries=[
            {
                "account": account_text(entry.account),
                "layer": entry.layer.value,
                "side": entry.side.value,
                "fen": entry.amount.minor,
            }
            for entry in voucher.entries
        ],
    )
    movement = cleared_by(voucher, behind)
    place_in_index(row, LEDGER, voucher.bank_id, voucher.booked_on, movement)
    return row


def voucher_of(row: VoucherRow) -> Voucher:
    """The voucher in a row; one that does not balance is refused by its class."""
    return Voucher(
        bank_id=bank_id(row.bank_id),
        transfer_id=row.pk.partition("#")[2],
        step=Step(row.sk),
        booked_on=row.booked_on,
        booked_at=row.booked_at,
        entries=tuple(
            Entry(
                account=account_of(entry["account"]),
                layer=Layer(entry["layer"]),
                side=Side(entry["side"]),
                amount=Money(entry["fen"]),
            )
            for entry in row.entries
        ),
    )


def vouchers_in_order(vouchers: Iterable[Voucher]) -> list[Voucher]:
    """Reserve before post or void."""
    steps = list(Step)
    return sorted(vouchers, key=lambda voucher: steps.index(voucher.step))


def holder_changes(voucher: Voucher) -> dict[AccountKey, Balance]:
    """What a voucher changes in each loan's own accounts."""
    changes: dict[AccountKey, Balance] = {}
    for entry in voucher.entries:
        if entry.account.holder:
            changes[entry.account] = changes.get(entry.account, Balance()).plus(entry)
    return changes


def book_changes(voucher: Voucher) -> dict[str, Money]:
    """What a voucher changes in the book, by attribute; changes that cancel out are left out."""
    changes: dict[str, Money] = {}
    for entry in voucher.entries:
        field = balance_field(entry.account.code, entry.layer)
        changes[field] = changes.get(field, Money(0)) + entry.debit_less_credit
    return {field: change for field, change in changes.items() if not change.is_zero}


def book_balances(rows: Iterable[object]) -> dict[str, Balance]:
    """The balances by account code in the shards of a book."""
    shards = list(rows)
    return {
        code: Balance(
            posted=Money.total(_held(row, code, Layer.POSTED) for row in shards),
            pending=Money.total(_held(row, code, Layer.PENDING) for row in shards),
        )
        for code in CHART
    }


def _held(row: object, code: str, layer: Layer) -> Money:
    held: Money | None = getattr(row, balance_field(code, layer))
    return held if held is not None else Money(0)
