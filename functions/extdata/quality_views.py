"""Answers about data quality: shares in parts per million, drift in millionths of the index."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from extdata.domain.psi import verdict
from extdata.domain.quality import DayQuality
from puhui.contracts.common import Contract as Schema


class FieldQualityView(Schema):
    """One field of a connector's documents."""

    field: str
    documents: int
    null_ppm: int
    psi_millionths: int | None
    drift_name: str | None

    @classmethod
    def all_of(cls, day: DayQuality) -> tuple[FieldQualityView, ...]:
        """Show every field, by name."""
        return tuple(
            cls(
                field=name,
                documents=one.documents,
                null_ppm=one.null_ppm,
                psi_millionths=one.psi_millionths,
                drift_name=None if one.psi_millionths is None else verdict(one.psi_millionths),
            )
            for name, one in sorted(day.fields.items())
        )


class QualityView(Schema):
    """One connector on one day."""

    provider_id: str
    connector_id: str
    calls: int
    availability_ppm: int | None
    hit_ppm: int | None
    p50_ms: int | None
    p95_ms: int | None
    p99_ms: int | None
    fields: tuple[FieldQualityView, ...]


class QualityList(Schema):
    """Every connector that was called on a day."""

    on: date
    items: tuple[QualityView, ...]

    @classmethod
    def of(cls, on: date, days: Iterable[DayQuality]) -> QualityList:
        """Show a day."""
        return cls(
            on=on,
            items=tuple(
                QualityView(
                    provider_id=day.provider_id,
                    connector_id=day.connector_id,
                    calls=day.calls,
                    availability_ppm=day.availability_ppm,
                    hit_ppm=day.hit_ppm,
                    p50_ms=day.p50_ms,
                    p95_ms=day.p95_ms,
                    p99_ms=day.p99_ms,
                    fields=FieldQualityView.all_of(day),
                )
                for day in days
            ),
        )
