"""The gate: nothing is contracted or paid out without a confirmed 综合融资成本明示表."""

from __future__ import annotations

from puhui.contracts.disclosure import DisclosureConfirmation
from puhui.errors import Conflict


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
