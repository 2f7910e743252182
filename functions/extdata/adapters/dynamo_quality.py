"""Measured days of data quality in DynamoDB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from extdata.adapters.rows import bank_pk
from extdata.adapters.rows_quality import QualityRow
from extdata.domain.quality import REFERENCE_DAYS, DayQuality, FieldCounts, added
from puhui.bodies import Body
from puhui.dynamodb import dynamo_errors, transaction
from puhui.errors import NotFound
from puhui.tenancy import BankId

_DAY = Body(DayQuality)


class DynamoQualityDays:
    """`extdata.quality_ports.QualityDays`: each day under its connector and under its date."""

    def save(self, day: DayQuality) -> None:
        """Both rows or none; replaced when the day is measured again."""
        keys = (
            (bank_pk(day.bank_id, "QUALITY", day.connector_id), day.on.isoformat()),
            (bank_pk(day.bank_id, "QUALITY-DAY", day.on.isoformat()), day.connector_id),
        )
        body = _DAY.write(day)
        rows = [_existing(*key) or QualityRow(*key) for key in keys]
        with transaction() as write:
            for row in rows:
                row.body = body
                write.save(row)

    def of_day(self, bank_id: BankId, on: date) -> Sequence[DayQuality]:
        """One query; the sort key puts the connectors in order."""
        pk = bank_pk(bank_id, "QUALITY-DAY", on.isoformat())
        with dynamo_errors():
            return [_DAY.read(row.body) for row in QualityRow.query(pk, consistent_read=True)]

    def reference(
        self, bank_id: BankId, connector_id: str, before: date
    ) -> Mapping[str, FieldCounts]:
        """The first days with data, added up."""
        with dynamo_errors():
            rows = list(
                QualityRow.query(
                    bank_pk(bank_id, "QUALITY", connector_id),
                    QualityRow.sk < before.isoformat(),
                    consistent_read=True,
                    limit=REFERENCE_DAYS,
                )
            )
        return added(_DAY.read(row.body).fields for row in rows)


def _existing(pk: str, sk: str) -> QualityRow | None:
    try:
        with dynamo_errors():
            return QualityRow.get(pk, sk, consistent_read=True)
    except NotFound:
        return None
