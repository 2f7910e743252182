"""Nothing is accepted before its cost disclosure was read for its time, or signed on site."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from factory.domain.errors import ApplicationWithdrawn, DisclosureNotConfirmed, OfferNotOpen
from factory.usecases.confirm_disclosure import RecordDisclosureSignature
from factory.usecases.withdraw_application import WithdrawApplication
from puhui.clock import FixedClock
from tests.support.factory_builders import NOON, NORTH, a_disclosure, a_quote
from tests.unit.factory.world import READ, READING_SECONDS, World

TABLE = a_disclosure().sha256
SIGNATURE = "5" * 64


def offered() -> World:
    """A world with an offer that nobody has read."""
    world = World()
    world.offer()
    return world


def sign_on_site(world: World, disclosure_sha256: str = TABLE) -> None:
    """The relationship manager records the signature."""
    RecordDisclosureSignature(world.applications, FixedClock(NOON))(
        world.application, disclosure_sha256, SIGNATURE, "rm-1"
    )


def rule_of(refused: pytest.ExceptionInfo[DisclosureNotConfirmed]) -> str | None:
    return refused.value.rule


def test_an_offer_whose_cost_was_not_confirmed_cannot_be_accepted() -> None:
    world = offered()
    world.show()

    with pytest.raises(DisclosureNotConfirmed) as refused:
        world.agree()

    assert rule_of(refused) == "disclosure.confirmed"
    assert world.workflow.answers == []


def test_after_its_reading_time_the_table_is_confirmed_and_the_offer_accepted() -> None:
    world = offered()
    world.show()

    world.confirm()
    world.agree()

    confirmation = world.workflow.answers[0]["confirmation"]
    assert confirmation["disclosure_sha256"] == TABLE
    assert (confirmation["channel"], confirmation["reading_seconds"]) == ("online", READING_SECONDS)
    assert (confirmation["shown_at"], confirmation["confirmed_at"]) == (
        "2020-03-01T04:00:00Z",
        "2020-03-01T04:00:15Z",
    )


def test_a_moment_too_early_is_too_early() -> None:
    world = offered()
    world.show()

    with pytest.raises(DisclosureNotConfirmed) as refused:
        world.confirm(READ - timedelta(milliseconds=1))

    assert rule_of(refused) == "disclosure.reading_time"


def test_what_was_never_shown_cannot_be_confirmed() -> None:
    with pytest.raises(DisclosureNotConfirmed) as refused:
        offered().confirm()

    assert rule_of(refused) == "disclosure.shown"


def test_opening_the_table_again_starts_the_reading_time_again() -> None:
    world = offered()
    world.show()
    world.show(READ)

    with pytest.raises(DisclosureNotConfirmed):
        world.confirm(READ)
    world.confirm(READ + timedelta(seconds=READING_SECONDS))

    assert world.application.offer.confirmation is not None


def test_another_table_than_the_offers_cannot_be_confirmed() -> None:
    world = offered()
    world.show()

    with pytest.raises(DisclosureNotConfirmed) as refused:
        world.confirm(disclosure_sha256="b" * 64)

    assert rule_of(refused) == "disclosure.same_table"


def test_confirming_and_showing_again_change_nothing() -> None:
    world = offered()
    world.show()
    world.confirm()
    before = world.application

    world.confirm(READ + timedelta(hours=1))
    world.show(READ + timedelta(hours=1))

    assert world.application == before


def test_a_signature_on_site_needs_no_reading_time() -> None:
    world = offered()

    sign_on_site(world)
    world.agree()

    confirmation = world.workflow.answers[0]["confirmation"]
    assert (confirmation["channel"], confirmation["confirmed_by"]) == ("on_site", "rm-1")
    assert confirmation["signature_sha256"] == SIGNATURE


def test_a_signature_under_another_table_is_not_recorded() -> None:
    with pytest.raises(DisclosureNotConfirmed):
        sign_on_site(offered(), "b" * 64)


def test_an_offer_from_before_there_were_disclosures_is_refused_or_expires() -> None:
    world = World()
    world.offer(quote=a_quote(disclosure=None, disclosure_sha256=None))

    for step in (world.show, world.agree):
        with pytest.raises(DisclosureNotConfirmed) as refused:
            step()
        assert rule_of(refused) == "disclosure.issued"
    world.answer(world.application, "refused", world.application.offer.terms_sha256)

    assert world.workflow.answers[0]["outcome"] == "refused"
    assert world.workflow.answers[0]["confirmation"] is None


def test_a_retried_step_keeps_what_its_customer_has_confirmed() -> None:
    world = offered()
    world.show()
    world.confirm()
    confirmed = world.application.offer

    world.offer(token="second")

    assert world.application.offer == replace(confirmed, task_token="second")


def test_another_offer_must_be_read_anew() -> None:
    world = offered()
    world.show()
    world.confirm()

    world.offer(quote=a_quote(annual_rate_bps=700))

    assert world.application.offer.confirmation is None


def test_a_refused_offer_is_not_confirmed_any_more() -> None:
    world = offered()
    world.answer(world.application, "refused", world.application.offer.terms_sha256)

    with pytest.raises(OfferNotOpen):
        world.show()


def test_nothing_is_shown_without_an_offer_or_after_withdrawal() -> None:
    with pytest.raises(OfferNotOpen):
        World().show()

    world = offered()
    WithdrawApplication(world.applications, world.workflow)(NORTH, "app-1")
    with pytest.raises(ApplicationWithdrawn):
        world.show()
