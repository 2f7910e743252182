"""What signing tells itself through the bus, so that each step has a queue and dead letters."""

from __future__ import annotations

from typing import ClassVar

from puhui.contracts.common import Identifier
from puhui.events import Event


class SignatureRequested(Event):
    """The borrower asked to sign: the certificates, signatures and validation can be made."""

    name: ClassVar[str] = "SignatureRequested"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.signing"

    contract_id: Identifier
    application_id: Identifier


class OutcomeDecided(Event):
    """The contract is sealed, refused or impossible: the waiting workflow must hear of it."""

    name: ClassVar[str] = "OutcomeDecided"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.signing"

    contract_id: Identifier
    application_id: Identifier
