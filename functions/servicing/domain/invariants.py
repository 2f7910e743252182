"""What a bank's books promise at every moment: INV1 to INV8, checked after every test.

INV1 all posted (and all pending) entries sum to zero · INV2 stored balances are the fold of the
entries · INV3 one transfer per business id, with the voucher of its state · INV4 vouchers never
change · INV5 a pending transfer is resolved once · INV6 whole 分, and plans that add up · INV7 a
loan exists only for posted money with agreed terms · INV8 an application is drawn once, and never
repaid beyond zero. Each broken promise is answered as a sentence, none as an exception.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from servicing.domain.account.book import LoanBook
from servicing.domain.accounts import LOAN_PRINCIPAL, AccountKey
from servicing.domain.book_invariants import (
    Violation,
    check_book,
    check_vouchers,
    postings_of,
)
from servicing.domain.disbursement import transfer_id_of
from servicing.domain.loan import Loan, loan_id_of
from servicing.domain.schedule import contradictions
from servicing.domain.transfers import Transfer, TransferState
from servicing.domain.trial_balance import trial_balance
from servicing.domain.vouchers import (
    Balance,
    Step,
    Voucher,
    balances_after,
    by_code,
    differences,
)


@dataclass(frozen=True, kw_only=True)
class BooksSnapshot:
    """Everything one bank's ledger holds at one moment."""

    transfers: Sequence[Transfer]
    vouchers: Sequence[Voucher]
    book: Mapping[str, Balance]
    """Stored balances by account code, over all shards."""
    sub_ledgers: Mapping[AccountKey, Balance]
    """Stored balances of each loan's own accounts."""
    loans: Sequence[Loan] = ()
    books: Sequence[LoanBook] = ()
    """One for each loan."""


STEPS_OF_STATE: Mapping[TransferState, frozenset[Step]] = {
    TransferState.PENDING: frozenset({Step.RESERVE}),
    TransferState.POSTED: frozenset({Step.RESERVE, Step.POST}),
    TransferState.VOIDED: frozenset({Step.RESERVE, Step.VOID}),
    TransferState.BLOCKED: frozenset(),
}
LIVE = frozenset({TransferState.PENDING, TransferState.POSTED})


def check_invariants(books: BooksSnapshot) -> tuple[Violation, ...]:
    """Every promise that a bank's books break; none when they are in order."""
    return (
        *_balanced(books),
        *_balances_are_folds(books),
        *_transfers_have_their_vouchers(books),
        *_plans_add_up(books.loans),
        *_loans_have_posted_money(books),
        *_applications_are_drawn_once(books),
        *_books_agree(books),
    )


def check_history(before: Iterable[Voucher], after: Iterable[Voucher]) -> tuple[Violation, ...]:
    """INV4: every voucher that was there is still there, unchanged."""
    kept = {(voucher.transfer_id, voucher.step): voucher for voucher in after}
    return tuple(
        Violation("INV4", voucher.transfer_id, f"the {voucher.step} voucher changed or is gone")
        for voucher in before
        if kept.get((voucher.transfer_id, voucher.step)) != voucher
    )


def check_transfer(transfer: Transfer, vouchers: Sequence[Voucher]) -> tuple[Violation, ...]:
    """INV1, INV3 and INV5 of one transfer: its vouchers balance and are those of its state."""
    found = [
        Violation("INV1", transfer.transfer_id, f"{voucher.step}: {layer} differs by {difference}")
        for voucher in vouchers
        for layer, difference in differences(voucher.entries).items()
        if not difference.is_zero
    ]
    steps = Counter(voucher.step for voucher in vouchers)
    if set(steps) != STEPS_OF_STATE[transfer.state] or any(n > 1 for n in steps.values()):
        both = Step.POST in steps and Step.VOID in steps
        found.append(
            Violation(
                "INV5" if both or any(n > 1 for n in steps.values()) else "INV3",
                transfer.transfer_id,
                f"{transfer.state} with vouchers {sorted(steps.elements())}",
            )
        )
    return tuple(found)


def _balanced(books: BooksSnapshot) -> Iterator[Violation]:
    sheet = trial_balance(books.book)
    if not sheet.difference.is_zero:
        yield Violation("INV1", "books", f"posted debits and credits differ: {sheet.difference}")
    if not sheet.pending_difference.is_zero:
        yield Violation("INV1", "books", f"pending differs by {sheet.pending_difference}")


def _balances_are_folds(books: BooksSnapshot) -> Iterator[Violation]:
    folded = balances_after(books.vouchers)
    codes = by_code(folded)
    for code in sorted(set(codes) | set(books.book)):
        stored, expected = books.book.get(code, Balance()), codes.get(code, Balance())
        if stored != expected:
            yield Violation("INV2", code, f"stored {stored}, entries give {expected}")
    held = {key for key in folded if key.holder} | set(books.sub_ledgers)
    for key in sorted(held):
        stored, expected = books.sub_ledgers.get(key, Balance()), folded.get(key, Balance())
        if stored != expected:
            yield Violation("INV2", key.holder, f"stored {stored}, entries give {expected}")


def _transfers_have_their_vouchers(books: BooksSnapshot) -> Iterator[Violation]:
    vouchers: dict[str, list[Voucher]] = defaultdict(list)
    for voucher in books.vouchers:
        if voucher.step not in (Step.BOOK, Step.SUSPENSE):
            vouchers[voucher.transfer_id].append(voucher)
    names = Counter(transfer.disbursement_id for transfer in books.transfers)
    for transfer in books.transfers:
        if transfer.transfer_id != transfer_id_of(transfer.disbursement_id):
            yield Violation("INV3", transfer.transfer_id, "the id is not the disbursement's")
        if names[transfer.disbursement_id] > 1:
            yield Violation("INV3", transfer.disbursement_id, "has several transfers")
        own = vouchers.pop(transfer.transfer_id, [])
        yield from check_transfer(transfer, own)
        moved = {entry.amount for voucher in own for entry in voucher.entries}
        if moved - {transfer.amount}:
            yield Violation("INV3", transfer.transfer_id, "entries of another amount")
    for orphan in vouchers:
        yield Violation("INV3", orphan, "vouchers without a transfer")


def _plans_add_up(loans: Sequence[Loan]) -> Iterator[Violation]:
    for loan in loans:
        for detail in contradictions(loan.schedule):
            yield Violation("INV6", loan.loan_id, detail)


def _loans_have_posted_money(books: BooksSnapshot) -> Iterator[Violation]:
    transfers = {transfer.disbursement_id: transfer for transfer in books.transfers}
    for loan in books.loans:
        transfer = transfers.get(loan.disbursement_id)
        if loan.loan_id != loan_id_of(loan.disbursement_id):
            yield Violation("INV3", loan.loan_id, "the id is not the disbursement's")
        if transfer is None or transfer.state is not TransferState.POSTED:
            yield Violation("INV7", loan.loan_id, "has no posted money")
        elif (transfer.amount, transfer.customer_id) != (loan.terms.principal, loan.customer_id):
            yield Violation("INV7", loan.loan_id, "is not what was posted")
        elif not transfer.terms_sha256:
            yield Violation("INV7", loan.loan_id, "was disbursed without agreed terms")


def _applications_are_drawn_once(books: BooksSnapshot) -> Iterator[Violation]:
    live = Counter(t.application_id for t in books.transfers if t.state in LIVE)
    for application_id, count in live.items():
        if count > 1:
            yield Violation("INV8", application_id, f"{count} live disbursements")
    for key, balance in books.sub_ledgers.items():
        if key.code == LOAN_PRINCIPAL.code and balance.posted.minor < 0:
            yield Violation("INV8", key.holder, "more principal repaid than disbursed")
        if balance.pending.minor < 0:
            yield Violation("INV5", key.holder, "more taken back than was pending")


def _books_agree(books: BooksSnapshot) -> Iterator[Violation]:
    """Each loan has a book whose log, account, balances and vouchers agree; none has two."""
    vouchers = {(voucher.transfer_id, voucher.step): voucher for voucher in books.vouchers}
    if {loan.loan_id for loan in books.loans} != {book.loan.loan_id for book in books.books}:
        yield Violation("INV7", "books", "a loan has no book, or a book no loan")
    posted = {voucher.transfer_id for voucher in books.vouchers if voucher.step is Step.BOOK}
    for book in books.books:
        yield from check_book(book, books.sub_ledgers)
        own = postings_of(book)
        keys = [(transfer_id_of(book.loan.disbursement_id), Step.POST)]
        keys += [(posting, Step.BOOK) for posting in own]
        yield from check_vouchers(book, (vouchers[key] for key in keys if key in vouchers))
        posted -= own
    for orphan in sorted(posted):
        yield Violation("INV3", orphan, "a posting of no loan")
