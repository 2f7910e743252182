"""Rows of policy versions (`BANK#{bank}#POLICIES`) and of what shadows said.

`VERSION#{policy}#{version}` is a version, `SHADOW` the one that runs beside the live policy; its
comparisons lie below `BANK#{bank}#SHADOW#{policy}#{version}`, by day and decision.
"""

from __future__ import annotations

from typing import Final

from pynamodb.attributes import TTLAttribute, UnicodeAttribute

from puhui.dynamodb import BaseRow, InstantAttribute
from puhui.tenancy import BankId

VERSION_PREFIX: Final = "VERSION#"
SHADOW_SK: Final = "SHADOW"


class PolicyVersionRow(BaseRow):
    """How far a version has come; its bytes lie in the bucket under their hash."""

    sha256 = UnicodeAttribute()
    body = UnicodeAttribute()


class ShadowRow(BaseRow):
    """Which version runs as shadow; an empty policy is none."""

    policy_id = UnicodeAttribute()
    policy_version = UnicodeAttribute()
    since = InstantAttribute()
    by = UnicodeAttribute()


class ShadowComparisonRow(BaseRow):
    """What live and shadow answered to one question."""

    body = UnicodeAttribute()
    expires_at = TTLAttribute()


POLICY_ROWS: Final[tuple[type[BaseRow], ...]] = (PolicyVersionRow, ShadowRow, ShadowComparisonRow)


def policies_pk(bank_id: BankId) -> str:
    """The policies of a bank."""
    return f"BANK#{bank_id}#POLICIES"


def version_sk(policy_id: str, version: str) -> str:
    """One version of one policy."""
    return f"{VERSION_PREFIX}{policy_id}#{version}"


def shadow_pk(bank_id: BankId, policy_id: str, version: str) -> str:
    """The comparisons of one shadow version."""
    return f"BANK#{bank_id}#SHADOW#{policy_id}#{version}"
