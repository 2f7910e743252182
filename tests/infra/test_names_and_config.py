"""Names are composed in one place; a deployment is described by its context."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.config import ConfigRefused, DeploymentConfig, existing_modules
from infra.names import NameRefused, Names, event_bus, event_source, kebab

RISK = Names("dev", "risk")


def config_of(**context: Any) -> DeploymentConfig:
    return DeploymentConfig.from_context(context.get)


def test_a_physical_name_has_project_environment_module_and_resource() -> None:
    assert RISK.physical("LoanApplication") == "puhui-dev-risk-loan-application"
    assert RISK.parameter("decide", "function-arn") == "/puhui/dev/risk/decide/function-arn"
    assert RISK.of("factory").stack == "puhui-dev-factory"
    assert event_bus("dev") == "puhui-dev-bus"
    assert event_source("risk") == RISK.event_source == "puhui.risk"


@pytest.mark.parametrize(
    ("construct_id", "expected"),
    [
        ("Decide", "decide"),
        ("HttpApi", "http-api"),
        ("APIGateway", "api-gateway"),
        ("open_task", "open-task"),
        ("AccessLogs2", "access-logs2"),
    ],
)
def test_a_construct_id_becomes_a_physical_name(construct_id: str, expected: str) -> None:
    assert kebab(construct_id) == expected


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a shared machine pauses
@given(st.from_regex(r"([A-Z][a-z]{1,6}){1,4}", fullmatch=True))
def test_a_physical_name_keeps_every_letter_in_order(construct_id: str) -> None:
    name = kebab(construct_id)

    assert name.replace("-", "") == construct_id.lower()
    assert name.count("-") == sum(letter.isupper() for letter in construct_id) - 1


def test_a_name_that_a_service_would_refuse_is_refused_at_synthesis() -> None:
    with pytest.raises(NameRefused, match="longer than 64"):
        RISK.physical("A" * 60)


@pytest.mark.parametrize("env", ["", "D", "Dev", "dev-1", "1dev", "production1"])
def test_an_environment_that_does_not_fit_into_names_is_refused(env: str) -> None:
    with pytest.raises(NameRefused):
        Names(env, "risk")


def test_without_a_selection_every_module_of_the_tree_is_deployed() -> None:
    assert config_of().modules == existing_modules()
    assert config_of(modules="all").modules == existing_modules()


def test_a_selection_is_a_list_of_modules() -> None:
    chosen = sorted(existing_modules())[:2]

    config = config_of(modules=f" {chosen[0]}, {chosen[1]} ,platform")

    assert config.modules == set(chosen)
    assert config.has("platform")
    assert not config.has("unheard")


def test_an_unknown_module_is_refused() -> None:
    with pytest.raises(ConfigRefused, match="unheard"):
        config_of(modules="unheard")


@pytest.mark.parametrize(
    "context",
    [
        {"layers": "someday"},
        {"object_lock_mode": "MAYBE"},
        {"production": "perhaps"},
    ],
)
def test_an_unreadable_choice_is_refused(context: dict[str, Any]) -> None:
    with pytest.raises(ConfigRefused):
        config_of(**context)


def test_the_sandbox_never_goes_to_production() -> None:
    assert "sandbox" not in config_of(production="true").modules
    if "sandbox" in existing_modules():
        with pytest.raises(ConfigRefused, match="sandbox never goes to production"):
            config_of(production="true", modules="sandbox")


def test_issuers_may_be_given_as_a_list() -> None:
    issuer = {"issuer": "https://id.bank.example", "audience": "puhui", "jwks_uri": "https://x"}

    config = config_of(oidc_issuers=[issuer])

    assert config.oidc_issuers.startswith('[{"issuer"')
