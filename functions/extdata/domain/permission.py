"""Who inside the bank may ask for what, and which fields they get; deny by default."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from extdata.domain.errors import PermissionMissing
from extdata.domain.limit import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """One line of the permission table: caller × product × purpose, with a field mask."""

    caller: str
    """`factory`, or a role with `role:` in front: `role:underwriter`."""
    product: str
    purposes: frozenset[str]
    masked_fields: frozenset[str] = frozenset()
    """Fields, as `table.field` or `snapshot.field`, that this caller gets as null."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRules:
    """Everything a bank decided about access: permissions and the limits of its callers."""

    permissions: tuple[Permission, ...] = ()
    caller_limits: tuple[tuple[str, Limits], ...] = ()
    product_limits: tuple[tuple[str, Limits], ...] = ()
    version: int = 0

    def find(self, callers: Iterable[str], product: str, purpose: str) -> Permission:
        """The line that allows it, or PermissionMissing."""
        names = set(callers)
        for line in self.permissions:
            if line.caller in names and line.product == product and purpose in line.purposes:
                return line
        raise PermissionMissing(
            "this caller may not ask for this product for this purpose",
            field="product",
            rule="permission.missing",
        )

    def limits_of_caller(self, caller: str, callers: Iterable[str] = ()) -> Limits:
        """A caller's own limits, else what each person of the role may; none when not written.

        Of several roles with limits the first by name counts. Every person has counters of their
        own: a bulk look-up by one does not stop the others.
        """
        written = dict(self.caller_limits)
        names = [caller, *sorted(callers)]
        return next((written[name] for name in names if name in written), Limits())

    def limits_of_product(self, product: str) -> Limits:
        """A product's limits; none when nothing is written."""
        return dict(self.product_limits).get(product, Limits())
