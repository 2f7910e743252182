"""What keeping, replaying and explaining decisions need from the outside."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import date
from typing import Any, Final, Protocol

from puhui.contracts.facts import FactReference
from puhui.errors import PuhuiError
from puhui.tenancy import BankId
from risk.domain.labels.rules import LabelRules
from risk.domain.listing import Listing
from risk.domain.record import Pin
from risk.ports import Formulas, Models, ParameterTables, Policies


class Artefacts(Protocol):
    """The immutable store of what decisions are made with."""

    def keep(self, pins: tuple[Pin, ...], own: Mapping[str, bytes]) -> None:
        """Keep the bytes of each that this process has not kept yet; twice is once.

        `own` holds by hash what is not shipped with the code: a bank's own policy.
        """
        ...


class ArchiveBroken(PuhuiError):
    """The archive lacks an object, or its bytes are not the ones that were kept."""

    code = "archive_broken"

    def __init__(self, what: str, why: str) -> None:
        """Name the object and what is wrong with it: absent, sha256, seal."""
        self.what = what
        self.why = why
        super().__init__(f"{what}: {why}")


def checked(what: str, digest: str, body: bytes | None) -> bytes:
    """The body, if it is there and has its hash."""
    if body is None:
        raise ArchiveBroken(what, "absent")
    if hashlib.sha256(body).hexdigest() != digest:
        raise ArchiveBroken(what, "sha256")
    return body


class DecisionArchive(Protocol):
    """Decisions as they were kept, with everything that they were made from."""

    def decisions(self) -> Iterator[str]:
        """The ids of all decisions, in a fixed order."""
        ...

    def record(self, decision_id: str) -> bytes:
        """The record, or `ArchiveBroken`; `DecisionNotFound` if there never was one."""
        ...

    def document(self, bank_id: BankId, reference: FactReference) -> bytes:
        """The document that hashes to the reference's sha256, or `ArchiveBroken`."""
        ...

    def artefact(self, pin: Pin) -> bytes:
        """The artefact's bytes, or `ArchiveBroken`."""
        ...


class Listings(Protocol):
    """The names of the libraries that decisions were made with."""

    def listing(self, sha256: str) -> Listing:
        """A listing by its hash, or `ArchiveBroken`."""
        ...


class Engine(Protocol):
    """Policies, models and tables as they once were."""

    @property
    def policies(self) -> Policies:
        """The policy of the decision, and nothing else."""
        ...

    @property
    def models(self) -> Models:
        """Its models."""
        ...

    @property
    def formulas(self) -> Formulas:
        """Its models that are code, with the parameters of that day."""
        ...

    @property
    def parameters(self) -> ParameterTables:
        """Its tables of price and limit."""
        ...

    @property
    def labels(self) -> LabelRules:
        """Its label rules."""
        ...

    @property
    def listing(self) -> Listing:
        """Its library's names and versions."""
        ...


class Engines(Protocol):
    """Opens what a decision was made with; the same once for many decisions."""

    def open(self, bodies: Mapping[Pin, bytes]) -> Engine:
        """Make an engine from archived bytes, or raise what its parts raise (`UNUSABLE`)."""
        ...


UNUSABLE: Final = (PuhuiError, ValueError, LookupError, TypeError, OSError)
"""What is raised by artefacts that this code cannot read: a policy that names an indicator which
is no more, a model of another library."""


class Shipped(Protocol):
    """What this code ships today, for comparison with what a decision was made with."""

    def policy_sha256(self, policy_id: str, version: str) -> str | None:
        """The hash of today's file of a policy version; None when it is shipped no more."""
        ...

    def model_sha256(self, model_id: str, version: str) -> tuple[str, str] | None:
        """The hashes of today's artefact and card of a model version."""
        ...

    def tables_as_of(self, day: date) -> tuple[Any, LabelRules]:
        """Today's numbers of price, limit and labels for a day, without the tables' hash."""
        ...

    @property
    def listing(self) -> Listing:
        """Today's library."""
        ...

    @property
    def code_version(self) -> str:
        """Today's code."""
        ...


class Isolation(Protocol):
    """A room without a network."""

    def __call__(self) -> AbstractContextManager[None]:
        """While it is entered, making a socket raises."""
        ...
