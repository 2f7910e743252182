"""A loan that ends, over the real stores: nothing of it is left in any work list."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from puhui.dynamodb import bind_table
from puhui.money import Money
from servicing.adapters.booked_debtors import BookedDebtors
from servicing.adapters.collections_rows import COLLECTION_ROWS
from servicing.adapters.dynamo_checks import DynamoChecks
from servicing.adapters.dynamo_collections import DynamoCollectionFiles
from servicing.adapters.dynamo_warnings import DynamoWarnings
from servicing.adapters.dynamo_watches import DynamoWatches
from servicing.adapters.rows import partition_of
from servicing.domain.account.events import Payoff
from servicing.domain.account.payoff import payoff_of
from servicing.domain.warning.colour import Colour
from servicing.domain.warning.warning import Debtor, WarningState
from servicing.usecases.finish_loans import FinishLoans
from servicing.usecases.review_collection import ReviewCollection
from tests.support.collections_fakes import SpokenScore
from tests.support.loan_accounts import entered, on
from tests.support.servicing import NORTH, TABLE, TableWorld, a_disbursed_loan
from tests.support.warnings import NINE, a_finding, a_warning, seen

LATE = on(31 + 40)
EVER = date(2099, 1, 1)


def test_nothing_of_a_settled_loan_is_left_in_a_work_list(world: TableWorld) -> None:
    bind_table(TABLE, *COLLECTION_ROWS)
    loan_id = a_disbursed_loan(world).loan_id
    books, clock = world.loan_books, world.clock
    files, warnings = DynamoCollectionFiles(clock), DynamoWarnings(clock)
    checks, watches = DynamoChecks(), DynamoWatches()
    review = ReviewCollection(BookedDebtors(books, books), SpokenScore(), files)
    late = books.get(NORTH, loan_id).close_day(LATE, NINE)
    assert late is not None
    books.record(late)
    review(NORTH, "cus-1", LATE)
    warnings.write(
        a_warning(
            Colour.RED,
            debtor=Debtor(bank_id=NORTH, customer_id="cus-1", branch_id="b1"),
            seen=(replace(seen(a_finding(Colour.RED)), loan_id=loan_id),),
        ),
        (),
    )
    book = books.get(NORTH, loan_id)
    settling = Payoff(amount=Money(payoff_of(book.account).total))
    books.record(book.enter(entered(book, "p1", settling, LATE)))
    finish = FinishLoans(books, review, files, warnings, checks, watches, clock)

    counts = [
        finish(NORTH, partition_of(loan_id), LATE + timedelta(days=later)) for later in (0, 1, 7)
    ]

    (warning,) = warnings.last_of(NORTH, "cus-1").values()
    assert counts == [1, 1, 0]
    assert list(files.worst_first(NORTH, None)) == []
    assert warning.state is WarningState.DISPOSED
    assert (list(warnings.open_ones(NORTH, 10)), list(warnings.due(NINE, 10))) == ([], [])
    assert (list(checks.due(NORTH, EVER, 10)), list(watches.due(NORTH, EVER, 10))) == ([], [])
    assert [one.name for one in world.events()].count("WarningDisposed") == 1
