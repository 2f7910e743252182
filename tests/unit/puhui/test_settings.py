"""Settings are read from the environment, typed, and complain about everything at once."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from puhui.settings import MissingSettings, Settings


@dataclass(frozen=True)
class LoanSettings(Settings):
    """An example."""

    table_name: str
    draft_ttl_days: int
    shadow_scoring_enabled: bool
    page_size: int = 25


COMPLETE = {"TABLE_NAME": "t", "DRAFT_TTL_DAYS": "30", "SHADOW_SCORING_ENABLED": "true"}


def test_every_field_is_the_variable_of_its_name() -> None:
    settings = LoanSettings.from_env(COMPLETE)

    assert settings == LoanSettings("t", 30, True, 25)


def test_a_default_may_be_overridden() -> None:
    assert LoanSettings.from_env({**COMPLETE, "PAGE_SIZE": "50"}).page_size == 50


def test_all_missing_variables_are_listed_together() -> None:
    with pytest.raises(MissingSettings) as caught:
        LoanSettings.from_env({"SHADOW_SCORING_ENABLED": "0"})

    assert caught.value.names == ("TABLE_NAME", "DRAFT_TTL_DAYS")


def test_an_empty_variable_is_a_missing_one() -> None:
    with pytest.raises(MissingSettings, match="TABLE_NAME"):
        LoanSettings.from_env({**COMPLETE, "TABLE_NAME": ""})


@pytest.mark.parametrize(
    ("name", "text"), [("DRAFT_TTL_DAYS", "soon"), ("SHADOW_SCORING_ENABLED", "maybe")]
)
def test_an_unreadable_variable_is_named_with_its_type(name: str, text: str) -> None:
    with pytest.raises(MissingSettings, match=name):
        LoanSettings.from_env({**COMPLETE, name: text})


@pytest.mark.parametrize(("text", "value"), [("TRUE", True), ("1", True), ("False", False)])
def test_booleans_are_words_or_digits(text: str, value: bool) -> None:
    settings = LoanSettings.from_env({**COMPLETE, "SHADOW_SCORING_ENABLED": text})

    assert settings.shadow_scoring_enabled is value


def test_other_types_are_a_mistake_of_the_author() -> None:
    @dataclass(frozen=True)
    class Odd(Settings):
        ratio: float

    with pytest.raises(TypeError, match="str, int or bool"):
        Odd.from_env({"RATIO": "1.5"})
