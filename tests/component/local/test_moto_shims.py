"""What we change inside moto still exists, and can be put back."""

from __future__ import annotations

from infra.local import moto_shims
from tests.support.shimmed_moto import Outside


def test_every_private_name_still_exists() -> None:
    assert moto_shims.missing_names() == []


def test_uninstalling_restores_moto() -> None:
    from moto.dynamodb.models import DynamoDBBackend

    before = DynamoDBBackend.transact_write_items
    moto_shims.install(Outside())

    moto_shims.uninstall()

    assert DynamoDBBackend.transact_write_items is before
