"""Classification and collections of servicing: the one function that answers for their routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from constructs import Construct

from infra.patterns.function import ModuleFunction
from infra.stacks.servicing_asking import asking_function

if TYPE_CHECKING:
    from infra.stacks.servicing import ServicingStack

API_SECONDS: Final = 20
"""Seconds; a cold model of `risk` takes most of them."""


class ServicingDebtors(Construct):
    """Tiers, work lists, contacts, promises and stops."""

    def __init__(self, stack: ServicingStack) -> None:
        super().__init__(stack, "Debtors")
        self.api: ModuleFunction = asking_function(
            stack, "DebtorsApi", "servicing.debtors_api.app", API_SECONDS
        )
