"""Rows in DynamoDB: exact values, optimistic locking, encrypted fields, errors in our words."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from puhui.data_keys import SealBroken
from puhui.dynamodb import (
    BaseRow,
    FieldCipher,
    bind_table,
    connection,
    dynamo_errors,
    transaction,
    translate_write_errors,
)
from puhui.errors import Conflict, NotFound, StaleVersion, UpstreamUnavailable
from puhui.money import Money
from tests.component.puhui.conftest import NOON, TABLE, LoanRow
from tests.support.aws import create_table, scan_text

PHONE = "13800138000"


class LoanNotFound(NotFound):
    """No such loan."""


class LoanExists(Conflict):
    """This loan is there."""


def a_loan(number: int = 1, **values: Any) -> LoanRow:
    return LoanRow(f"BANK#north#LOAN#{number}", "LOAN", **{"amount": Money(100), **values})


def test_every_attribute_reads_back_exactly() -> None:
    values: dict[str, Any] = {
        "amount": Money(-(10**15) + 1),
        "rate": Decimal("0.30000000000000000000000000000000000004"),
        "due_on": date(2026, 8, 3),
        "told_at": NOON + timedelta(microseconds=1),
        "terms": {"名": [1, None, True]},
    }
    a_loan(**values).save()

    read = LoanRow.get("BANK#north#LOAN#1", "LOAN")

    assert {name: getattr(read, name) for name in values} == values


@pytest.mark.parametrize(
    "values",
    [
        {"amount": Money(1, "EUR")},
        {"amount": 100},
        {"amount": 1.5},
        {"rate": 0.1},
        {"rate": Decimal("NaN")},
        {"due_on": NOON},
        {"phone": PHONE},
        {"phone": "e1.north/2026-08.AA.AA "},
    ],
)
def test_a_value_of_another_kind_is_not_stored(values: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        a_loan(**values).save()


def test_more_digits_than_dynamodb_keeps_are_refused() -> None:
    with pytest.raises(ValueError, match="38"):
        a_loan(rate=Decimal("1." + "1" * 38)).save()


def test_a_new_row_does_not_overwrite_another() -> None:
    a_loan().save()

    with pytest.raises(LoanExists), dynamo_errors(conflict=LoanExists):
        a_loan(amount=Money(2)).save()


def test_a_stale_row_is_refused_and_a_fresh_one_saved() -> None:
    a_loan().save()
    one, other = (LoanRow.get("BANK#north#LOAN#1", "LOAN") for _ in range(2))
    one.amount = Money(1)
    one.save()
    other.amount = Money(2)

    with pytest.raises(StaleVersion), translate_write_errors():
        other.save()

    kept = LoanRow.get("BANK#north#LOAN#1", "LOAN")
    assert (kept.amount, kept.version) == (Money(1), 2)


def test_a_row_made_anew_replaces_only_the_version_it_names() -> None:
    a_loan().at_version(0).save()
    a_loan(amount=Money(2)).at_version(1).save()

    with pytest.raises(StaleVersion), translate_write_errors():
        a_loan(amount=Money(3)).at_version(1).save()

    assert LoanRow.get("BANK#north#LOAN#1", "LOAN").amount == Money(2)


def test_a_missing_row_is_the_callers_not_found() -> None:
    with pytest.raises(LoanNotFound), dynamo_errors(missing=LoanNotFound):
        LoanRow.get("BANK#north#LOAN#9", "LOAN")


def test_a_transaction_writes_all_or_nothing() -> None:
    a_loan(2).save()

    def write_both() -> None:
        with transaction(conflict=LoanExists) as write:
            write.save(a_loan(1))
            write.save(a_loan(2))

    with pytest.raises(LoanExists):
        write_both()

    assert list(LoanRow.query("BANK#north#LOAN#1")) == []


def test_a_transaction_whose_block_raises_writes_nothing() -> None:
    def fail_half_way() -> None:
        with transaction() as write:
            write.save(a_loan(1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()

    assert list(LoanRow.query("BANK#north#LOAN#1")) == []


def test_a_transaction_counts_versions() -> None:
    row = a_loan(1)
    with transaction() as write:
        write.save(row)
    row.amount = Money(7)
    with transaction() as write:
        write.save(row)

    assert LoanRow.get("BANK#north#LOAN#1", "LOAN").version == 2


def test_an_encrypted_field_opens_in_its_row_only(cipher: FieldCipher) -> None:
    row, other = a_loan(1), a_loan(2)
    row.encrypt_field(cipher, "phone", PHONE, bank_id="north")
    row.save()
    other.phone = row.phone
    other.save()

    assert LoanRow.get(row.pk, row.sk).decrypt_field(cipher, "phone") == PHONE
    with pytest.raises(SealBroken):
        LoanRow.get(other.pk, other.sk).decrypt_field(cipher, "phone")


def test_a_ciphertext_moved_to_another_table_does_not_open(cipher: FieldCipher) -> None:
    class ElsewhereRow(LoanRow):
        """The same row in another table."""

    create_table("puhui-test-elsewhere-table")
    bind_table("puhui-test-elsewhere-table", ElsewhereRow)
    row = a_loan(1)
    row.encrypt_field(cipher, "phone", PHONE, bank_id="north")
    moved = ElsewhereRow(row.pk, row.sk, amount=Money(1), phone=row.phone)

    with pytest.raises(SealBroken):
        moved.decrypt_field(cipher, "phone")


def test_the_raw_table_shows_no_phone(cipher: FieldCipher) -> None:
    row = a_loan(1)
    row.encrypt_field(cipher, "phone", PHONE, bank_id="north")
    row.save()

    assert PHONE not in scan_text(TABLE)


def test_a_field_is_encrypted_in_a_bound_row_with_keys(cipher: FieldCipher) -> None:
    class UnboundRow(BaseRow):
        """Nobody bound it."""

    with pytest.raises(ValueError, match="bind the table"):
        UnboundRow("a", "b").encrypt_field(cipher, "x", PHONE, bank_id="north")
    with pytest.raises(ValueError, match="set pk and sk"):
        LoanRow().encrypt_field(cipher, "phone", PHONE, bank_id="north")


def test_binding_one_row_does_not_bind_another() -> None:
    class OneRow(BaseRow):
        """One."""

    class OtherRow(BaseRow):
        """Another."""

    bind_table("one", OneRow)
    bind_table("other", OtherRow)

    assert (OneRow.Meta.table_name, OtherRow.Meta.table_name) == ("one", "other")
    assert BaseRow.Meta.table_name is None


def test_rows_share_one_client_with_our_timeouts() -> None:
    one, other = LoanRow._get_connection().connection, connection()

    assert one.client is other.client
    config: Any = other.client.meta.config
    assert (config.connect_timeout, config.read_timeout) == (2, 5)
    assert config.retries["total_max_attempts"] == 3


def test_a_table_that_does_not_exist_is_unavailable() -> None:
    class NowhereRow(BaseRow):
        """Nowhere."""

    bind_table("puhui-test-nowhere-table", NowhereRow)

    with pytest.raises(UpstreamUnavailable), dynamo_errors():
        NowhereRow("a", "b").save()


def test_a_row_bound_again_uses_the_machines_present_region(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class TravellingRow(BaseRow):
        """Bound twice."""

    def region_once_bound() -> str:
        bind_table(TABLE, TravellingRow)
        return str(TravellingRow._get_connection().connection.client.meta.region_name)

    first = region_once_bound()
    monkeypatch.setenv("AWS_DEFAULT_REGION", "cn-northwest-1")

    assert (first, region_once_bound()) == ("cn-north-1", "cn-northwest-1")
