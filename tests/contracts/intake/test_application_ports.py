"""Applications and products: the fakes and the table keep the same promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from intake.domain.errors import (
    ApplicationAlreadyExists,
    ApplicationNotFound,
    CursorNotValid,
)
from intake.ports import (
    ApplicationQuery,
)
from puhui.errors import StaleVersion
from tests.support.intake_builders import (
    NOON,
    NORTH,
    SOUTH,
    TODAY,
    a_product,
    a_step,
    an_application,
)
from tests.support.intake_ports import Ports, an_envelope


def test_an_application_comes_back_as_it_was(ports: Ports) -> None:
    application = (
        an_application(document_ids=())
        .submit(TODAY, NOON)
        .follow(a_step())
        .withdraw(TODAY, NOON + timedelta(seconds=1))
        .follow(a_step("evt-2", NOON + timedelta(minutes=1), outcome="withdrawn"))
    )

    ports.applications.add(application)

    assert ports.applications.get(NORTH, "app-1") == replace(application, version=1)


def test_an_application_is_added_once(ports: Ports) -> None:
    ports.applications.add(an_application())

    with pytest.raises(ApplicationAlreadyExists):
        ports.applications.add(an_application(purpose="另一笔"))


def test_the_events_of_a_save_are_kept_with_it_or_not_at_all(ports: Ports) -> None:
    ports.applications.add(an_application())
    draft = ports.applications.get(NORTH, "app-1")
    saved = ports.applications.save(draft.submit(TODAY, NOON), (an_envelope("submitted"),))

    with pytest.raises(StaleVersion):
        ports.applications.save(draft.withdraw(TODAY, NOON), (an_envelope("withdrawn"),))

    assert saved == ports.applications.get(NORTH, "app-1")
    assert ports.published() == [an_envelope("submitted").event_id]


def test_a_stale_save_without_events_is_refused_too(ports: Ports) -> None:
    ports.applications.add(an_application())
    draft = ports.applications.get(NORTH, "app-1")
    ports.applications.save(draft.submit(TODAY, NOON))

    with pytest.raises(StaleVersion):
        ports.applications.save(draft.withdraw(TODAY, NOON))


def test_an_application_nobody_made_is_not_found(ports: Ports) -> None:
    ports.applications.add(an_application())

    with pytest.raises(ApplicationNotFound):
        ports.applications.get(SOUTH, "app-1")


def _with_applications(ports: Ports) -> None:
    for n in range(7):
        ports.applications.add(
            an_application(
                application_id=f"app-{n}",
                branch_id="b1" if n % 2 else "b2",
                customer_id=f"cust-{n % 3}",
                created_at=NOON + timedelta(minutes=n),
            )
        )
    ports.applications.add(an_application(application_id="app-9", bank_id=SOUTH))


def test_a_report_is_noted_once_and_in_its_place(ports: Ports) -> None:
    ports.applications.add(an_application().submit(TODAY, NOON))
    late = a_step("evt-2", NOON + timedelta(minutes=2), outcome="disbursed")
    early = a_step("evt-1", NOON + timedelta(minutes=1))

    for step in (late, early, late, early):
        ports.applications.note(NORTH, "app-1", step)

    application = ports.applications.get(NORTH, "app-1")
    assert application.timeline.steps == (early, late)
    assert application.outcome == "disbursed"


def test_a_report_about_an_unknown_application_makes_none(ports: Ports) -> None:
    with pytest.raises(ApplicationNotFound):
        ports.applications.note(NORTH, "app-1", a_step())

    with pytest.raises(ApplicationNotFound):
        ports.applications.get(NORTH, "app-1")


def test_a_save_that_would_drop_a_report_is_stale(ports: Ports) -> None:
    ports.applications.add(an_application().submit(TODAY, NOON))
    before = ports.applications.get(NORTH, "app-1")
    ports.applications.note(NORTH, "app-1", a_step())

    with pytest.raises(StaleVersion):
        ports.applications.save(before.withdraw(TODAY, NOON))

    assert len(ports.applications.get(NORTH, "app-1").timeline.steps) == 1


SCOPES: dict[str, tuple[dict[str, str], list[str]]] = {
    "bank": ({}, ["app-6", "app-5", "app-4", "app-3", "app-2", "app-1", "app-0"]),
    "branch": ({"branch_id": "b1"}, ["app-5", "app-3", "app-1"]),
    "customer": ({"customer_id": "cust-0"}, ["app-6", "app-3", "app-0"]),
}


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_show_everything_once_newest_first(ports: Ports, scope: str, limit: int) -> None:
    _with_applications(ports)
    who, expected = SCOPES[scope]

    seen: list[str] = []
    cursor: str | None = None
    for _ in range(10):
        page = ports.applications.page(
            ApplicationQuery(bank_id=NORTH, limit=limit, cursor=cursor, **who)
        )
        assert len(page.applications) <= limit
        seen += [one.application_id for one in page.applications]
        cursor = page.cursor
        if cursor is None:
            break

    assert seen == expected


def test_a_cursor_of_one_list_shows_nothing_of_another(ports: Ports) -> None:
    _with_applications(ports)
    whole = ports.applications.page(ApplicationQuery(bank_id=NORTH, limit=2))

    page = ports.applications.page(
        ApplicationQuery(bank_id=NORTH, limit=10, customer_id="cust-0", cursor=whole.cursor)
    )

    assert {one.customer_id for one in page.applications} == {"cust-0"}


@pytest.mark.parametrize("cursor", ["nonsense!", "Zm9v", "%%%", "eyJwayI6IngifQ", "QQ"])
def test_a_cursor_that_is_not_ours_is_refused(ports: Ports, cursor: str) -> None:
    with pytest.raises(CursorNotValid):
        ports.applications.page(ApplicationQuery(bank_id=NORTH, limit=2, cursor=cursor))


def test_every_version_of_a_product_is_kept_once_and_never_changed(ports: Ports) -> None:
    ports.products.add(NORTH, a_product(version=2))
    ports.products.add(NORTH, a_product(version=1))
    ports.products.add(NORTH, a_product(version=2, name="改名"))
    ports.products.add(NORTH, a_product(code="sme-invoice-loan-2"))
    ports.products.add(SOUTH, a_product())

    versions = ports.products.versions(NORTH, "sme-invoice-loan")

    assert sorted((one.version, one.name) for one in versions) == [(1, "税票贷"), (2, "税票贷")]
    assert len(ports.products.of_bank(NORTH)) == 3
