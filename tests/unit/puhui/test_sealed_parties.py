"""A sealed party opens for its own application, and says nothing of itself when it does not."""

from __future__ import annotations

import pytest

from puhui.sealed_parties import PartyUnreadable, SealedParties, party_context
from puhui.sealing import Sealer
from puhui.tenancy import bank_id
from tests.support.kms import InMemoryKms
from tests.support.signing import a_party

NORTH, SOUTH = bank_id("north"), bank_id("south")


@pytest.fixture
def sealer() -> Sealer:
    return Sealer(InMemoryKms(), "key-1")  # type: ignore[arg-type]


def test_a_party_opens_for_its_application(sealer: Sealer) -> None:
    sealed = SealedParties(sealer).seal(a_party(), NORTH, "app-1")

    assert SealedParties(sealer).open(sealed, NORTH, "app-1") == a_party()


@pytest.mark.parametrize(("bank", "application"), [(SOUTH, "app-1"), (NORTH, "app-2")])
def test_a_party_opens_for_no_other_application(
    sealer: Sealer, bank: str, application: str
) -> None:
    sealed = SealedParties(sealer).seal(a_party(), NORTH, "app-1")

    with pytest.raises(PartyUnreadable) as raised:
        SealedParties(sealer).open(sealed, bank_id(bank), application)

    assert raised.value.rule == "party.seal"


def test_what_is_no_party_is_refused_without_quoting_it(sealer: Sealer) -> None:
    sealed = sealer.seal({"name": "张三"}, party_context(NORTH, "app-1"))

    with pytest.raises(PartyUnreadable) as raised:
        SealedParties(sealer).open(sealed, NORTH, "app-1")

    assert raised.value.rule == "party.schema"
    assert "张三" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
