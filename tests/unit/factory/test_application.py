"""The life of an application in the factory's domain."""

from __future__ import annotations

from dataclasses import replace

import pytest

from factory.domain.application import ApplicationStatus
from factory.domain.errors import (
    ApplicationAlreadyClosed,
    ApplicationWithdrawn,
    NotResumable,
    OfferNotOpen,
    TermsChanged,
)
from factory.domain.offer import Offer, terms_sha256
from tests.support.factory_builders import a_confirmation, a_quote, an_application


def an_offer() -> Offer:
    quote = a_quote()
    return Offer(
        offer_id="off-1",
        decision_id="dec-1",
        quote=quote,
        terms_sha256=terms_sha256("app-1", quote),
        task_token="token",
    )


def test_closing_twice_with_the_same_outcome_changes_nothing() -> None:
    closed = an_application().close("declined", (), None)

    assert closed.close("declined", (), None) is closed


def test_a_closed_application_gets_no_other_outcome() -> None:
    closed = an_application().close("declined", (), None)

    with pytest.raises(ApplicationAlreadyClosed):
        closed.close("disbursed", (), "loan-1")


def test_no_offer_is_made_to_a_customer_who_withdrew() -> None:
    with pytest.raises(ApplicationWithdrawn):
        an_application().withdraw().make(an_offer())


def test_a_closed_application_cannot_be_withdrawn_any_more() -> None:
    closed = an_application().close("disbursed", (), "loan-1")

    assert closed.withdraw() is closed


@pytest.mark.parametrize("outcome", ["disbursed", "declined", "rejected", "withdrawn"])
def test_only_a_failure_is_resumed(outcome: str) -> None:
    closed = an_application().close(outcome, (), None)  # type: ignore[arg-type]

    with pytest.raises(NotResumable):
        closed.resume(money_may_have_moved=False)


def test_a_resumed_application_pays_under_a_new_number_only_if_nothing_was_sent() -> None:
    failed = an_application().close("failed", (), None)

    anew = failed.resume(money_may_have_moved=False)
    on = failed.resume(money_may_have_moved=True)

    assert anew.disbursement_id != failed.disbursement_id
    assert on.disbursement_id == failed.disbursement_id
    assert {anew.execution_name, on.execution_name} == {"app-1-r2"}


def test_an_offer_is_answered_once() -> None:
    offer = replace(an_offer(), confirmation=a_confirmation())
    accepted = offer.give("accepted", offer.terms_sha256)

    assert accepted.give("accepted", offer.terms_sha256) == accepted
    with pytest.raises(OfferNotOpen):
        accepted.give("refused", offer.terms_sha256)


def test_agreeing_to_other_terms_is_refused() -> None:
    with pytest.raises(TermsChanged):
        an_offer().give("accepted", "b" * 64)


@pytest.mark.parametrize(
    "change",
    [
        {"principal_fen": 30_000_001},
        {"annual_rate_bps": 601},
        {"term_months": 11},
        {"method": "INTEREST_FIRST"},
        {"apr_pct": "6.1679"},
        {"schedule_sha256": "b" * 64},
        {"disclosure_sha256": "b" * 64},
    ],
)
def test_every_term_is_bound_by_the_hash(change: dict[str, object]) -> None:
    quote = a_quote()

    changed = quote.model_validate({**quote.model_dump(), **change})

    assert terms_sha256("app-1", changed) != terms_sha256("app-1", quote)


def test_an_accepted_offer_moves_the_application_to_signing() -> None:
    offered = an_application().make(an_offer())

    answered = offered.answer(replace(an_offer(), answer="accepted"))

    assert offered.status is ApplicationStatus.OFFERED
    assert answered.status is ApplicationStatus.ACCEPTED
