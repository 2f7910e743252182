"""The bank's catalogue as intake knows it: which product is on sale, and what it allows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from intake.domain.application import LoanApplication
from intake.domain.errors import ApplicationNotValid, ProductNotFound
from puhui.contracts.operations import LoanProduct
from puhui.contracts.party import CustomerKind


def on_sale(versions: Iterable[LoanProduct], on: date) -> LoanProduct | None:
    """The version on sale is the newest that has started, unless that one has ended."""
    started = [version for version in versions if version.effective_from <= on]
    if not started:
        return None
    newest = max(started, key=lambda version: (version.effective_from, version.version))
    ended = newest.effective_to is not None and newest.effective_to < on
    return None if ended else newest


def product_on_sale(versions: Iterable[LoanProduct], on: date) -> LoanProduct:
    """The version on sale on this day, or the refusal that names the field."""
    product = on_sale(versions, on)
    if product is None:
        raise ProductNotFound(
            "no such product is on sale", field="product_code", rule="product.on_sale"
        )
    return product


def check_terms(application: LoanApplication, product: LoanProduct, kind: CustomerKind) -> None:
    """The amount, term, method and kind of customer are among those the product is made for."""
    amount_fen = application.amount.minor
    for allowed, field, rule in (
        (kind in product.customer_kinds, "customer_id", "product.customer_kind"),
        (
            product.min_amount_fen <= amount_fen <= product.max_amount_fen,
            "amount_fen",
            "product.amount",
        ),
        (application.term_months in product.term_months, "term_months", "product.term"),
        (
            application.repayment_method in product.repayment_methods,
            "repayment_method",
            "product.method",
        ),
    ):
        if not allowed:
            raise ApplicationNotValid(
                f"{product.code} does not allow this {field}", field=field, rule=rule
            )
