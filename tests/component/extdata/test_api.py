"""The API of external data: onboarding by two people, and a registry that keeps its secrets."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from tests.component.extdata.api_world import (
    AUDITOR,
    RISK,
    STEWARD,
    TABLE_OF,
    UNDERWRITER,
    ApiWorld,
    a_provider_body,
    a_table_body,
    an_access_body,
    api_world,
)
from tests.support.api import a_principal

SECRET = base64.b64encode(b"0123456789abcdef").decode()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiWorld]:
    with api_world(monkeypatch) as made:
        yield made


def test_a_provider_is_usable_after_five_requests_of_two_people(world: ApiWorld) -> None:
    world.set_up()

    listed = world.call("GET", "/connectors", AUDITOR)

    assert [(one["version"], one["stage"], one["stage_name"]) for one in listed.body["items"]] == [
        (1, "published", "已发布")
    ]


def test_the_same_demand_again_is_the_same_version(world: ApiWorld) -> None:
    world.set_up()

    again = world.demand()

    assert (again.status, again.body["version"], again.body["stage"]) == (201, 1, "published")


def test_a_steward_may_not_approve(world: ApiWorld) -> None:
    world.call(
        "PUT",
        "/providers/{provider_id}",
        STEWARD,
        body=a_provider_body(),
        values={"provider_id": "sbx-tax"},
    )
    world.demand()
    world.step("test", STEWARD)

    refused = world.step("approval", STEWARD)

    assert (refused.status, refused.error["rule"]) == (403, "policy.role")


def test_one_person_in_two_roles_is_still_one_person(world: ApiWorld) -> None:
    both = a_principal("data_steward", "risk_manager", subject="steward-1")
    world.call(
        "PUT",
        "/providers/{provider_id}",
        both,
        body=a_provider_body(),
        values={"provider_id": "sbx-tax"},
    )
    world.demand()
    world.step("test", STEWARD)

    refused = world.step("approval", both)

    assert (refused.status, refused.error["rule"]) == (409, "four_eyes")


def test_a_key_goes_in_and_never_comes_out(world: ApiWorld) -> None:
    world.set_up()

    kept = world.call(
        "PUT",
        "/providers/{provider_id}/keys/{name}",
        STEWARD,
        body={"version": "v1", "material": SECRET},
        values={"provider_id": "sbx-tax", "name": "body"},
    )
    shown = world.call(
        "GET", "/providers/{provider_id}", AUDITOR, values={"provider_id": "sbx-tax"}
    )

    assert kept.body == {"provider_id": "sbx-tax", "name": "body", "version": "v1"}
    assert SECRET not in str(shown.body)


def test_a_key_of_another_size_is_refused_by_its_rule(world: ApiWorld) -> None:
    world.set_up()

    refused = world.call(
        "PUT",
        "/providers/{provider_id}/keys/{name}",
        STEWARD,
        body={"version": "v1", "material": base64.b64encode(b"short").decode()},
        values={"provider_id": "sbx-tax", "name": "body"},
    )

    assert (refused.status, refused.error["rule"]) == (422, "key.size")


def test_a_specification_with_an_unknown_field_beside_it_is_refused(world: ApiWorld) -> None:
    refused = world.demand(surprise=1)

    assert (refused.status, refused.error["field"]) == (422, "surprise")


def test_a_version_that_is_no_number_does_not_exist(world: ApiWorld) -> None:
    refused = world.step("test", STEWARD, version="latest")

    assert refused.status == 404


def test_a_route_table_is_versioned(world: ApiWorld) -> None:
    world.set_up()

    changed = world.call(
        "PUT",
        "/route-tables/{product}/{edition}",
        STEWARD,
        body=a_table_body(cache_days=1),
        values=TABLE_OF,
    )

    assert (changed.body["product"], changed.body["version"]) == ("tax/1", 2)


def test_access_for_a_purpose_in_free_text_is_refused(world: ApiWorld) -> None:
    line = {"caller": "factory", "product": "tax/1", "purposes": ["随便看看"]}

    refused = world.call("PUT", "/access", RISK, body=an_access_body(permissions=[line]))

    assert (refused.status, refused.error["rule"]) == (422, "access.purpose")


def test_limits_say_how_much_is_used(world: ApiWorld) -> None:
    world.set_up()
    world.ask()

    limits = world.call("GET", "/limits", AUDITOR).body["items"]

    assert {one["gate"]: one["used_percent"] for one in limits} == {
        "caller:uw-1": 2,
        "provider:sbx-tax": 1,
    }


def test_a_circuit_that_never_failed_is_closed(world: ApiWorld) -> None:
    world.set_up()

    breakers = world.call("GET", "/breakers", AUDITOR).body["items"]

    assert [(one["connector_id"], one["state"], one["state_name"]) for one in breakers] == [
        ("sbx-tax-returns", "closed", "正常")
    ]


def test_another_bank_sees_nothing_of_it(world: ApiWorld) -> None:
    world.set_up()
    stranger = a_principal("data_steward", bank="south")

    providers = world.call("GET", "/providers", stranger)

    assert providers.body["items"] == []


@pytest.mark.parametrize("path", ["/providers", "/connectors", "/access", "/limits"])
def test_a_customer_sees_no_registry(world: ApiWorld, path: str) -> None:
    customer = a_principal("customer", customer_id="cus-1")

    assert world.call("GET", path, customer).status == 403


def test_an_underwriter_registers_nothing(world: ApiWorld) -> None:
    refused = world.call(
        "PUT",
        "/providers/{provider_id}",
        UNDERWRITER,
        body=a_provider_body(),
        values={"provider_id": "mine"},
    )

    assert refused.status == 403
