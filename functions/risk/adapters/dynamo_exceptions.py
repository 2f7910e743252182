"""Exceptions and snoozes in DynamoDB; nothing of them is ever remembered between decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from puhui.dynamodb import FieldCipher, dynamo_errors, transaction, translate_write_errors
from puhui.errors import Conflict
from puhui.tenancy import BankId
from risk.adapters.rows_exceptions import PLACE_PREFIX, WaiverPlaceRow, WaiverRow, waivers_pk
from risk.adapters.rows_sealed import SealedBody
from risk.domain.errors import WaiverNotFound
from risk.domain.exceptions import SCOPE_NAMES, Waiver, WaiverScope, WaiverStatus


class _WaiverExists(Conflict):
    """This proposal was made before."""


@dataclass(frozen=True)
class DynamoWaivers:
    """`risk.waiver_ports.WaiverRegister` on the module's table."""

    cipher: FieldCipher

    def get(self, bank_id: BankId, waiver_id: str) -> Waiver:
        """Two reads: where it lies, and the waiver."""
        with dynamo_errors(missing=WaiverNotFound):
            place = WaiverPlaceRow.get(waivers_pk(bank_id), PLACE_PREFIX + waiver_id).place
            row = WaiverRow.get(waivers_pk(bank_id), place, consistent_read=True)
        return self._waiver(row)

    def add(self, waiver: Waiver) -> Waiver:
        """Keep a new proposal with its place; one with this id stands as it is."""
        row = self._row(waiver)
        place = WaiverPlaceRow(row.pk, PLACE_PREFIX + waiver.waiver_id, place=row.sk)
        try:
            with transaction(conflict=_WaiverExists) as write:
                write.save(row)
                write.save(place)
        except _WaiverExists:
            return self.get(waiver.bank_id, waiver.waiver_id)
        return replace(waiver, version=1)

    def save(self, waiver: Waiver) -> Waiver:
        """Replace the version that was read."""
        with translate_write_errors():
            self._row(waiver).at_version(waiver.version).save()
        return replace(waiver, version=waiver.version + 1)

    def about(self, bank_id: BankId, application_id: str, customer_id: str) -> Sequence[Waiver]:
        """Three strongly consistent queries that find nothing for nearly everybody."""
        whom: dict[WaiverScope, str] = {
            "application": application_id,
            "customer": customer_id,
            "bank": bank_id,
        }
        return [
            waiver
            for scope, scope_id in whom.items()
            for waiver in self._starting_with(bank_id, f"{scope}#{scope_id}#", approved=True)
        ]

    def of_bank(self, bank_id: BankId) -> Sequence[Waiver]:
        """Every waiver, by scope and id."""
        return [
            waiver
            for scope in SCOPE_NAMES
            for waiver in self._starting_with(bank_id, f"{scope}#", approved=False)
        ]

    def _starting_with(self, bank_id: BankId, prefix: str, *, approved: bool) -> list[Waiver]:
        only = (WaiverRow.status == WaiverStatus.APPROVED.value) if approved else None
        with dynamo_errors():
            rows = list(
                WaiverRow.query(
                    waivers_pk(bank_id),
                    WaiverRow.sk.startswith(prefix),
                    filter_condition=only,
                    consistent_read=True,
                )
            )
        return [self._waiver(row) for row in rows]

    def _row(self, waiver: Waiver) -> WaiverRow:
        row = WaiverRow(
            waivers_pk(waiver.bank_id),
            f"{waiver.scope}#{waiver.scope_id}#{waiver.waiver_id}",
            status=waiver.status.value,
        )
        SealedBody(Waiver, self.cipher).write(row, replace(waiver, version=0), waiver.bank_id)
        return row

    def _waiver(self, row: WaiverRow) -> Waiver:
        waiver = SealedBody(Waiver, self.cipher).read(row)
        return replace(waiver, version=int(row.version))
