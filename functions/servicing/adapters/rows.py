"""Servicing's rows in its one table.

Keys: `TRANSFER#id` (state of a transfer) · `VOUCHER#id` (its vouchers, never changed) ·
`BOOK#bank#shard` (balances of every account) · `BANK#…#SUBLEDGER#…` (balances of one loan) ·
`BANK#…#LOAN#…` (a loan, its plan, its checks, its account, its log) · `EVENTKEY#id` (that an event
id is taken) · `BANKS` (who has loans here). The keys of transfers and events hold no bank: an id is
taken for every bank once one has used it.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from puhui.dynamodb import (
    BaseRow,
    DateAttribute,
    InboxRow,
    InstantAttribute,
    JsonAttribute,
    MoneyAttribute,
)
from puhui.tenancy import BankId
from servicing.adapters.account_rows import (
    AccountRow,
    ChangeRequestRow,
    EventKeyRow,
    LoanEventRow,
    ServicingBankRow,
)
from servicing.adapters.clearing_rows import ClearingIndexed
from servicing.adapters.fund_use_rows import FUND_USE_ROWS
from servicing.adapters.outbox_work import WaitingOutboxRow
from servicing.adapters.transfer_rows import TransferRow
from servicing.adapters.warning_rows import WARNING_ROWS
from servicing.adapters.watch_rows import WatchRow
from servicing.adapters.work_rows import ByWork
from servicing.book_ports import PARTITIONS
from servicing.domain.accounts import CHART, AccountKey
from servicing.domain.vouchers import Layer

BOOK_SHARDS: Final = PARTITIONS
"""Each shard is a small book that balances by itself. A loan is booked in the shard of its
partition, so that end of day never meets itself on a shard."""
TRANSFER_SK: Final = "TRANSFER"
BALANCE_SK: Final = "BALANCE"
LOAN_SK: Final = "LOAN"
SCHEDULE_SK: Final = "SCHEDULE#001"
CHECK_PREFIX: Final = "CHECK#"
ACCOUNT_SK: Final = "ACCOUNT"
EVENT_PREFIX: Final = "EVENT#"
EVENT_KEY_SK: Final = "EVENT"
REQUEST_PREFIX: Final = "REQUEST#"
BANKS_PK: Final = "BANKS"


class VoucherRow(ClearingIndexed):
    """One voucher with its entries; created once, never changed."""

    bank_id = UnicodeAttribute()
    booked_on = DateAttribute()
    booked_at = InstantAttribute()
    entries = JsonAttribute()


class SubLedgerRow(BaseRow):
    """What one loan holds of an account, and the transfer that drew it."""

    posted = MoneyAttribute()
    pending = MoneyAttribute()
    drawn_by = UnicodeAttribute(null=True)


class ByApplication(GlobalSecondaryIndex["LoanRow"]):  # type: ignore[no-untyped-call]
    """Which loans does an application have?"""

    class Meta:
        """Names the index as the table's template does."""

        index_name = "by_application"
        projection = AllProjection()

    gsi1pk = UnicodeAttribute(hash_key=True)
    gsi1sk = UnicodeAttribute(range_key=True)


class LoanRow(ClearingIndexed):
    """A loan's terms and parties."""

    gsi1pk = UnicodeAttribute()
    gsi1sk = UnicodeAttribute()
    by_application = ByApplication()
    application_id = UnicodeAttribute()
    disbursement_id = UnicodeAttribute()
    customer_id = UnicodeAttribute()
    branch_id = UnicodeAttribute()
    product_code = UnicodeAttribute()
    contract_id = UnicodeAttribute(null=True)
    payload_sha256 = UnicodeAttribute()
    principal = MoneyAttribute()
    annual_rate_bps = NumberAttribute()
    term_months = NumberAttribute()
    method = UnicodeAttribute()
    disbursement_date = DateAttribute()
    status = UnicodeAttribute()
    settlement = JsonAttribute(null=True)
    labels = JsonAttribute(null=True)
    disclosure_sha256 = UnicodeAttribute(null=True)


class LoanContractRow(BaseRow):
    """That a loan is of a contract, so that a payer may name the contract."""


class ScheduleRow(BaseRow):
    """A loan's repayment plan."""

    profile = UnicodeAttribute()
    lines = JsonAttribute()
    sha256 = UnicodeAttribute()


class CheckRow(BaseRow):
    """One check of a loan's monitoring plan."""

    gsi4pk = UnicodeAttribute(null=True)
    gsi4sk = UnicodeAttribute(null=True)
    by_work = ByWork()
    due_on = DateAttribute()
    kind = UnicodeAttribute()
    state = UnicodeAttribute()
    branch_id = UnicodeAttribute(null=True)
    record = UnicodeAttribute(null=True)
    because = UnicodeAttribute(null=True)


class LoanPartRow(LoanRow, ScheduleRow, CheckRow, AccountRow, LoanEventRow):
    """Any row of a loan's partition, so that one query reads the loan and its book."""


class ServicingOutboxRow(WaitingOutboxRow):
    """Events of servicing on their way to the bus."""

    by_work = ByWork()


class ServicingInboxRow(InboxRow):
    """Events of others that servicing has acted on."""


def balance_field(code: str, layer: Layer) -> str:
    """The name of the attribute that holds one account's balance in one layer."""
    return f"{layer.value}_{code}"


BookRow: type[BaseRow] = type(
    "BookRow",
    (BaseRow,),
    {
        "__doc__": "One shard of a bank's book: a balance for each account and layer, in one row.",
        "__module__": __name__,
        **{
            balance_field(code, layer): MoneyAttribute(null=True)
            for code in CHART
            for layer in Layer
        },
    },
)

ROWS: Final[tuple[type[BaseRow], ...]] = (
    TransferRow,
    VoucherRow,
    BookRow,
    SubLedgerRow,
    LoanRow,
    ScheduleRow,
    CheckRow,
    LoanPartRow,
    LoanContractRow,
    AccountRow,
    LoanEventRow,
    EventKeyRow,
    ChangeRequestRow,
    ServicingBankRow,
    WatchRow,
    *WARNING_ROWS,
    *FUND_USE_ROWS,
    ServicingOutboxRow,
    ServicingInboxRow,
)


def transfer_pk(transfer_id: str) -> str:
    """The partition of a transfer's state."""
    return f"TRANSFER#{transfer_id}"


def voucher_pk(transfer_id: str) -> str:
    """The partition of a transfer's vouchers; no function may update or delete there."""
    return f"VOUCHER#{transfer_id}"


def book_pk(bank_id: BankId, shard: int) -> str:
    """The partition of one shard of a bank's book."""
    return f"BOOK#{bank_id}#{shard:02d}"


def shard_of(subject: str) -> int:
    """The shard in which all steps of a transfer, or all postings of a loan, are booked."""
    return int.from_bytes(hashlib.sha256(subject.encode()).digest()[:4]) % BOOK_SHARDS


def sub_ledger_pk(bank_id: BankId, key: AccountKey) -> str:
    """The partition of one loan's balance of an account."""
    return f"BANK#{bank_id}#SUBLEDGER#{key.code}#{key.holder}"


def loan_pk(bank_id: BankId, loan_id: str) -> str:
    """The partition of a loan, its plan and its checks."""
    return f"BANK#{bank_id}#LOAN#{loan_id}"


def partition_of(loan_id: str) -> int:
    """The partition in which end of day finds a loan; the shard of its postings too."""
    return shard_of(loan_id)


def partition_key(bank_id: BankId, partition: int) -> str:
    """The index partition of the open loans of one partition of a bank."""
    return f"BANK#{bank_id}#PART#{partition:02d}"


def ended_key(bank_id: BankId, partition: int) -> str:
    """The index partition of the closed loans of one partition, by the day of their last change."""
    return f"BANK#{bank_id}#ENDED#{partition:02d}"


def customer_key(bank_id: BankId, customer_id: str) -> str:
    """The index partition of a customer's loans."""
    return f"BANK#{bank_id}#CUS#{customer_id}"


def event_key_pk(event_id: str) -> str:
    """The partition of an event id, whichever bank took it."""
    return f"EVENTKEY#{event_id}"


def event_sk(sequence: int) -> str:
    """The place of an event in its loan's log."""
    return f"{EVENT_PREFIX}{sequence:06d}"


def contract_pk(bank_id: BankId, contract_id: str) -> str:
    """The partition of a contract's loans."""
    return f"BANK#{bank_id}#CONTRACT#{contract_id}"


def application_key(bank_id: BankId, application_id: str) -> str:
    """The index partition of an application's loans."""
    return f"BANK#{bank_id}#APP#{application_id}"


def account_text(key: AccountKey) -> str:
    """An account as rows write it: `130301/app-1`, `300101`."""
    return f"{key.code}/{key.holder}" if key.holder else key.code


def account_of(text: str) -> AccountKey:
    """Read what `account_text` wrote."""
    code, _, holder = text.partition("/")
    return AccountKey(code, holder)


def attribute(row_class: type[BaseRow], name: str) -> Any:
    """An attribute of a row class that is made from the chart of accounts."""
    return getattr(row_class, name)
