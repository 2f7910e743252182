"""Collections of servicing: the function that answers for their routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from constructs import Construct

from infra.patterns.function import ModuleFunction
from infra.stacks.servicing_asking import asking_function

if TYPE_CHECKING:
    from infra.stacks.servicing import ServicingStack

API_SECONDS: Final = 20
"""Seconds; a cold model of `risk` takes most of them."""


class ServicingCollections(Construct):
    """The work list, contacts, promises and stops."""

    def __init__(self, stack: ServicingStack) -> None:
        super().__init__(stack, "Collections")
        self.api: ModuleFunction = asking_function(
            stack, "CollectionsApi", "servicing.collections_api.app", API_SECONDS
        )
