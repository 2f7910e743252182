"""What a loan may be watched with after its approval (贷后监测依据)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from puhui.contracts.common import Contract, Identifier, RegionCode
from puhui.contracts.extdata import MAX_CONSENTS, SealedText
from puhui.contracts.facts import FactReference


class MonitoringBasis(Contract):
    """The decision's documents, and the consents to ask for new ones.

    `facts` are the documents that the decision was made from, as of `decided_on`; their products
    are those that are asked for again. `party_sealed` opens with {bank_id, application_id}.
    """

    decided_on: date
    facts: tuple[FactReference, ...]
    party_sealed: SealedText | None = None
    region_code: RegionCode
    consent_ids: Annotated[tuple[Identifier, ...], Field(max_length=MAX_CONSENTS)] = ()
