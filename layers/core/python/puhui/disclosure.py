"""The gate: nothing is contracted or paid out without a confirmed 综合融资成本明示表."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from puhui.contracts.disclosure import DisclosureConfirmation, LoanFee
from puhui.errors import Conflict, Unprocessable

FIELD: Final = "fees"


class DisclosureNotConfirmed(Conflict):
    """The borrower has not confirmed the cost disclosure of exactly these terms."""


def ensure_confirmed(
    disclosure_sha256: str | None, confirmation: DisclosureConfirmation | None
) -> DisclosureConfirmation:
    """There is a table, it was confirmed, and what was confirmed is that very table."""
    if disclosure_sha256 is None:
        raise DisclosureNotConfirmed(
            "no cost disclosure was issued", field="disclosure_sha256", rule="disclosure.issued"
        )
    if confirmation is None:
        raise DisclosureNotConfirmed(
            "the cost disclosure is not confirmed",
            field="confirmation",
            rule="disclosure.confirmed",
        )
    if confirmation.disclosure_sha256 != disclosure_sha256:
        raise DisclosureNotConfirmed(
            "another cost disclosure was confirmed",
            field="disclosure_sha256",
            rule="disclosure.same_table",
        )
    return confirmation


def check_fees(fees: Iterable[LoanFee]) -> None:
    """A fee is an amount or a share, and one of every instalment has no day of its own."""
    for n, fee in enumerate(fees):
        if (fee.amount_fen is None) == (fee.rate_bps is None):
            raise Unprocessable(
                "a fee is either an amount or a share of the principal",
                field=f"{FIELD}.{n}.amount_fen",
                rule="fee.one_amount",
            )
        if fee.charged == "EACH_INSTALMENT" and fee.charged_on is not None:
            raise Unprocessable(
                "a fee of each instalment has no day of its own",
                field=f"{FIELD}.{n}.charged_on",
                rule="fee.timing",
            )
