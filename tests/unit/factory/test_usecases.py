"""The factory's use cases: twice, late, withdrawn."""

from __future__ import annotations

from dataclasses import replace

import pytest

from factory.domain.errors import LimitExceeded, OfferNotOpen, TermsChanged
from factory.usecases.collect_data import CollectData
from factory.usecases.occupy_limit import ReleaseLimit
from factory.usecases.withdraw_application import WithdrawApplication
from tests.support.factory_builders import (
    NORTH,
    a_submission,
)
from tests.unit.factory.world import World, check


def test_the_same_submission_twice_starts_one_execution() -> None:
    world = World()

    world.start(NORTH, a_submission())

    assert world.workflow.started == ["app-1"]


def test_a_crash_between_row_and_start_is_mended_by_the_next_delivery() -> None:
    world = World()
    world.workflow.started.clear()

    world.start(NORTH, a_submission())

    assert world.workflow.started == ["app-1"]


def test_a_closed_application_is_not_started_by_a_late_delivery() -> None:
    world = World()
    world.close("declined")
    world.workflow.started.clear()

    world.start(NORTH, a_submission())

    assert world.workflow.started == []


def test_checking_intake_twice_tells_the_bus_once() -> None:
    world = World()

    check(world)
    check(world)

    assert [event.name for event in world.applications.published] == ["ApplicationProgressed"]


def test_of_two_open_applications_only_the_later_is_a_duplicate() -> None:
    world = World()
    world.start(NORTH, a_submission(application_id="app-0"))
    world.start(NORTH, a_submission(application_id="app-2"))

    assert [reason.code for reason in check(world).reasons] == ["duplicate_application"]
    world.applications.kept.pop((NORTH, "app-0"))
    assert check(world).reasons == ()


def test_a_required_document_that_did_not_come_is_missing_not_absent() -> None:
    world = World()

    facts = CollectData(world.applications)(NORTH, "app-1", ["invoice/1", "tax/1"])

    assert [(fact.product, fact.state) for fact in facts] == [
        ("invoice/1", "ok"),
        ("tax/1", "missing"),
    ]


def test_accepting_lets_the_workflow_go_on_with_the_terms_agreed() -> None:
    world = World()
    world.offer()

    world.accept()

    assert world.workflow.answers[0]["outcome"] == "accepted"
    assert world.workflow.answers[0]["quote"]["principal_fen"] == 30_000_000


def test_accepting_again_after_a_lost_answer_is_fine() -> None:
    world = World()
    world.offer()
    world.accept()

    world.accept()

    assert len(world.workflow.answers) == 1


def test_an_answer_after_the_deadline_is_refused() -> None:
    world = World()
    world.offer()
    world.workflow.waiting.clear()

    with pytest.raises(OfferNotOpen):
        world.accept()


def test_withdrawing_wakes_the_waiting_offer() -> None:
    world = World()
    world.offer()

    WithdrawApplication(world.applications, world.workflow)(NORTH, "app-1")

    assert world.workflow.answers[0]["outcome"] == "withdrawn"


def test_the_limit_is_occupied_once_however_often_it_is_asked() -> None:
    world = World()
    world.offer()
    world.accept()

    world.occupy()
    world.occupy()

    assert world.limits.occupied == {"cus-1": 30_000_000}


def test_releasing_twice_gives_back_once() -> None:
    world = World()
    world.offer()
    world.accept()
    world.occupy()
    release = ReleaseLimit(world.limits)

    assert release(NORTH, "cus-1", "dsb-app-1-1") is True
    assert release(NORTH, "cus-1", "dsb-app-1-1") is False
    assert world.limits.occupied == {"cus-1": 0}


def test_nothing_above_the_limit_and_nothing_without_accepted_terms_is_occupied() -> None:
    world = World()
    world.offer()
    with pytest.raises(TermsChanged):
        world.occupy()
    world.accept()

    with pytest.raises(LimitExceeded):
        world.occupy(limit=29_999_999)


def test_closing_tells_the_bus_once() -> None:
    world = World()

    world.close("declined")
    world.close("declined")

    assert [event.name for event in world.applications.published] == ["ApplicationClosed"]


def test_a_stale_answer_is_refused_and_nothing_is_lost() -> None:
    world = World()
    world.offer()
    world.show()
    world.confirm()
    stale = replace(world.application, version=1)

    with pytest.raises(Exception, match="changed"):
        world.answer(stale, "accepted", stale.offer.terms_sha256)  # type: ignore[union-attr]
    assert world.application.offer.answer == "waiting"
