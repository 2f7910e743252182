"""The authority matrix (授权矩阵): which role may approve which kind of task up to what amount."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from operations.domain.errors import AuthorityExceeded, OrganisationNotValid
from puhui.contracts.operations import TASK_KIND_NAMES
from puhui.money import Money

MAX_RULES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityRule:
    """One cell of the matrix: this role approves this kind of task up to this amount."""

    role: str
    kind: str
    max_amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityMatrix:
    """All cells of a bank's matrix; what no cell allows is not allowed."""

    bank_id: str
    rules: tuple[AuthorityRule, ...] = ()
    version: int = 0

    def __post_init__(self) -> None:
        cells = [(rule.role, rule.kind) for rule in self.rules]
        if len(set(cells)) != len(cells) or len(cells) > MAX_RULES:
            raise OrganisationNotValid(
                "each role has at most one amount per kind of task",
                field="rules",
                rule="authority.cells_unique",
            )

    def ceiling(self, roles: Collection[str], kind: str) -> Money | None:
        """The largest amount that any of these roles may approve, if any may."""
        amounts = [r.max_amount for r in self.rules if r.kind == kind and r.role in roles]
        return max(amounts, default=None)

    def check_may_work_on(self, roles: Collection[str], kind: str) -> None:
        """Whoever claims or rejects a task has some authority over its kind."""
        if self.ceiling(roles, kind) is None:
            raise AuthorityExceeded(
                f"no role of this person may decide {TASK_KIND_NAMES.get(kind, kind)}",
                rule="authority.kind",
            )

    def check_may_approve(self, roles: Collection[str], kind: str, amount: Money) -> None:
        """Whoever approves an amount has authority over at least that amount."""
        self.check_may_work_on(roles, kind)
        ceiling = self.ceiling(roles, kind)
        if ceiling is not None and amount > ceiling:
            raise AuthorityExceeded(
                f"approval of {amount} exceeds the authority of {ceiling}",
                field="limit_fen",
                rule="authority.amount",
            )
