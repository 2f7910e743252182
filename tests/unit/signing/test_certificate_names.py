"""A name in a certificate may be written with any character that exists today."""

from __future__ import annotations

import pytest
from asn1crypto.x509 import Name

from signing.adapters.certificate_names import accept_current_unicode


@pytest.fixture(autouse=True)
def _current_unicode() -> None:
    accept_current_unicode()


@pytest.mark.parametrize("name", ["赵𬍛", "张三", "王㛃", "\U0002b5b2"])
def test_names_are_compared_whatever_their_characters_age(name: str) -> None:
    same, other = (Name.build({"common_name": value}) for value in (name, name + "甲"))

    assert Name.build({"common_name": name}) == same
    assert same != other


@pytest.mark.parametrize("name", ["a\u0378", "a\U000e0fff", "a\ue000", "a\uffff"])
def test_what_is_no_character_is_still_refused(name: str) -> None:
    with pytest.raises(ValueError, match="may not contain"):
        _ = Name.build({"common_name": name}).hashable


def test_accepting_twice_changes_nothing() -> None:
    from asn1crypto import x509

    before = x509.stringprep
    accept_current_unicode()

    assert x509.stringprep is before
