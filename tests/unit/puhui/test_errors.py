"""Errors know their category; foreign ones are translated without their message."""

from __future__ import annotations

import pytest

import puhui.errors
from puhui.errors import (
    ERROR_NAMES,
    Conflict,
    NotFound,
    PuhuiError,
    StaleVersion,
    UpstreamUnavailable,
    map_errors,
)
from puhui.tenancy import bank_id

KERNEL_ERRORS = [
    error
    for error in vars(puhui.errors).values()
    if isinstance(error, type) and issubclass(error, PuhuiError)
]


class ApplicationNotFound(NotFound):
    """No application with this id exists for this bank."""


def test_the_table_of_categories() -> None:
    table = {error.__name__: (error.code, error.status, error.retryable) for error in KERNEL_ERRORS}

    assert table == {
        "PuhuiError": ("internal", 500, False),
        "BadRequest": ("bad_request", 400, False),
        "Unauthenticated": ("unauthenticated", 401, False),
        "Forbidden": ("forbidden", 403, False),
        "NotFound": ("not_found", 404, False),
        "MethodNotAllowed": ("method_not_allowed", 405, False),
        "Conflict": ("conflict", 409, False),
        "StaleVersion": ("stale_version", 409, True),
        "PayloadTooLarge": ("payload_too_large", 413, False),
        "UnsupportedMediaType": ("unsupported_media_type", 415, False),
        "Unprocessable": ("unprocessable", 422, False),
        "TooManyRequests": ("too_many_requests", 429, True),
        "UpstreamUnavailable": ("upstream_unavailable", 503, True),
    }


def test_every_code_has_a_chinese_name() -> None:
    assert set(ERROR_NAMES) == {error.code for error in KERNEL_ERRORS}


def test_an_error_without_message_says_its_own_sentence() -> None:
    assert str(ApplicationNotFound()) == "No application with this id exists for this bank."


def test_an_error_keeps_message_field_and_rule() -> None:
    error = Conflict("other amount", field="amount_fen", rule="payment.same_amount")

    assert (error.message, error.field, error.rule) == (
        "other amount",
        "amount_fen",
        "payment.same_amount",
    )


def test_a_foreign_error_is_translated_and_kept_as_cause() -> None:
    with pytest.raises(ApplicationNotFound) as caught, map_errors({KeyError: ApplicationNotFound}):
        raise KeyError("张三 13800138000")

    assert isinstance(caught.value.__cause__, KeyError)
    assert "13800138000" not in str(caught.value)


def test_the_most_specific_translation_wins() -> None:
    table = {OSError: UpstreamUnavailable, FileNotFoundError: ApplicationNotFound}

    with pytest.raises(ApplicationNotFound), map_errors(table):
        raise FileNotFoundError


def test_a_subclass_of_a_listed_error_is_translated() -> None:
    with pytest.raises(UpstreamUnavailable), map_errors({OSError: UpstreamUnavailable}):
        raise ConnectionResetError


def test_an_error_outside_the_table_passes() -> None:
    with pytest.raises(ZeroDivisionError), map_errors({KeyError: NotFound}):
        raise ZeroDivisionError


def test_a_stale_version_is_a_conflict_worth_repeating() -> None:
    assert issubclass(StaleVersion, Conflict)
    assert StaleVersion.retryable


@pytest.mark.parametrize("value", ["north", "huangshan-rcb", "b2"])
def test_a_bank_id_is_a_short_lower_case_name(value: str) -> None:
    assert bank_id(value) == value


@pytest.mark.parametrize(
    "value", ["", "N", "a", "North", "1north", "north_1", "north#1", "a" * 33, "north\n", None, 7]
)
def test_another_bank_id_is_refused(value: object) -> None:
    with pytest.raises(PuhuiError) as caught:
        bank_id(value)  # type: ignore[arg-type]

    assert caught.value.rule == "bank_id.format"
