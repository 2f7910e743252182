"""Policy versions and shadow comparisons in DynamoDB; a version's bytes lie in the bucket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from puhui.bodies import Body
from puhui.clock import Clock
from puhui.dynamodb import dynamo_errors, translate_write_errors
from puhui.errors import Conflict, NotFound
from puhui.tenancy import BankId
from risk.adapters.rows_policies import (
    SHADOW_SK,
    VERSION_PREFIX,
    PolicyVersionRow,
    ShadowComparisonRow,
    ShadowRow,
    policies_pk,
    shadow_pk,
    version_sk,
)
from risk.adapters.s3_policy_bodies import S3PolicyBodies
from risk.domain.errors import PolicyVersionNotFound, PolicyVersionTaken
from risk.domain.policy_lifecycle import PolicyVersion
from risk.domain.shadow import Comparison
from risk.policy_ports import ShadowRun

COMPARISONS_KEPT: Final = timedelta(days=180)
MAX_COMPARISONS: Final = 10_000
"""Comparisons that one report reads: 5 MB."""
_VERSION: Final = Body(PolicyVersion)
_COMPARISON: Final = Body(Comparison)


class _VersionExists(Conflict):
    """This version was drafted before."""


@dataclass(frozen=True)
class DynamoPolicyVersions:
    """`risk.policy_ports.PolicyVersions` on the module's table and bucket."""

    bodies: S3PolicyBodies

    def get(self, bank_id: BankId, policy_id: str, version: str) -> PolicyVersion:
        """One strongly consistent read."""
        with dynamo_errors(missing=PolicyVersionNotFound):
            row = PolicyVersionRow.get(
                policies_pk(bank_id), version_sk(policy_id, version), consistent_read=True
            )
        return _policy(row)

    def add(self, policy: PolicyVersion, body: bytes) -> PolicyVersion:
        """The bytes first: a row never names bytes that are not there."""
        self.bodies.keep(policy.bank_id, body)
        try:
            with dynamo_errors(conflict=_VersionExists):
                _row(policy).save()
        except _VersionExists:
            known = self.get(policy.bank_id, policy.policy_id, policy.version)
            if known.sha256 != policy.sha256:
                raise PolicyVersionTaken(
                    "this version has other content", field="version", rule="policy.version_taken"
                ) from None
            return known
        return replace(policy, revision=1)

    def save(self, policy: PolicyVersion) -> PolicyVersion:
        """Replace the revision that was read."""
        with translate_write_errors():
            _row(policy).at_version(policy.revision).save()
        return replace(policy, revision=policy.revision + 1)

    def of_bank(self, bank_id: BankId) -> Sequence[PolicyVersion]:
        """Every version of every policy, by policy and version."""
        with dynamo_errors():
            rows = PolicyVersionRow.query(
                policies_pk(bank_id),
                PolicyVersionRow.sk.startswith(VERSION_PREFIX),
                consistent_read=True,
            )
            return [_policy(row) for row in rows]

    def body(self, policy: PolicyVersion) -> bytes:
        """The bytes that the version's hash is of."""
        return self.bodies.read(policy.bank_id, policy.sha256)

    def shadow(self, bank_id: BankId) -> ShadowRun | None:
        """The version that runs as shadow."""
        row = _shadow_row(bank_id)
        if row is None or not row.policy_id:
            return None
        return ShadowRun(
            policy_id=row.policy_id, version=row.policy_version, since=row.since, by=row.by
        )

    def set_shadow(self, bank_id: BankId, run: ShadowRun | None) -> None:
        """Whoever sets it last decides."""
        row = _shadow_row(bank_id)
        if run is None:
            if row is not None:
                with translate_write_errors():
                    row.delete()
            return
        fresh = ShadowRow(
            policies_pk(bank_id),
            SHADOW_SK,
            policy_id=run.policy_id,
            policy_version=run.version,
            since=run.since,
            by=run.by,
        )
        with translate_write_errors():
            fresh.at_version(0 if row is None else int(row.version)).save()


@dataclass(frozen=True)
class DynamoComparisons:
    """`risk.policy_ports.Comparisons`: a row for each decision, for half a year."""

    clock: Clock

    def add(self, bank_id: BankId, policy_id: str, version: str, found: Comparison) -> None:
        """Written once; a decision that is asked for again compares the same."""
        row = ShadowComparisonRow(
            shadow_pk(bank_id, policy_id, version),
            f"{found.as_of.isoformat()}#{found.decision_id}",
            body=_COMPARISON.write(found),
            expires_at=self.clock.now() + COMPARISONS_KEPT,
        )
        try:
            with dynamo_errors(conflict=_VersionExists):
                row.save()
        except _VersionExists:
            return

    def of(
        self, bank_id: BankId, policy_id: str, version: str
    ) -> tuple[Sequence[Comparison], bool]:
        """The newest days first, as many as one report reads."""
        with dynamo_errors():
            rows = list(
                ShadowComparisonRow.query(
                    shadow_pk(bank_id, policy_id, version),
                    scan_index_forward=False,
                    limit=MAX_COMPARISONS + 1,
                )
            )
        found = [_COMPARISON.read(row.body) for row in rows[:MAX_COMPARISONS]]
        return found, len(rows) <= MAX_COMPARISONS


def _shadow_row(bank_id: BankId) -> ShadowRow | None:
    try:
        with dynamo_errors(missing=NotFound):
            return ShadowRow.get(policies_pk(bank_id), SHADOW_SK, consistent_read=True)
    except NotFound:
        return None


def _row(policy: PolicyVersion) -> PolicyVersionRow:
    return PolicyVersionRow(
        policies_pk(policy.bank_id),
        version_sk(policy.policy_id, policy.version),
        sha256=policy.sha256,
        body=_VERSION.write(replace(policy, revision=0)),
    )


def _policy(row: PolicyVersionRow) -> PolicyVersion:
    return replace(_VERSION.read(row.body), revision=int(row.version))
