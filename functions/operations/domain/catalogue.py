"""The product factory (产品工厂): product versions and the day each one is on sale."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import get_args

from operations.domain.errors import ProductNotFound, ProductNotValid
from puhui.contracts.facts import FACT_PRODUCTS
from puhui.contracts.operations import LoanProduct
from puhui.contracts.servicing import RepaymentMethod
from puhui.disclosure import check_fees
from puhui.settlement import check_product as check_settled
from puhui.settlement import check_settlement

MAX_PRODUCTS = 40
"""Products of one bank; a change of the bank re-publishes all of them in one transaction."""
MAX_VERSIONS = 999
KNOWN_METHODS = frozenset(get_args(RepaymentMethod))


def check_product(product: LoanProduct) -> None:
    """A product's ranges run forwards and every fact and method it names is known."""
    _ordered(product.min_amount_fen, product.max_amount_fen, "max_amount_fen")
    _ordered(product.min_rate_bps, product.max_rate_bps, "max_rate_bps")
    if product.effective_to is not None and product.effective_to < product.effective_from:
        raise ProductNotValid(
            "a product ends after it starts", field="effective_to", rule="product.effective_dates"
        )
    for field, values in (
        ("customer_kinds", product.customer_kinds),
        ("term_months", product.term_months),
        ("repayment_methods", product.repayment_methods),
        ("required_consents", product.required_consents),
    ):
        if not values or len(set(values)) != len(values):
            raise ProductNotValid(
                f"{field} names at least one value, each once", field=field, rule="product.values"
            )
    _known(product.repayment_methods, KNOWN_METHODS, "repayment_methods")
    _known(product.required_facts, FACT_PRODUCTS, "required_facts")
    check_fees(product.fees)
    check_settlement(product.settlement, product.effective_from)
    check_settled(product.settlement, product.repayment_methods, product.term_months)


def check_payees(product: LoanProduct, bank_name: str) -> None:
    """A fee goes to others: for one of the bank's own the ledger has no entry."""
    for n, fee in enumerate(product.fees):
        if fee.payee == bank_name:
            raise ProductNotValid(
                "the bank itself charges interest only",
                field=f"fees.{n}.payee",
                rule="product.fee_payee",
            )


def on_sale(versions: Iterable[LoanProduct], on: date) -> LoanProduct:
    """The product on sale on a day is the newest version that has started and not ended."""
    started = [version for version in versions if version.effective_from <= on]
    if not started:
        raise ProductNotFound("no version of this product is on sale on this day")
    newest = max(started, key=lambda version: (version.effective_from, version.version))
    if newest.effective_to is not None and newest.effective_to < on:
        raise ProductNotFound("no version of this product is on sale on this day")
    return newest


def next_version(versions: Iterable[LoanProduct], draft: LoanProduct) -> LoanProduct:
    """A changed product becomes the next version; an unchanged one stays what it is."""
    check_product(draft)
    newest = max(versions, key=lambda version: version.version, default=None)
    if newest is None:
        return draft.model_copy(update={"version": 1})
    if draft.model_copy(update={"version": newest.version}) == newest:
        return newest
    if draft.effective_from < newest.effective_from:
        raise ProductNotValid(
            "a new version starts no earlier than the one before it",
            field="effective_from",
            rule="product.effective_order",
        )
    if newest.version >= MAX_VERSIONS:
        raise ProductNotValid("too many versions of one product", rule="product.versions")
    return draft.model_copy(update={"version": newest.version + 1})


def still_relevant(versions: Iterable[LoanProduct], on: date) -> tuple[LoanProduct, ...]:
    """What others must keep knowing: the version on sale and every version still to come."""
    known = tuple(versions)
    coming = [version for version in known if version.effective_from > on]
    try:
        current = [on_sale(known, on)]
    except ProductNotFound:
        current = []
    return (*current, *sorted(coming, key=lambda version: version.version))


def _ordered(low: int, high: int, field: str) -> None:
    if low > high:
        raise ProductNotValid(
            f"{field} is below its minimum", field=field, rule="product.range_order"
        )


def _known(values: Iterable[str], known: Iterable[str], field: str) -> None:
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise ProductNotValid(
            f"{field} names {', '.join(unknown)}, which nobody offers",
            field=field,
            rule="product.known_values",
        )
