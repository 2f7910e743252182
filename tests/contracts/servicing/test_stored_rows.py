"""FLT28: rows of earlier versions are read, worked on, and go on; rows of later ones are refused.

The samples are never edited: they stand for the rows that lie in tables (`support.stored_rows`).
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from puhui.money import Money
from puhui.strict_json import dumps, loads
from servicing.domain.account.events import Repayment
from servicing.domain.errors import StoredByNewerVersion
from servicing.domain.invariants import check_invariants
from servicing.domain.transfers import TransferState
from servicing.usecases.check_books import CheckBooks
from servicing.usecases.post_disbursement import PostDisbursement
from tests.support.servicing import NORTH, TableWorld, a_resolution
from tests.support.stored_rows import LOAN_ID, a_table, enter, rail_bank, says

SAMPLES = Path(__file__).parents[1] / "samples" / "servicing"
FILES = sorted(SAMPLES.glob("rows.v*.json"))
Row = dict[str, Any]


def sample(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


pytestmark = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def test_stored_rows_say_today_what_they_said(path: Path) -> None:
    stored = sample(path)

    with a_table(stored["rows"]) as world:
        assert says(world) == stored["says"]


def test_stored_books_keep_every_promise_of_today(path: Path) -> None:
    with a_table(sample(path)["rows"]) as world:
        checked = CheckBooks(world.loan_books, world.audits)(NORTH, 0)

        assert check_invariants(world.snapshot()) == ()
        assert (checked.loans, checked.violations) == (1, ())


def test_a_stored_loan_lives_on(path: Path) -> None:
    with a_table(sample(path)["rows"]) as world:
        before = world.loan_books.get(NORTH, LOAN_ID)
        enter(world, "new-1", Repayment(amount=Money(5)))
        change = world.loan_books.get(NORTH, LOAN_ID).close_day(
            before.account.day.replace(month=6), world.clock.now()
        )
        assert change is not None
        world.loan_books.record(change)

        assert world.loan_books.get(NORTH, LOAN_ID).version == before.version + 2
        assert check_invariants(world.snapshot()) == ()


def test_a_stored_promise_is_posted(path: Path) -> None:
    with a_table(sample(path)["rows"]) as world:
        posted = PostDisbursement(world.ledger, world.clock)(
            a_resolution(
                application_id="pending", disbursement_id="dsb-pending", bank_reference="ref"
            )
        )

        assert posted.state is TransferState.POSTED
        assert check_invariants(world.snapshot()) == ()


def test_a_stored_debit_of_unknown_outcome_is_asked_about(path: Path) -> None:
    with a_table(sample(path)["rows"]) as world:
        bank = rail_bank(world)
        bank.rail.script = ["ok", "ok"]

        work = bank.finish()

        assert (work.resolved, work.failed, bank.debits.open_ones()) == (1, (), [])


# --- what a later version wrote --------------------------------------------------------------


def _account(row: Row) -> None:
    values = loads(row["account"]["S"])
    row["account"]["S"] = dumps(values | {"later": 1})


def _column(row: Row) -> None:
    values = loads(row["account"]["S"])
    values["dues"][0].append("later")
    values["dues"][1].append(1)
    row["account"]["S"] = dumps(values)


def _kind(row: Row) -> None:
    row["happening"]["S"] = dumps(loads(row["happening"]["S"]) | {"kind": "later"})


def _happening(row: Row) -> None:
    row["happening"]["S"] = dumps(loads(row["happening"]["S"]) | {"later": 1})


@pytest.mark.parametrize(
    ("sk", "change"),
    [
        ("ACCOUNT", _account),
        ("ACCOUNT", _column),
        ("EVENT#000001", _kind),
        ("EVENT#000001", _happening),
    ],
    ids=["field", "column", "kind", "field_of_event"],
)
def test_what_a_later_version_wrote_is_refused_by_name_and_left_alone(
    path: Path, sk: str, change: Callable[[Row], None]
) -> None:
    rows = copy.deepcopy(sample(path)["rows"])
    (row,) = [one for one in rows if one["pk"]["S"].endswith(LOAN_ID) and one["sk"]["S"] == sk]
    change(row)

    with a_table(rows) as world:
        with pytest.raises(StoredByNewerVersion):
            enter(world, "new-1", Repayment(amount=Money(5)))

        assert _as_stored(world, row) == row


def _as_stored(world: TableWorld, row: Row) -> Row:
    from tests.support.servicing import table_items

    (found,) = [one for one in table_items() if (one["pk"], one["sk"]) == (row["pk"], row["sk"])]
    return found
