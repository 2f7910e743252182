"""Keep the bank's authority matrix."""

from __future__ import annotations

from dataclasses import dataclass, replace

from operations.domain.audit import AuditEntry
from operations.domain.authority import AuthorityMatrix
from operations.ports import Authorities
from puhui.clock import Clock
from puhui.identity import Principal, Protected, authorise


@dataclass(frozen=True)
class SetAuthorityMatrix:
    """Replace the whole matrix; the decisions made under the old one stand."""

    authorities: Authorities
    clock: Clock

    def __call__(self, principal: Principal, matrix: AuthorityMatrix) -> AuthorityMatrix:
        """Return the matrix as kept; setting the same again changes nothing."""
        authorise(principal, "operations.set_authority", Protected(bank_id=matrix.bank_id))
        before = self.authorities.of_bank(matrix.bank_id)
        if before.rules == matrix.rules:
            return before
        entry = AuditEntry(
            at=self.clock.now(),
            actor=principal.subject,
            action="AuthorityMatrixSet",
            subject=matrix.bank_id,
            details={"rules": len(matrix.rules)},
        )
        self.authorities.save(replace(matrix, version=before.version), entry)
        return replace(matrix, version=before.version + 1)


@dataclass(frozen=True)
class GetAuthorityMatrix:
    """Show the bank's authority matrix."""

    authorities: Authorities

    def __call__(self, principal: Principal) -> AuthorityMatrix:
        """Return the matrix; an empty one allows nothing."""
        authorise(principal, "operations.read_authority", Protected(bank_id=principal.bank_id))
        return self.authorities.of_bank(principal.bank_id)
