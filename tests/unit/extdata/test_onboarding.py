"""A connector's way from a wish to use: demand, test, a second person's approval, publication."""

from __future__ import annotations

from datetime import date

import pytest

from extdata.domain.answer import ProviderAnswer
from extdata.domain.errors import (
    ConfigurationRefused,
    ConnectorNotReady,
    ProviderNotFound,
    ProviderTimeout,
    SamePerson,
)
from extdata.domain.provider import Contract
from extdata.provider_ports import ProviderRequest
from puhui.tenancy import BankId
from tests.support.extdata import BANK, a_miss, a_provider, a_specification, an_answer
from tests.support.extdata_onboarding import OnboardingWorld


def by_subject(request: ProviderRequest) -> ProviderAnswer:
    """The mock knows one firm and nobody else."""
    return a_miss() if request.subject.name == "查无此户" else an_answer()


@pytest.fixture
def world() -> OnboardingWorld:
    made = OnboardingWorld()
    made.calls.scripts["sbx-tax-returns"] = by_subject
    return made


def test_the_same_specification_again_is_the_same_version(world: OnboardingWorld) -> None:
    first = world.demanded()

    again = world.demanded()

    assert (again.version, again.row_version) == (first.version, first.row_version)


def test_a_changed_specification_is_a_new_version_that_starts_as_a_demand(
    world: OnboardingWorld,
) -> None:
    world.published()

    changed = world.demanded(specification=a_specification(tries=1))

    assert (changed.version, changed.stage) == (2, "demand")


def test_a_connector_of_an_unknown_provider_is_refused(world: OnboardingWorld) -> None:
    with pytest.raises(ProviderNotFound):
        world.demanded(provider_id="nobody")


def test_a_product_that_no_consent_can_cover_is_refused(world: OnboardingWorld) -> None:
    with pytest.raises(ConfigurationRefused) as refused:
        world.demanded(product="horoscope/1")

    assert refused.value.rule == "product.unknown"


def test_a_specification_that_could_not_work_is_never_kept(world: OnboardingWorld) -> None:
    with pytest.raises(ConfigurationRefused):
        world.demanded(specification={"mode": "broken"})

    assert world.connectors.latest_version(BANK, "sbx-tax-returns") == 0


def test_a_test_asks_the_mock_once_for_each_case(world: OnboardingWorld) -> None:
    tested = world.tested()

    assert (tested.stage, tested.test and tested.test.passed) == ("tested", 2)
    assert len(world.calls.requests) == 2


def test_a_failed_case_leaves_the_connector_a_demand_and_says_what_it_saw(
    world: OnboardingWorld,
) -> None:
    world.calls.scripts["sbx-tax-returns"] = lambda request: a_miss()

    tested = world.tested()

    assert (tested.stage, tested.stage_name) == ("demand", "联调未过 1/2")
    assert tested.test is not None
    assert tested.test.failures == ("有数据: expected hit, saw miss",)


def test_a_demand_that_was_never_tested_is_told_from_one_that_failed(
    world: OnboardingWorld,
) -> None:
    assert world.demanded().stage_name == "需求登记"


def test_a_hit_whose_document_breaks_the_schema_fails_the_test(world: OnboardingWorld) -> None:
    world.calls.scripts["sbx-tax-returns"] = lambda request: an_answer(document={"invalid": True})

    tested = world.tested()

    assert tested.test is not None
    assert tested.test.failures[0] == "有数据: expected hit, saw provider.schema (returns)"


def test_a_mock_that_does_not_answer_fails_the_test_by_its_rule(world: OnboardingWorld) -> None:
    def silent(request: ProviderRequest) -> ProviderAnswer:
        raise ProviderTimeout(rule="provider.timeout")

    world.calls.scripts["sbx-tax-returns"] = silent

    tested = world.tested()

    assert tested.test is not None
    assert tested.test.failed == 2


def test_a_connector_without_cases_cannot_pass(world: OnboardingWorld) -> None:
    world.demanded(test_cases=())

    with pytest.raises(ConfigurationRefused) as refused:
        world.test(BANK, "sbx-tax-returns", 1, "steward-2")

    assert refused.value.rule == "test.cases"


def test_a_case_whose_subject_nobody_wrote_out_is_not_run(world: OnboardingWorld) -> None:
    world.demanded(test_cases=({"name": "有数据", "subject": "known", "expect": "hit"},))

    with pytest.raises(ConfigurationRefused) as refused:
        world.test(BANK, "sbx-tax-returns", 1, "steward-2")

    assert refused.value.rule == "test.subject"


@pytest.mark.parametrize("person", ["steward-1", "steward-2"])
def test_who_demanded_or_tested_a_connector_may_not_approve_it(
    world: OnboardingWorld, person: str
) -> None:
    world.tested(by="steward-2")

    with pytest.raises(SamePerson):
        world.approve(BANK, "sbx-tax-returns", 1, person)


def test_a_connector_that_was_not_tested_is_not_approved(world: OnboardingWorld) -> None:
    world.demanded()

    with pytest.raises(ConnectorNotReady):
        world.approve(BANK, "sbx-tax-returns", 1, "risk-1")


def test_a_connector_that_was_not_approved_is_not_published(world: OnboardingWorld) -> None:
    world.tested()

    with pytest.raises(ConnectorNotReady):
        world.publish(BANK, "sbx-tax-returns", 1, "steward-1")


def test_publishing_twice_is_publishing_once(world: OnboardingWorld) -> None:
    published = world.published()

    again = world.publish(BANK, published.connector_id, 1, "steward-9")

    assert again.published_by == "steward-1"


def test_nothing_is_published_when_the_contract_is_over(world: OnboardingWorld) -> None:
    made = world.tested()
    world.approve(BANK, made.connector_id, 1, "risk-1")
    over = Contract(number="HT-1", valid_from=date(2020, 1, 1), valid_to=date(2025, 12, 31))
    world.register(a_provider(contract=over))

    with pytest.raises(ConnectorNotReady) as refused:
        world.publish(BANK, made.connector_id, 1, "steward-1")

    assert refused.value.rule == "contract.expired"


def test_a_published_version_replaces_the_one_before(world: OnboardingWorld) -> None:
    world.published()
    world.demanded(specification=a_specification(tries=1))
    world.test(BANK, "sbx-tax-returns", 2, "steward-2")
    world.approve(BANK, "sbx-tax-returns", 2, "risk-1")

    world.publish(BANK, "sbx-tax-returns", 2, "steward-1")

    assert world.connectors.published(BANK, "sbx-tax-returns").version == 2
    assert world.connectors.get(BANK, "sbx-tax-returns", 1).stage == "retired"


def test_a_retired_connector_stays_for_replays(world: OnboardingWorld) -> None:
    world.published()

    world.retire(BANK, "sbx-tax-returns", 1)

    assert world.connectors.get(BANK, "sbx-tax-returns", 1).stage == "retired"


def test_another_banks_connector_does_not_exist(world: OnboardingWorld) -> None:
    world.tested()

    assert world.connectors.latest_version(BankId("south"), "sbx-tax-returns") == 0
